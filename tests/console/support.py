"""A browser without a screen: it keeps cookies, reads forms and sends them."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp
from yarl import URL

from bot.resources import CLOCK, ENGINE
from bot.staff import passwords, repository, service
from bot.staff.model import COMMAND_LINE, StaffMember
from bot.staff.rights import Role
from tests.support import Shop

PASSWORD = "縁は異なもの味なもの"


@dataclass(slots=True)
class Screen:
    """What a page answered."""

    status: int
    path: str
    html: str
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """What can be read on it."""
        reader = _Reader()
        reader.feed(self.html)
        return re.sub(r"\s+", " ", " ".join(reader.words))

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.html)
        assert found is not None, "no form on this page"
        return found[1]


@dataclass(slots=True)
class Browser:
    """One person's browser on the console."""

    http: aiohttp.ClientSession
    url: str
    screen: Screen = field(default_factory=lambda: Screen(0, "", "", {}))

    async def open(self, path: str, **headers: str) -> Screen:
        """Go to a page."""
        async with self.http.get(self.url + path, headers=headers) as response:
            return await self._see(response)

    async def send(self, path: str, **fields: Any) -> Screen:
        """Send a form of the page that is open."""
        return await self.post(path, {"csrf": self.screen.csrf, **fields})

    async def post(self, path: str, fields: Any, **headers: str) -> Screen:
        """Send what no form of ours would."""
        headers.setdefault("Origin", self.url)
        async with self.http.post(self.url + path, data=fields, headers=headers) as response:
            return await self._see(response)

    async def sign_in(self, login: str, password: str = PASSWORD) -> Screen:
        """Come in by the form."""
        await self.open("/console/sign-in")
        return await self.send("/console/sign-in", login=login, password=password)

    def cookie(self, name: str = "__Host-enishi") -> str | None:
        """Return what the browser keeps under a name."""
        kept = self.http.cookie_jar.filter_cookies(URL(self.url))
        return kept[name].value if name in kept else None

    async def _see(self, response: aiohttp.ClientResponse) -> Screen:
        html = await response.text(errors="replace")
        headers = response.headers
        self.screen = Screen(response.status, response.url.raw_path_qs, html, headers)
        return self.screen


@asynccontextmanager
async def open_browser(shop: Shop) -> AsyncIterator[Browser]:
    """A browser that has never been here; it takes the shop's address for a secure one."""
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(shop.bot_url))
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Browser(http, shop.bot_url)


async def hire(
    shop: Shop,
    login: str,
    role: Role = Role.STAFF,
    *,
    name: str = "",
    shops: tuple[str, ...] = (),
    password: str | None = PASSWORD,
) -> StaffMember:
    """Add somebody who can sign in."""
    now = shop.app[CLOCK]()
    password_hash = await passwords.hashed(password) if password is not None else None
    async with shop.app[ENGINE].begin() as connection:
        member = await service.add(
            connection,
            by=COMMAND_LINE,
            login=login,
            name=name or login,
            role=role,
            shops=shops,
            now=now,
        )
        if password_hash is not None:
            await repository.change(connection, member.staff_id, password_hash=password_hash)
    return member


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
