"""Running processes go by what was applied, and by nothing that they cannot read."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from bot import keys
from bot.app import Role
from bot.cli import cli
from bot.content import stored
from bot.content.model import Kind
from bot.definitions.library import Library
from bot.definitions.plan import apply, plan
from bot.resources import ENGINE, SIGNALS
from bot.signals import CONTENT
from bot.store.tables.definitions import definitions
from tests.content.support import BIG_FEET, SHOE, Desk
from tests.flows.support import WORDS, environment, menu_of, texts
from tests.menus.support import keep
from tests.support import NOON, Shop

FIRST = "麦とつばめを、どちらでお知りになりましたか？"
FRIENDS_FIRST = """\
rules:
  - {when: {field: friendship, op: is, value: friend}, menu: member}
"""
TEA = """\
key: tea
bar_text: お茶
size: small
layout: 1
areas:
  - {label: 使い方, action: help}
"""
NEW = "どこで麦とつばめをお見かけになりましたか？"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_true():
            await asyncio.sleep(0.005)


async def bring(shop: Shop, folder: Path, *, prune: bool = False) -> None:
    """Apply a folder as the command does, and signal."""
    async with shop.app[ENGINE].begin() as connection:
        await apply(connection, await plan(connection, folder, prune=prune), now=NOON)
    shop.app[SIGNALS].notify(CONTENT)
    revision = shop.app[keys.LIBRARY].revision
    await until(lambda: shop.app[keys.LIBRARY].revision != revision)


async def starts(shop: Shop, name: str) -> list[str]:
    phone = await shop.friend(name)
    await phone.taps_menu(WORDS.buttons.survey)
    await shop.settle()
    return await texts(phone)


async def test_friends_are_asked_what_was_applied_a_moment_ago(shop: Shop, desk: Desk) -> None:
    assert (await starts(shop, "Mei"))[-1] == FIRST
    desk.add("attributes.yaml", SHOE)
    desk.write("segments/big_feet.yaml", BIG_FEET)
    desk.edit("surveys/welcome.yaml", FIRST, NEW)
    desk.edit("surveys/welcome.yaml", "version: 1", "version: 2")
    await bring(shop, desk.folder)
    assert (await starts(shop, "Ken"))[-1] == NEW
    assert "big_feet" in shop.app[keys.SEGMENTS].keys
    assert "shoe_size" in shop.app[keys.PEOPLE].vocabulary.attributes


async def test_a_menu_rule_that_is_applied_moves_whom_it_fits(shop: Shop, desk: Desk) -> None:
    mei = await shop.friend("Mei")
    assert await menu_of(mei) == "guest"
    desk.edit("menus.yaml", "rules:\n", FRIENDS_FIRST)
    assert "menu: 1 friends guest -> member" in (await asyncio.to_thread(desk.plan)).output
    await bring(shop, desk.folder)
    await keep(shop)
    assert await menu_of(mei) == "member"


async def test_another_process_hears_of_it(shop: Shop, desk: Desk, redis_url: str) -> None:
    async with shop.process(Role.WORKER) as worker:
        assert "big_feet" not in worker[keys.SEGMENTS].keys
        desk.add("attributes.yaml", SHOE)
        desk.write("segments/big_feet.yaml", BIG_FEET)
        done = await asyncio.to_thread(desk.apply, "--prune", redis_url=redis_url)
        assert done.exit_code == 0
        await until(lambda: "big_feet" in worker[keys.SEGMENTS].keys)
        assert "favourites" not in worker[keys.SURVEYS].definitions


async def spoil(shop: Shop, kind: Kind, key: str) -> None:
    """Leave something behind that another version could read."""
    async with shop.app[ENGINE].begin() as connection:
        await stored.begin(connection, now=NOON)
        await connection.execute(
            update(definitions)
            .where(definitions.c.kind == kind.value, definitions.c.key == key)
            .values(body=f"key: {key}\nnew: thing\n")
        )


async def test_what_cannot_be_read_any_more_is_used_as_it_was(shop: Shop, desk: Desk) -> None:
    await bring(shop, desk.folder, prune=True)
    library = shop.app[keys.LIBRARY]
    for kind, key in ((Kind.SURVEY, "welcome"), (Kind.SEGMENT, "morning_bread")):
        await spoil(shop, kind, key)
    async with shop.app[ENGINE].connect() as connection:
        assert await library.refresh(connection)
    assert {problem.file for problem in library.problems} == {
        "stored survey welcome",
        "stored segment morning_bread",
    }
    assert (await starts(shop, "Mei"))[-1] == FIRST
    async with shop.http.get(f"{shop.bot_url}/metrics") as response:
        assert "enishi_definitions_broken 2.0" in await response.text()


@pytest.mark.parametrize(
    ("kind", "key", "is_there"),
    [
        (Kind.ATTRIBUTE, "favourites", True),  # the sample's is used
        (Kind.SEGMENT, "bread_of_ours", False),  # there never was another
        (Kind.MENUS, "menus", True),
        (Kind.RICH_MENU, "member", True),
    ],
)
async def test_a_process_starts_without_what_it_cannot_read(
    shop: Shop, desk: Desk, kind: Kind, key: str, *, is_there: bool
) -> None:
    desk.edit("segments/morning_bread.yaml", "key: morning_bread", "key: bread_of_ours")
    await bring(shop, desk.folder, prune=True)
    await spoil(shop, kind, key)
    library = Library()
    async with shop.app[ENGINE].connect() as connection:
        await library.refresh(connection)
    assert library.problems[0].file == f"stored {kind} {key}"
    assert library.contents.rules.default == "guest"
    assert ("bread_of_ours" in library.contents.segments.keys) == is_there


async def test_a_menu_that_cannot_be_read_stays_on_line_and_stops_publishing(
    shop: Shop, desk: Desk
) -> None:
    (desk.folder / "richmenus").mkdir()
    desk.write("richmenus/tea.yaml", TEA)
    desk.edit("menus.yaml", "rules:\n", FRIENDS_FIRST.replace("member", "tea"))
    await bring(shop, desk.folder)
    env = environment(shop)
    await asyncio.to_thread(CliRunner().invoke, cli, ["richmenus", "apply"], env=env)
    before = dict(shop.line.world.menus.menus)
    assert len(before) == 3
    await spoil(shop, Kind.RICH_MENU, "tea")
    library = Library()
    async with shop.app[ENGINE].connect() as connection:
        await library.refresh(connection)
    assert [rule.menu for rule in library.contents.rules.rules] == ["tea", "member"]
    assert "tea" in library.contents.tabs.keys
    await shop.advance(1)
    done = await asyncio.to_thread(CliRunner().invoke, cli, ["richmenus", "apply"], env=env)
    assert "the menu tea is defined, and cannot be read: enishi doctor" in str(done.exception)
    assert shop.line.world.menus.menus == before
