"""Notices by mail: one SMTP conversation each, encrypted, with a time limit.

Written -> EmailMessage -> aiosmtplib -> taken, or a code and what the server said
"""

import hashlib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.clock import Clock
from bot.notices.choices import Reach
from bot.notices.queue import Group
from bot.notices.ways import TAKEN, Outcome
from bot.notices.words import Written

SECONDS: Final = 20.0
_PERMANENT: Final = 500
_LONGEST_ERROR: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed in, as ``SMTP_URL`` and ``MAIL_FROM`` say."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    #: TLS from the first byte; else STARTTLS.
    is_tls: bool = False
    #: Without any: for a relay on the same machine.
    is_plain: bool = False
    sender: str

    @classmethod
    def read(cls, url: str | None, sender: str) -> Self | None:
        """Read ``smtp://``, ``smtps://`` or ``smtp+plain://``; None: no mails are sent."""
        if url is None:
            return None
        parts = urlsplit(url)
        is_tls, is_plain = parts.scheme == "smtps", parts.scheme == "smtp+plain"
        by_default = 465 if is_tls else 25 if is_plain else 587
        return cls(
            host=parts.hostname or "",
            port=parts.port or by_default,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            is_tls=is_tls,
            is_plain=is_plain,
            sender=sender,
        )

    @property
    def shown(self) -> str:
        """Return its address, without the password."""
        return f"{self.host}:{self.port}"


class Mail:
    """Sends mails."""

    def __init__(self, server: MailServer | None, public_url: str, clock: Clock) -> None:
        self._server = server
        self._clock = clock
        self._public_url = public_url

    async def send(self, group: Group, reach: Reach, written: Written) -> Outcome:
        """Send a notice."""
        del group
        if reach.choices.mail is None:
            return Outcome("no_address", is_final=True)
        body = "\n\n".join(f"{text}\n{self._public_url}{path}" for text, path in written.lines)
        footer = f"{written.footer}\n{self._public_url}/console/notices"
        text = f"{body}\n\n--\n{footer}\n"
        return await self.deliver(reach.choices.mail, written.subject, text, key=written.key)

    async def deliver(self, to: str, subject: str, body: str, *, key: str) -> Outcome:
        """Hand one mail to the server; ``key`` names it, however often it is handed in."""
        server = self._server
        if server is None:
            return Outcome("mail_not_set_up", is_final=True)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = server.sender, to, subject
        message["Date"] = format_datetime(self._clock())
        # Handed in twice, after a crash, it is one mail to its reader's program.
        name = hashlib.sha256(f"{to}\n{key}".encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{name}@enishi>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        return await _tried(server, message)

    async def greet(self) -> Outcome:
        """Sign in and hand in nothing, to see whether the settings are right."""
        server = self._server
        return Outcome("mail_not_set_up") if server is None else await _tried(server, None)


async def _tried(server: MailServer, message: EmailMessage | None) -> Outcome:
    try:
        await _hand_in(server, message)
    except aiosmtplib.SMTPAuthenticationError as error:
        return Outcome(_said("mail_sign_in", error.message))
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        said = _said("mail_address", first.message)
        return Outcome(said, is_final=first.code >= _PERMANENT)
    except aiosmtplib.SMTPResponseException as error:
        said = _said("mail_refused", f"{error.code} {error.message}")
        return Outcome(said, is_final=error.code >= _PERMANENT)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return Outcome(_said("mail_unreachable", f"{server.shown} {error}"))
    return TAKEN


async def _hand_in(server: MailServer, message: EmailMessage | None) -> None:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password or None,
        use_tls=server.is_tls,
        start_tls=not (server.is_tls or server.is_plain),
        timeout=SECONDS,
    )
    try:
        await client.connect()
        if message is not None:
            await client.send_message(message)
    finally:
        client.close()  # without a farewell: a process that stops does not wait for an answer


def _said(code: str, detail: str) -> str:
    return f"{code}: {' '.join(detail.split())}"[:_LONGEST_ERROR]
