"""Never a friend without a menu: whatever is edited, published, hidden, refused or dropped.

Each step changes something and need not wait for anything. When all has settled every friend sees
exactly the menu of their rules, or none while it is hidden. What was changed on LINE by hand is
found by the nightly check, and a menu that was deleted there stands again once it is published.

``ENISHI_MENUS_EXAMPLES`` sets how many histories are played; CI plays a few.
"""

import asyncio
import contextlib
import os
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.emulator.acts import people as acts
from bot.emulator.model import RichMenu, UserState
from bot.menus import hides, repository
from bot.menus.publishing import Friends as Publishing
from bot.menus.rules import Rules
from bot.store import batch
from bot.store.tables.friends import friends, people
from bot.store.unit import Unit
from richmenus.calls import PublishError
from tests.menus.samples import SEGMENTS, rule_set
from tests.menus.strategies import FAULTS, PEOPLE, menus, names, rules, somebody, tagged
from tests.menus.world import KEYS, TABS, World, open_world
from tests.support import NOON

EXAMPLES: Final = int(os.environ.get("ENISHI_MENUS_EXAMPLES", "6"))
#: A history found in CI is printed as it is; shortening one takes minutes.
PHASES: Final = (Phase.generate, *((Phase.shrink,) if EXAMPLES > 100 else ()))


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
        #: Whether somebody linked or deleted something on LINE that we were not told of.
        self.meddled = False
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

    async def publish(self, *asked: str) -> None:
        """Bring new versions to LINE as the publisher does; what is gone there is made again."""
        world = self.world
        keys = sorted({*asked, *(await self.gone())})
        for key in keys:
            self.made += 1
            menu = RichMenu(f"richmenu-{self.made:032x}", {"name": key, "areas": []}, "picture")
            world.line.world.menus.menus[menu.rich_menu_id] = menu
            self.versions[key].append(menu.rich_menu_id)
        ids = {each: versions[-1] for each, versions in self.versions.items() if versions}
        default = await world.publishing.default()
        if default in ids:  # whatever was published: everybody's menu is seen to each time
            await world.client.set_default(ids[default])
        async with world.engine.begin() as connection:
            await world.publishing.point(connection, ids)
        for key in keys:
            if await world.publishing.repoint(key, ids[key]) is None:
                continue
            while len(self.versions[key]) > 1:
                await world.client.delete(self.versions[key][0])
                del self.versions[key][0]

    async def gone(self) -> list[str]:
        """Return the menus that friends are linked to, and that LINE has no more."""
        async with self.world.engine.connect() as connection:
            ids = await repository.published(connection)
        there = self.world.line.world.menus.menus
        return [key for key in KEYS if key in ids and ids[key] not in there]

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
            await world.unit(
                lambda unit: world.menus.choose_tab(unit, user_id, tab, why="event", now=world.now)
            )
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

    @rule(
        what=st.one_of(
            st.just({}), menus.map(lambda key: {"menu": key}), names.map(lambda key: {"rule": key})
        ),
        minutes=st.one_of(st.none(), st.integers(1, 600)),
    )
    def hides(self, what: dict[str, str], minutes: int | None) -> None:
        async def work() -> None:
            until = None if minutes is None else self.world.now + timedelta(minutes=minutes)
            hidden: dict[str, Any] = {"menu": None, "rule": None} | what
            async with self.world.engine.begin() as connection:
                begun = await hides.begin(
                    connection, **hidden, until=until, why="test", now=self.world.now
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

    # -- what another tool does on LINE -----------------------------------------------------------

    @rule(who=somebody, key=st.one_of(st.none(), menus))
    def links_by_hand(self, who: int, key: str | None) -> None:
        user_id = self.world.users[who]
        newest = None if key is None else self.versions[key][-1]
        self.world.line.world.users[user_id].rich_menu_id = newest
        self.tabs.pop(user_id, None)
        self.meddled = True

    @rule(key=menus)
    def deletes_by_hand(self, key: str) -> None:
        world = self.world.line.world
        gone = self.versions[key][-1]
        world.menus.menus.pop(gone, None)
        for user in world.users.values():
            if user.rich_menu_id == gone:
                user.rich_menu_id = None
        if world.menus.default_id == gone:
            world.menus.default_id = None
        self.meddled = True

    async def put_right(self) -> None:
        """Let a night go by, and publish what it has found to be deleted."""
        await self.world.settle()
        report = await self.world.checker.check()
        gone = await self.gone()
        assert set(report.missing) == set(gone).intersection(_known(self.world))
        if gone:
            await self.publish()
        await self.world.settle()
        await self.world.checker.check()
        self.meddled = False

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
        if self.meddled:
            await self.put_right()
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


def _known(world: World) -> set[str]:
    """Return the menus that a check asks of: those that somebody can be shown."""
    return {*world.menus.chooser.rules.menus, *TABS.keys}


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
            # The short form plays the same histories each time; the long one finds new ones.
            derandomize="ENISHI_MENUS_EXAMPLES" not in os.environ,
            stateful_step_count=25,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_default_published_while_hidden_is_there_when_shown_again(sqlite_template: Path) -> None:
    Menu.template = sqlite_template
    state = Menu()
    state.settles()
    state.hides(what={}, minutes=377)
    state.publishes(key="guest")
    state.shows_again()
    state.teardown()


def test_a_default_published_while_a_hide_touches_nobody_is_there_at_once(
    sqlite_template: Path,
) -> None:
    Menu.template = sqlite_template
    state = Menu()
    state.hides(what={"rule": "first"}, minutes=None)
    state.settles()
    state.publishes(key="guest")
    assert {state.world.shown(user_id) for user_id in state.world.users} == {"guest"}
    state.teardown()
