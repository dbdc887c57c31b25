"""Never a friend without a menu: whatever is edited, published, hidden, refused or dropped.

Each step changes something and need not wait for anything. When all has settled every friend sees
exactly the menu of their rules, or none while it is hidden.

``ENISHI_MENUS_EXAMPLES`` sets how many histories are played; CI plays a few.
"""

import asyncio
import contextlib
import os
import random
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import pytest
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.emulator import LineEmulator
from bot.emulator.acts import menus as screen
from bot.emulator.acts import people as acts
from bot.emulator.model import RichMenu, UserState
from bot.friends.profiles import ProfileFetch
from bot.friends.repository import FRIENDS, is_reachable
from bot.friends.service import Friends
from bot.line.client import LineClient, open_session
from bot.line.rates import Rates
from bot.menus import hides
from bot.menus.default import DefaultMenu
from bot.menus.keeper import Keeper
from bot.menus.link import MenuLink
from bot.menus.many import MenuLinks
from bot.menus.published import Published
from bot.menus.publishing import Friends as Publishing
from bot.menus.rules import Rules
from bot.menus.service import Menus
from bot.menus.tabs import Tabs
from bot.outbox import repository as outbox
from bot.outbox.carrier import Carrier
from bot.outbox.model import Call, Kind
from bot.people.service import People
from bot.signals import Signals
from bot.store import batch
from bot.store.engine import open_engine
from bot.store.tables.friends import friends, people
from bot.store.unit import Unit
from richmenus.calls import LineMenus, PublishError
from tests.menus.samples import SEGMENTS, rule_set
from tests.support import NOON, SECRET, TOKEN

KEYS: Final = ("guest", "member", "vip", "spring")
TABS: Final = Tabs([frozenset({"member", "vip"})])
PEOPLE: Final = 14
EXAMPLES: Final = int(os.environ.get("ENISHI_MENUS_EXAMPLES", "8"))
#: A history found in CI is printed as it is; shortening one takes minutes.
PHASES: Final = (Phase.generate, *((Phase.shrink,) if EXAMPLES > 100 else ()))
FAULTS: Final = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429},
    {"kind": "accept-then-500"},
    {"kind": "reset"},
)

tagged = st.sampled_from([[], ["regular"], ["vip"], ["regular", "vip"]])
somebody = st.integers(0, PEOPLE - 1)
menus = st.sampled_from(KEYS)
tests = st.sampled_from(
    [
        {"field": "tag", "op": "is", "value": "regular"},
        {"field": "tag", "op": "is", "value": "vip"},
        {"not": {"field": "tag", "op": "is", "value": "vip"}},
        {"field": "friendship_days", "op": ">=", "value": 1},
    ]
)


@st.composite
def periods(draw: st.DrawFn) -> dict[str, str]:
    """A rule counts always, or from or until some hours from the beginning."""
    which = draw(st.sampled_from(["", "from", "until"]))
    if not which:
        return {}
    return {which: (NOON + timedelta(hours=draw(st.integers(1, 40)))).isoformat()}


rules = st.lists(
    st.builds(
        lambda when, menu, period: {"when": when, "menu": menu, **period}, tests, menus, periods()
    ),
    max_size=3,
)


@dataclass(slots=True)
class World:
    """A bot without its web server, LINE, and whoever means something to both."""

    engine: AsyncEngine
    line: LineEmulator
    menus: Menus
    keeper: Keeper
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
            Kind.DEFAULT_MENU: DefaultMenu(engine, published),
            Kind.PROFILE: ProfileFetch(engine, clock),
        },
        is_reachable=reachable,
    )
    publishing = Publishing(
        engine, line_menus, default="guest", named=frozenset(KEYS), clock=clock
    )
    keeper = Keeper(engine, service, signals=Signals(), clock=clock)
    return World(
        engine, line, service, keeper, carrier, publishing, line_menus, [], Friends(People())
    )


