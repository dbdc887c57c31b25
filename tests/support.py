"""Names, types and constants that tests import."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from bot.app import ALL, DISPATCHER, WORKER, Role, create_app
from bot.emulator import LineEmulator
from bot.emulator.phone import Phone
from bot.resources import ENGINE, SETTINGS
from bot.settings import Settings
from tests.published import put_menus

SECRET = "test-channel-secret"
TOKEN = "test-channel-access-token"
NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # noon in Tokyo


def require(is_there: object, what: str, mend: str) -> None:
    """Skip what this machine lacks; where everything is required, fail."""
    if not is_there:
        if os.environ.get("ENISHI_TEST_REQUIRE_ALL") == "1":
            pytest.fail(f"{what} is required here. {mend}")
        pytest.skip(f"{what} is not on this machine. {mend}")


@dataclass(slots=True)
class Shop:
    """A running bot and the emulated LINE it talks to."""

    app: web.Application
    line: LineEmulator
    line_url: str
    bot_url: str
    http: aiohttp.ClientSession

    async def phone(self, name: str) -> Phone:
        """Give a new person a phone."""
        return await Phone.new(self.line_url, self.http, name=name)

    async def friend(self, name: str) -> Phone:
        """A person who has added the account."""
        phone = await self.phone(name)
        await phone.follow()
        await self.settle()
        return phone

    async def settle(self) -> None:
        """Wait until LINE delivered everything and everything that can leave has left."""
        async with asyncio.timeout(20):
            while True:
                assert await self.line.settle(10)
                if await self._is_idle():
                    return
                await asyncio.sleep(0.005)

    async def _is_idle(self) -> bool:
        now = int(self.line.clock.seconds() * 1000)
        async with self.app[ENGINE].connect() as connection:
            waiting = await connection.scalar(
                text(
                    "SELECT (SELECT count(*) FROM inbox i JOIN lanes l ON l.key = i.lane "
                    "WHERE l.retry_at IS NULL OR l.retry_at <= :now) + "
                    "(SELECT count(*) FROM outbox WHERE state = 'sending' "
                    "OR state IN ('waiting', 'parked') AND due_at <= :now)"
                ),
                {"now": now},
            )
        carried = self.app[DISPATCHER].carried if DISPATCHER in self.app else 0
        return waiting == 0 and carried == 0

    async def sql(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Read the database, where no screen shows a thing yet."""
        async with self.app[ENGINE].connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]

    async def requests(self, path: str) -> list[dict[str, Any]]:
        """Return the calls that LINE received on a path."""
        async with self.http.get(f"{self.line_url}/_emulator/requests") as response:
            received = (await response.json())["requests"]
        return [request for request in received if request["path"] == path]

    async def fault(self, path: str, kind: str, **more: Any) -> None:
        """Let LINE fail on a path."""
        order = {"path": path, "kind": kind, **more}
        async with self.http.post(f"{self.line_url}/_emulator/faults", json=order) as response:
            assert response.status == 200, await response.text()

    async def no_faults(self) -> None:
        """Let LINE work again."""
        async with self.http.delete(f"{self.line_url}/_emulator/faults") as response:
            assert response.status == 200

    async def advance(self, seconds: float) -> None:
        """Let time pass, for LINE and for the bot."""
        order = {"advance": seconds}
        async with self.http.post(f"{self.line_url}/_emulator/clock", json=order) as response:
            assert response.status == 200

    async def work(self) -> None:
        """Look for due work at once instead of at the next poll."""
        await self.app[WORKER].work_once()
        await self.app[DISPATCHER].sweep_once()

    @asynccontextmanager
    async def process(self, roles: Role, **more: Any) -> AsyncIterator[web.Application]:
        """Run one more process of the same bot; it serves no port."""
        clock = self.line.clock.now
        app = create_app(self.app[SETTINGS], roles=roles, clock=clock, **more)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            yield app
        finally:
            await runner.cleanup()


Open = Callable[..., Awaitable[Shop]]


@asynccontextmanager
async def open_shop(
    database_url: str,
    redis_url: str,
    data: Path,
    *,
    roles: Role = ALL,
    publishes: bool = True,
    settings_more: Mapping[str, Any] = MappingProxyType({}),
    **more: Any,
) -> AsyncIterator[Shop]:
    """Run the bot and an emulated LINE, both over real HTTP on loopback.

    Args:
        database_url: with tables of this version.
        redis_url: of a server that nobody else uses now.
        data: a folder of its own.
        roles: what the bot's process does.
        publishes: whether the rich menus are on LINE.
        settings_more: settings that are not as they are by default.
        more: for ``create_app``, such as ``root``, a router of the test's own.
    """
    async with AsyncExitStack() as stack:
        line = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN)
        line.clock.freeze(NOON)
        line_server = TestServer(line.app)
        await line_server.start_server()
        stack.push_async_callback(line_server.close)
        line_url = str(line_server.make_url("")).rstrip("/")
        settings = Settings(
            channel_secret=SECRET,
            channel_access_token=TOKEN,
            secret_key="test-secret-key",
            line_api_base=line_url,
            database_url=database_url,
            redis_url=redis_url,
            data=data,
            **settings_more,
        )
        app = create_app(settings, roles=roles, clock=line.clock.now, **more)
        if publishes:
            await put_menus(app, line, settings)
        server = TestServer(app)
        stack.push_async_callback(server.close)  # of what was opened, should it not start
        await server.start_server()
        line.webhook_url = str(server.make_url("/line/webhook"))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        bot_url = str(server.make_url("")).rstrip("/")
        yield Shop(app=app, line=line, line_url=line_url, bot_url=bot_url, http=http)


def find_chromium() -> str | None:
    """Return the browser's program."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
