"""Addresses of member cards and of members' pages: signed, and good for a while only.

LINE and its previews fetch pictures without signing in, so the address itself must be the key:
nobody can guess one, and one that was passed on stops working. Pages are opened the same way where
the account has no LIFF app; where it has one, the address says which page and LINE says whose.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from bot.line import limits
from bot.store.types import from_ms, to_ms

PATH: Final = "/media/card"
PAGES: Final = "/p"
#: A day: long enough to find the bubble again, short enough that an old picture is refused.
LIVES: Final = timedelta(hours=24)
_MAC_BYTES: Final = 16


class CardLinkError(Exception):
    """Not an address of ours."""


@dataclass(frozen=True, slots=True)
class CardLink:
    """What an address stands for."""

    number: str
    expires_at: datetime


class CardLinks:
    """Makes and reads the addresses of card pictures."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        self._key = hashlib.sha256(b"card-link:" + secret_key.encode()).digest()
        self._public_url = public_url

    def url(self, number: str, *, now: datetime) -> str:
        """Return the https address of a member's card."""
        # One address an hour, so that LINE and browsers can keep the picture.
        hour = now.replace(minute=0, second=0, microsecond=0)
        content = f"{number}.{to_ms(hour + LIVES) // 1000}"
        token = f"{content}.{self._mac(content)}"
        return f"{self._public_url}{PATH}/{token}.png"

    def read(self, token: str) -> CardLink:
        """Return what a token stands for, expired or not.

        Raises:
            CardLinkError: it was not made here, or somebody changed it.
        """
        content, _, mac = token.rpartition(".")
        number, _, expires = content.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(content).encode()):
            raise CardLinkError
        return CardLink(number, from_ms(int(expires) * 1000))

    def _mac(self, content: str) -> str:
        return _mac(self._key, content)


class Page(StrEnum):
    """What a page shows."""

    CARD = "card"
    COUPON = "coupon"
    STAMPS = "stamps"


@dataclass(frozen=True, slots=True)
class PageLink:
    """Whose page an address opens, and of what."""

    page: Page
    person_id: int
    #: The coupon; 0 where the page is of the person as a whole.
    item: int
    expires_at: datetime


class PageLinks:
    """Makes and reads the addresses of pages that friends open from the talk."""

    def __init__(self, secret_key: str, public_url: str, liff_id: str | None = None) -> None:
        """``liff_id``: the app that friends open them in, if the account has one."""
        self._key = hashlib.sha256(b"page-link:" + secret_key.encode()).digest()
        self._public_url = public_url
        self._liff_id = liff_id

    def card(self, person_id: int, *, now: datetime) -> str:
        """Return the address of a member's card."""
        return self._url(Page.CARD, person_id, 0, now)

    def stamps(self, person_id: int, *, now: datetime) -> str:
        """Return the address of a member's stamp card."""
        return self._url(Page.STAMPS, person_id, 0, now)

    def coupon(self, person_id: int, coupon_id: int, *, now: datetime) -> str:
        """Return the address at which a coupon shows its rotating code."""
        return self._url(Page.COUPON, person_id, coupon_id, now)

    def read(self, page: str, token: str) -> PageLink:
        """Return what an address stands for, expired or not.

        Raises:
            CardLinkError: it was not made here, or somebody changed it.
        """
        content, _, mac = token.rpartition(".")
        if not hmac.compare_digest(mac.encode(), _mac(self._key, f"{page}:{content}").encode()):
            raise CardLinkError
        person_id, item, expires = content.split(".")
        return PageLink(Page(page), int(person_id), int(item), from_ms(int(expires) * 1000))

    def _url(self, page: Page, person_id: int, item: int, now: datetime) -> str:
        if self._liff_id is None:
            return self._public_url + self.path(page, person_id, item, now=now)
        query = {"page": page.value} | ({"item": item} if item else {})
        return limits.LIFF_LINK.format(liff_id=self._liff_id, query=urlencode(query))

    def path(self, page: Page, person_id: int, item: int, *, now: datetime) -> str:
        """Return the signed path of a page on this server, for whoever is surely its owner."""
        hour = now.replace(minute=0, second=0, microsecond=0)  # the same for an hour, as above
        content = f"{person_id}.{item}.{to_ms(hour + LIVES) // 1000}"
        mac = _mac(self._key, f"{page}:{content}")
        return f"{PAGES}/{page}/{content}.{mac}"


def _mac(key: bytes, content: str) -> str:
    digest = hmac.new(key, content.encode(), hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
