"""Codes that change every 30 seconds: beside a card, on a coupon's screen, on a shop's tablet.

    page -> Codes.make -> QR code, digits -> a scanner, or fingers -> Codes.read -> who or what

A code says what it stands for and when it was shown, under a signature that only this account can
make. It counts for the half minute it was made in and the one on either side of it, so clocks may
differ by 20 s; a photograph of it is worthless soon, and is known for what it is. The digits are
for typing: a number that stands still, and six that change.
"""

import base64
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.membership.number import MemberNumber, MemberNumberError
from bot.store.types import from_ms, to_ms

WINDOW: Final = timedelta(seconds=30)
#: Windows on either side of the present one in which a code still counts.
LEEWAY: Final = 1

#: Every scanned code begins with this and a point.
MARK: Final = "E1"
_WINDOW_MS: Final = WINDOW // timedelta(milliseconds=1)
_MAC_BYTES: Final = 10
_TAG: Final = 4
_PIN: Final = 6
_PARTS: Final = 6
_MEMBER_DIGITS: Final = 13
_COUPON_DIGITS: Final = 10


class Kind(StrEnum):
    """What a code stands for."""

    MEMBER = "M"
    COUPON = "C"
    VISIT = "V"


class CodeError(Exception):
    """The code does not count."""


class NotACodeError(CodeError):
    """It is no code of this kind of shop at all."""


class ForeignCodeError(CodeError):
    """It is a code of another account."""


class ForgedCodeError(CodeError):
    """Nobody here made it, or it was changed; typed digits may have been mistyped."""


class StaleCodeError(CodeError):
    """It was good once: a screenshot, a photograph, or a page that stood still."""

    def __init__(self, shown_at: datetime) -> None:
        super().__init__(f"it was shown at {shown_at:%Y-%m-%d %H:%M:%S} UTC")
        self.shown_at = shown_at


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is shown."""

    #: For a QR code: capitals, digits and points, so that it stays coarse.
    payload: str
    #: For typing, in groups; empty for a visit.
    typed: str
    #: When the next one replaces it.
    changes_at: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What a code stands for."""

    kind: Kind
    #: A member number, the number of a coupon, or the key of a shop.
    handle: str


class Codes:
    """Makes and reads the codes of one account."""

    def __init__(self, secret_key: str) -> None:
        self._key = hashlib.sha256(b"rotating-code:" + secret_key.encode()).digest()
        self._tag = _base32(self._digest("account"))[:_TAG]

    def make(self, kind: Kind, handle: str, *, now: datetime) -> Code:
        """Return the code of this half minute."""
        window = _window(now)
        content = f"{MARK}.{self._tag}.{kind}.{_written(handle)}.{window:X}"
        payload = f"{content}.{self._mac(content)}"
        typed = "" if kind is Kind.VISIT else _grouped(handle + self._pin(kind, handle, window))
        return Code(payload, typed, from_ms((window + 1) * _WINDOW_MS))

    def digits(self, kind: Kind, handle: str, *, now: datetime) -> str:
        """Return the six digits of this half minute, to stand beside a barcode."""
        return self._pin(kind, handle, _window(now))

    def read(self, text: str, *, now: datetime) -> Read:
        """Return what a scanned or typed code stands for.

        Raises:
            NotACodeError: it is something else.
            ForeignCodeError: of another account.
            ForgedCodeError: nobody here made it, or it was mistyped.
            StaleCodeError: its time is over.
        """
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain.upper().startswith(f"{MARK}."):
            return self._scanned(plain.upper(), now)
        return self._typed("".join(sign for sign in plain if sign not in " -‐−ー"), now)

    def _scanned(self, text: str, now: datetime) -> Read:
        parts = text.split(".")
        if len(parts) != _PARTS:
            raise NotACodeError
        _, tag, kind, handle, window, mac = parts
        if tag != self._tag:
            raise ForeignCodeError
        content = text.rpartition(".")[0]
        if not hmac.compare_digest(mac.encode(), self._mac(content).encode()):
            raise ForgedCodeError
        shown = int(window, 16)
        if abs(shown - _window(now)) > LEEWAY:
            raise StaleCodeError(from_ms(shown * _WINDOW_MS))
        return Read(Kind(kind), _plain(handle))

    def _typed(self, text: str, now: datetime) -> Read:
        kinds = {_COUPON_DIGITS + _PIN: Kind.COUPON, _MEMBER_DIGITS + _PIN: Kind.MEMBER}
        kind = kinds.get(len(text))
        if kind is None or not (text.isascii() and text.isdigit()):
            raise NotACodeError
        handle, pin = text[:-_PIN], text[-_PIN:]
        present = _window(now)
        good = [
            hmac.compare_digest(pin, self._pin(kind, handle, present + step))
            for step in range(-LEEWAY, LEEWAY + 1)
        ]
        if not any(good):
            raise ForgedCodeError
        return Read(kind, handle)

    def _pin(self, kind: Kind, handle: str, window: int) -> str:
        digest = self._digest(f"pin.{kind}.{handle}.{window}")
        return f"{int.from_bytes(digest[:8], 'big') % 10**_PIN:0{_PIN}}"

    def _mac(self, content: str) -> str:
        return _base32(self._digest(content)[:_MAC_BYTES])

    def _digest(self, content: str) -> bytes:
        return hmac.new(self._key, content.encode(), hashlib.sha256).digest()


def member_number(read: Read) -> MemberNumber:
    """Return the number of a member's code.

    Raises:
        NotACodeError: it is the code of something else.
    """
    if read.kind is not Kind.MEMBER:
        raise NotACodeError
    try:
        return MemberNumber(read.handle)
    except MemberNumberError as error:
        raise NotACodeError from error


def _window(now: datetime) -> int:
    return to_ms(now) // _WINDOW_MS


def _written(handle: str) -> str:
    """Return a handle in capitals and digits; digits stay as they are."""
    if handle.isascii() and handle.isdigit():
        return handle
    return "K" + _base32(handle.encode())


def _plain(written: str) -> str:
    if not written.startswith("K"):
        return written
    text = written[1:]
    return base64.b32decode(text + "=" * (-len(text) % 8)).decode()


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
