"""A bot without its web server, and LINE; each step is taken by hand, so that any can fail."""

import random
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from aiohttp.test_utils import TestServer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.emulator import LineEmulator
from bot.emulator.acts import menus as screen
from bot.friends.profiles import ProfileFetch
from bot.friends.repository import FRIENDS, is_reachable
from bot.friends.service import Friends
from bot.line.client import LineClient, open_session
from bot.line.rates import Rates
from bot.menus.batching import MenuBatches
from bot.menus.checking import Checker
from bot.menus.default import DefaultMenu
from bot.menus.keeper import Keeper
from bot.menus.link import MenuLink
from bot.menus.many import MenuLinks
from bot.menus.published import Published
from bot.menus.publishing import Friends as Publishing
from bot.menus.service import Menus
from bot.menus.tabs import Tabs
from bot.outbox import repository as outbox
from bot.outbox.carrier import Carrier
from bot.outbox.model import Call, Kind
from bot.people.service import People
from bot.signals import Signals
from bot.store.engine import open_engine
from bot.store.unit import Unit
from richmenus.calls import LineMenus
from tests.menus.samples import SEGMENTS, rule_set
from tests.support import NOON, SECRET, TOKEN

KEYS: Final = ("guest", "member", "vip", "spring")
TABS: Final = Tabs([frozenset({"member", "vip"})])


@dataclass(slots=True)
class World:
    """A bot without its web server, LINE, and whoever means something to both."""

    engine: AsyncEngine
    line: LineEmulator
    menus: Menus
    keeper: Keeper
    checker: Checker
    carrier: Carrier
    publishing: Publishing
    client: LineMenus
    users: list[str]
    services: Friends
    dice: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311

    @property
    def now(self) -> datetime:
        return self.line.clock.now()

    async def unit(self, work: Callable[[Unit], Awaitable[None]]) -> None:
        """Do something as the worker does, up to the commit."""
        async with self.engine.begin() as connection:
            unit = Unit(connection)
            await work(unit)
            await unit.flush()

    async def send(self, most: int | None = None) -> int:
        """Let a dispatcher take what is due; it dies after so many calls."""
        owner = f"o{self.dice.random()}"
        async with self.engine.begin() as connection:
            found = await outbox.claim_due(connection, owner=owner, now=self.now, limit=500)
        lanes: dict[str, list[Call]] = {}
        for call in found:
            lanes.setdefault(call.lane, []).append(call)
        order = list(lanes.values())
        self.dice.shuffle(order)
        sent = 0
        for lane in order:
            for call in lane:
                if most is not None and sent >= most:
                    return sent  # the process dies: what it holds comes back when its leases end
                sent += 1
                verdict = await self.carrier.carry(call, is_stopping=_once())
                async with self.engine.begin() as connection:
                    await outbox.settle(connection, [verdict], owner=owner, now=self.now)
        return sent

    async def settle(self) -> None:
        """Wait until nothing is under way any more, at LINE neither."""
        self.line.platform.faults.clear()
        for _ in range(60):
            await self.keeper.catch_up()
            await self.send()
            await self.keeper.catch_up()
            if not await self.is_open():
                return
            self.line.clock.advance(31)
            self.line.platform.catch_up()
        raise AssertionError("the outbox never empties")

    async def is_open(self) -> bool:
        async with self.engine.connect() as connection:
            rows = await connection.exec_driver_sql(
                "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending', 'parked') LIMIT 1"
            )
            return bool(rows.fetchall())

    async def wanted(self, user_id: str) -> str:
        """Return what the rules say of a friend, asked in memory."""
        async with self.engine.connect() as connection:
            unit = Unit(connection)
            friend = await unit.get(FRIENDS, user_id)
            assert friend is not None
            return await self.menus.desired(unit, friend, now=self.now)

    def shown(self, user_id: str) -> str:
        """Return what the phone shows."""
        seen = screen.shown(self.line.world, self.line.world.users[user_id])
        return "-" if seen is None else str(seen[0].body["name"])


def _once() -> Callable[[], bool]:
    """Stop a carrier after one attempt: nobody waits here."""
    asked: list[bool] = []

    def is_stopping() -> bool:
        asked.append(True)
        return len(asked) > 1

    return is_stopping


async def open_world(stack: AsyncExitStack, template: Path, *, survives: bool) -> World:
    folder = Path(mkdtemp(prefix="enishi-menus-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    shutil.copy(template, folder / "world.db")
    engine = open_engine(f"sqlite+aiosqlite:///{folder}/world.db")
    stack.push_async_callback(engine.dispose)
    line = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN, rate_scale=0)
    line.clock.freeze(NOON)
    line.world.behaviour.menu_survives_block = survives
    server = TestServer(line.app)
    await server.start_server()
    stack.push_async_callback(server.close)
    http = await stack.enter_async_context(open_session())
    client = LineClient(http, base=str(server.make_url("")).rstrip("/"), token=TOKEN)

    async def pause(seconds: float) -> None:
        line.clock.advance(seconds)
        line.platform.catch_up()

    async def reachable(user_id: str) -> bool:
        async with engine.connect() as connection:
            return await is_reachable(connection, user_id)

    service = Menus(rule_set(), SEGMENTS, TABS)
    published = Published(engine)
    clock = line.clock.now
    line_menus = LineMenus(client, pause=pause)
    carrier = Carrier(
        engine=engine,
        line=client,
        rates=Rates(None, scale=0),
        clock=clock,
        owner="test",
        requesters={
            Kind.MENU: MenuLink(engine, published),
            Kind.MENUS: MenuLinks(engine, published, clock),
            Kind.MENU_BATCH: MenuBatches(engine, clock),
            Kind.DEFAULT_MENU: DefaultMenu(engine, published),
            Kind.PROFILE: ProfileFetch(engine, clock),
        },
        is_reachable=reachable,
    )
    publishing = Publishing(
        engine, line_menus, default="guest", named=frozenset(KEYS), clock=clock
    )
    keeper = Keeper(engine, service, signals=Signals(), clock=clock)
    keeper.batch_from, keeper.window = 3, 5
    checker = Checker(engine, client, service, clock=clock)
    return World(
        engine, line, service, keeper, checker, carrier, publishing, line_menus, [],
        Friends(People()),
    )  # fmt: skip