class Menu(RuleBasedStateMachine):
    """One history."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.default = "guest"
        self.made = 0
        #: Ids that stand, by key; the newest last.
        self.versions: dict[str, list[str]] = {key: [] for key in KEYS}
        self.hidden: list[int] = []
        #: The tab each friend chose, while nothing has changed for them since.
        self.tabs: dict[str, str] = {}
        self.world = self.do(open_world(self.stack, self.template, survives=True))
        self.do(self.begin())

    def do(self, work: Any) -> Any:
        return self.runner.run(work)

    async def begin(self) -> None:
        world = self.world
        rows: list[dict[str, Any]] = []
        for number in range(PEOPLE):
            user = acts.create(world.line.platform, {"state": UserState.FRIEND})
            world.users.append(user.user_id)
            rows.append(_person(number, user.user_id))
        async with world.engine.begin() as connection:
            await batch.insert(connection, people, [row["person"] for row in rows])
            await batch.insert(connection, friends, [row["friend"] for row in rows])
        for key in KEYS:
            await self.publish(key)

    async def publish(self, key: str) -> None:
        """Bring a new version to LINE as the publisher does."""
        world = self.world
        self.made += 1
        menu = RichMenu(f"richmenu-{self.made:032x}", {"name": key, "areas": []}, "picture")
        world.line.world.menus.menus[menu.rich_menu_id] = menu
        self.versions[key].append(menu.rich_menu_id)
        if key == await world.publishing.default():
            await world.client.set_default(menu.rich_menu_id)
        async with world.engine.begin() as connection:
            await world.publishing.point(connection, {key: menu.rich_menu_id})
        if await world.publishing.repoint(key, menu.rich_menu_id) is None:
            return
        while len(self.versions[key]) > 1:
            await world.client.delete(self.versions[key][0])
            del self.versions[key][0]

    # -- what people do ---------------------------------------------------------------------------

    @rule(who=somebody, tags=tagged)
    def an_import_tags(self, who: int, tags: list[str]) -> None:
        self.do(self.tag(who, tags))

    @rule(who=somebody, tags=tagged)
    def an_event_tags(self, who: int, tags: list[str]) -> None:
        async def work() -> None:
            await self.tag(who, tags)
            await self.world.unit(
                lambda unit: self.world.menus.refresh(
                    unit, self.world.users[who], why="event", now=self.world.now
                )
            )

        self.do(work())

    async def tag(self, who: int, tags: list[str]) -> None:
        self.tabs.pop(self.world.users[who], None)
        async with self.world.engine.begin() as connection:
            values = '["' + '","'.join(tags) + '"]' if tags else "[]"
            await connection.exec_driver_sql(
                "UPDATE people SET tags = ? WHERE id = ?", (values, -1 - who)
            )

    @rule(who=somebody)
    def blocks_or_comes_back(self, who: int) -> None:
        self.do(self.turn(self.world.users[who]))

    async def turn(self, user_id: str) -> None:
        world = self.world
        user = world.line.world.users[user_id]
        self.tabs.pop(user_id, None)
        self.world.line.clock.advance(1)
        if user.state is UserState.FRIEND:
            acts.unfollow(world.line.platform, user)
            await world.unit(lambda unit: _unfollow(world, unit, user_id))
        else:
            acts.follow(world.line.platform, user)
            await world.unit(lambda unit: _follow(world, unit, user_id))

    @rule(who=somebody, tab=st.sampled_from(["member", "vip"]))
    def opens_a_tab(self, who: int, tab: str) -> None:
        self.do(self.open(self.world.users[who], tab))

    async def open(self, user_id: str, tab: str) -> None:
        world = self.world
        await world.settle()  # a tab is tapped on the menu that is there
        shown = world.shown(user_id)
        if shown in {"member", "vip"} and shown != tab:
            newest = self.versions[tab][-1]
            world.line.world.users[user_id].rich_menu_id = newest
            await world.unit(lambda unit: world.menus.choose_tab(unit, user_id, tab))
            self.tabs[user_id] = tab

    # -- what staff do ----------------------------------------------------------------------------

    @rule(written=rules, default=menus)
    def edits_the_rules(self, written: list[dict[str, Any]], default: str) -> None:
        self.tabs.clear()
        self.default = default
        found: Rules = rule_set(*written, default=default)
        self.world.menus.replace(found, SEGMENTS)
        self.world.publishing = Publishing(
            self.world.engine,
            self.world.client,
            default=default,
            named=frozenset(KEYS),
            clock=self.world.line.clock.now,
        )

    @rule(key=menus)
    def publishes(self, key: str) -> None:
        async def work() -> None:
            with contextlib.suppress(PublishError):  # LINE had enough: the next one goes on
                await self.publish(key)

        self.do(work())

    @rule(menu=st.one_of(st.none(), menus), minutes=st.one_of(st.none(), st.integers(1, 600)))
    def hides(self, menu: str | None, minutes: int | None) -> None:
        async def work() -> None:
            until = None if minutes is None else self.world.now + timedelta(minutes=minutes)
            async with self.world.engine.begin() as connection:
                begun = await hides.begin(
                    connection, menu=menu, rule=None, until=until, why="test", now=self.world.now
                )
            self.hidden.append(begun.hide_id)

        self.tabs.clear()
        self.do(work())

    @precondition(lambda self: self.hidden)
    @rule()
    def shows_again(self) -> None:
        async def work() -> None:
            async with self.world.engine.begin() as connection:
                await hides.end(connection, self.hidden.pop(), now=self.world.now)

        self.do(work())

    # -- what goes wrong --------------------------------------------------------------------------

    @rule(fault=st.sampled_from(FAULTS), times=st.integers(1, 3))
    def line_has_trouble(self, fault: dict[str, Any], times: int) -> None:
        self.world.line.platform.faults.add({"path": "/v2/bot/", "times": times, **fault})

    @rule(seconds=st.sampled_from([0, 5, 15]))
    def line_takes_its_time(self, seconds: int) -> None:
        self.world.line.world.behaviour.menu_bulk_seconds = seconds

    @rule(survives=st.booleans())
    def blocks_forget_menus_or_not(self, survives: bool) -> None:  # noqa: FBT001 - drawn
        self.world.line.world.behaviour.menu_survives_block = survives

    @rule(most=st.integers(0, 3))
    def a_dispatcher_dies(self, most: int) -> None:
        self.do(self.world.send(most))

    @rule()
    def the_keeper_goes_on_a_little(self) -> None:
        self.do(self.world.keeper.step())

    @rule(minutes=st.integers(1, 900))
    def time_passes(self, minutes: int) -> None:
        self.tabs.clear()
        self.world.line.clock.advance(60 * minutes)
        self.world.line.platform.catch_up()

    # -- what must be so --------------------------------------------------------------------------

    @rule()
    def settles(self) -> None:
        self.do(self.check())

    async def check(self) -> None:
        world = self.world
        await world.settle()
        for user_id in world.users:
            if world.line.world.users[user_id].state is not UserState.FRIEND:
                continue
            wanted, shown = await world.wanted(user_id), world.shown(user_id)
            assert TABS.same(wanted, shown), f"{user_id} sees {shown}, not {wanted}"
            assert self.tabs.get(user_id, shown) == shown, "the tab was taken from them"
        async with world.engine.connect() as connection:
            hidden = list(await hides.stored(connection))
        menus_now = world.line.world.menus
        default = menus_now.menus.get(menus_now.default_id or "")
        shown = "-" if default is None else default.body["name"]
        choice = world.menus.chooser.at(world.now, tuple(hidden))
        assert shown == choice.unlinked

    def teardown(self) -> None:
        try:
            self.do(self.check())
        finally:
            self.do(self.stack.aclose())
            self.runner.close()


async def _follow(world: World, unit: Unit, user_id: str) -> None:
    await world.services.follow(unit, user_id, at=world.now, why="event")
    await world.menus.relink(unit, user_id, why="event", now=world.now)


async def _unfollow(world: World, unit: Unit, user_id: str) -> None:
    await world.services.unfollow(unit, user_id, at=world.now, why="event")


def _person(number: int, user_id: str) -> dict[str, dict[str, Any]]:
    return {
        "person": {
            "id": -1 - number, "attributes": {}, "tags": [], "created_at": NOON, "version": 1
        },
        "friend": {
            "id": number + 1, "user_id": user_id, "person_id": -1 - number, "state": "friend",
            "followed_at": NOON, "version": 1,
        },
    }  # fmt: skip


@pytest.mark.timeout(120 + 10 * EXAMPLES)
def test_nobody_is_ever_without_a_menu(sqlite_template: Path) -> None:
    Menu.template = sqlite_template
    run_state_machine_as_test(
        Menu,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
