"""A mail server on loopback that keeps what it is given."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """What was handed in, and what the server says to it."""

    def __init__(self) -> None:
        self.url = ""
        #: Said to what is handed in; by default it is taken.
        self.answer = "250 OK"
        #: While set, whoever hands in a mail hears nothing.
        self.stalls = asyncio.Event()
        self.asked = asyncio.Event()
        self.mails: asyncio.Queue[EmailMessage] = asyncio.Queue()

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd asks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server, session
        self.asked.set()
        if self.stalls.is_set():
            await asyncio.Event().wait()
        if self.answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.put_nowait(message_from_bytes(content, policy=policy.default))
        return self.answer

    async def next(self) -> EmailMessage:
        """Return the next mail, once it is here."""
        async with asyncio.timeout(10):
            return await self.mails.get()


def words(mail: EmailMessage) -> str:
    """Return what is written in a mail."""
    return str(mail.get_content())


@asynccontextmanager
async def open_mailbox(**more: Any) -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    protocols: list[SMTP] = []

    def connected() -> SMTP:
        protocols.append(SMTP(mailbox, loop=loop, **more))
        return protocols[-1]

    server = await loop.create_server(connected, "127.0.0.1", 0)
    mailbox.url = f"smtp+plain://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield mailbox
    finally:
        server.close()
        for protocol in protocols:
            if protocol.transport is not None:
                protocol.transport.close()
        await server.wait_closed()
