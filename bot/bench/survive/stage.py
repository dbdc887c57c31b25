"""Everything a run needs, started in order: stores, the emulated LINE, menus, the bot's processes.

friends -> emulated LINE -> proxy -> web ──┐
emulated LINE <- proxy <- worker, dispatcher ┴─ proxies -> PostgreSQL or SQLite, Redis
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import aiohttp
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.processes import Child, Crew
from bot.bench.proxy import Proxy
from bot.bench.survive.line import Line
from bot.bench.survive.shared_clock import SharedClock
from bot.bench.survive.stores import Stores, open_stores
from bot.content import menu_rules
from bot.embedded.valkey import free_port
from bot.line.client import LineClient, open_session
from bot.menus.publishing import Friends
from bot.store.engine import open_engine
from bot.webhook.views import PATH
from richmenus.calls import LineMenus
from richmenus.publish import Publisher
from richmenus.version import versions

SECRET: Final = "survive-channel-secret"  # noqa: S105 - the emulator's, on loopback
TOKEN: Final = "survive-channel-access-token"  # noqa: S105 - the emulator's, on loopback
#: How long requests on their way get to arrive before time is moved, and after.
HUSH_SECONDS: Final = 0.25
#: And how long a process may take to say that it has read what came; it may be dead.
HEARING_SECONDS: Final = 5.0
#: SQLite has one writer, and a small shop one process.
SQLITE_CREW: Final = {"serve": 1}
POSTGRES_CREW: Final = {"web": 2, "worker": 2, "dispatcher": 1, "scheduler": 1}


class Jump(NamedTuple):
    """A moment at which time was moved."""

    #: By the emulator's clock before it, in milliseconds.
    at: int
    seconds: float


@dataclass(slots=True)
class Stage:
    """A running bot between proxies, and the LINE it talks to."""

    stores: Stores
    line: Line
    clock: SharedClock
    crew: Crew
    folder: Path
    to_line: Proxy = field(default_factory=lambda: Proxy("line"))
    to_bot: Proxy = field(default_factory=lambda: Proxy("webhooks"))
    #: The emulator; nobody kills it.
    platform: Child | None = None
    jumps: list[Jump] = field(default_factory=list)
    _moving: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def advance(self, seconds: float) -> None:
        """Move time for LINE and for the bot while nothing is on its way between them.

        A request that met a jump would carry two times, which no real network does.
        """
        async with self._moving:
            await self.to_bot.refuse()
            await self.to_line.refuse()
            await self._let_read()
            await asyncio.sleep(HUSH_SECONDS)
            self.clock.advance(seconds)
            self.jumps.append(Jump((await self.line.get("clock"))["now"], seconds))
            await self.line.post("clock", advance=seconds)
            await asyncio.sleep(HUSH_SECONDS)
            await self.to_line.start()
            await self.to_bot.start()

    async def _let_read(self) -> None:
        """Return once each process that takes webhooks has read those that reached it.

        On a machine with much else to do that takes longer than a moment, and one that is read
        after the jump would seem to be as young as the jump is late.
        """
        timeout = aiohttp.ClientTimeout(total=HEARING_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            for port in self.to_bot.targets:
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                    async with http.get(f"http://127.0.0.1:{port}/healthz"):
                        pass

    def engine(self) -> AsyncEngine:
        """Open the database past the proxy."""
        return open_engine(self.stores.direct_url, pool_size=2)


@asynccontextmanager
async def open_stage(
    folder: Path, *, postgres: bool, breakage: str | None, crew: Mapping[str, int] | None = None
) -> AsyncIterator[Stage]:
    """Start everything; at the end all of it is stopped and nothing stays behind."""
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(folder, postgres=postgres))
        clock = SharedClock(folder / "clock")
        line_port = free_port()
        platform = Child(
            "line", _arguments("line", folder, None), _env(folder, line_port), folder / "line.log"
        )
        platform.start()
        stack.callback(platform.stop)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        stage = Stage(stores, Line(http, line_port), clock, Crew([]), folder, platform=platform)
        await stage.line.wait_until_up()
        for proxy in (stage.to_line, stage.to_bot):
            await proxy.start()
            stack.push_async_callback(proxy.refuse)
        stage.to_line.targets = [line_port]
        await _publish_menus(stage)
        children = _children(stage, crew or (POSTGRES_CREW if postgres else SQLITE_CREW), breakage)
        stage.crew = Crew(children)
        url = f"http://127.0.0.1:{stage.to_bot.port}"
        await stage.line.post(
            "webhook", url=url + PATH, attempts=7, redelivery=True, backoffSeconds=0.25
        )
        await stack.enter_async_context(stage.crew)
        await _wait_until_ready(http, url)
        yield stage


def _children(stage: Stage, crew: Mapping[str, int], breakage: str | None) -> Sequence[Child]:
    children, web_ports = [], []
    for role, count in crew.items():
        for number in range(1, count + 1):
            port = free_port()
            if role in {"web", "serve"}:
                web_ports.append(port)
            name = role if count == 1 else f"{role}{number}"
            env = _env(stage.folder, port) | {
                "LINE_API_BASE": f"http://127.0.0.1:{stage.to_line.port}",
                "DATABASE_URL": stage.stores.child_url,
                "REDIS_URL": stage.stores.redis_url,
            }
            arguments = _arguments(role, stage.folder, breakage)
            children.append(Child(name, arguments, env, stage.folder / f"{name}.log"))
    stage.to_bot.targets = web_ports
    return children


def _arguments(role: str, folder: Path, breakage: str | None) -> list[str]:
    arguments = ["-m", "bot.bench.survive.child", "--role", role, "--clock", str(folder / "clock")]
    return arguments + (["--break", breakage] if breakage else [])


def _env(folder: Path, port: int) -> dict[str, str]:
    root = Path(__file__).parents[3]
    return {
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "SECRET_KEY": "survive-secret-key",
        "PUBLIC_URL": "https://shop.example",
        "LINE_RATE_SCALE": "1",
        "ENISHI_DATA": str(folder),
        "PORT": str(port),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
    }


async def _publish_menus(stage: Stage) -> None:
    """Bring the account's menus to LINE and note their ids, as a release does."""
    engine, rules = stage.engine(), menu_rules()
    async with open_session() as http:
        line = LineMenus(LineClient(http, base=stage.line.base, token=TOKEN))
        friends = Friends(
            engine, line, default=rules.default, named=rules.menus, clock=stage.clock.now
        )
        await Publisher(engine, line, friends, clock=stage.clock.now).apply(versions())
    await engine.dispose()


async def _wait_until_ready(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                async with http.get(f"{url}/readyz") as response:
                    if response.ok:
                        return
            except (aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(0.1)
