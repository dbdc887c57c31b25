"""A till in a test: it has a key and calls the API over HTTP."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from bot.integrations import keys
from bot.integrations.keys import Scope
from bot.resources import CLOCK, ENGINE
from bot.staff.model import COMMAND_LINE
from bot.staff.shops import StaffShop, add_shop
from tests.support import Shop

ALL = tuple(Scope)


@dataclass(slots=True)
class Said:
    """What the API answered."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """What went wrong."""
        assert self.headers["Content-Type"].startswith("application/problem+json"), self.body
        assert self.body["status"] == self.status
        assert self.body["mend"]
        code: str = self.body["code"]
        return code


@dataclass(slots=True)
class Till:
    """A till, or a shop's system."""

    http: aiohttp.ClientSession
    url: str
    key: str

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        once: str | None = None,
        **more: Any,
    ) -> Said:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        if once is not None:
            headers["Idempotency-Key"] = once
        if body is not None:
            more["json"] = body
        address = f"{self.url}/api/v1{path}"
        async with self.http.request(method, address, headers=headers, **more) as response:
            return Said(response.status, await response.json(content_type=None), response.headers)

    async def get(self, path: str, **query: str) -> Said:
        return await self.call("GET", path, params=query)

    async def post(self, path: str, body: Any = None, *, once: str | None = None) -> Said:
        """Send a write, with a key of its own unless it is said which."""
        return await self.call("POST", path, body, once=once or str(uuid.uuid4()))

    async def join(self, **more: Any) -> str:
        """Make a member; return the number."""
        said = await self.post("/members", more)
        assert said.status == 201, said.body
        number: str = said.body["number"]
        return number


async def open_shops(shop: Shop, *names: str) -> None:
    """Open shops of these keys."""
    async with shop.app[ENGINE].begin() as connection:
        for name in names:
            place = StaffShop(key=name, name=f"{name}店")
            await add_shop(connection, place, by=COMMAND_LINE, now=shop.app[CLOCK]())


async def a_till(
    shop: Shop,
    *scopes: Scope,
    shops: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> Till:
    """Give a till a key."""
    async with shop.app[ENGINE].begin() as connection:
        _, text = await keys.add(
            connection,
            by=COMMAND_LINE,
            name="レジ",
            scopes=scopes or ALL,
            shops=shops,
            expires_at=expires_at,
            now=shop.app[CLOCK](),
        )
    return Till(shop.http, shop.bot_url, text)
