"""One command brings definitions and rich menus to where the files say."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.content import commands
from bot.keys import LIBRARY
from bot.resources import ENGINE
from tests.flows.support import environment
from tests.menus.support import keep, menus_of
from tests.support import Shop

FRIENDS_FIRST = (
    "rules:\n  - {when: {field: effective_friend, op: is, value: true}, menu: member}\n"
)


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def run(shop: Shop, *words: str) -> str:
    await shop.advance(1)  # LINE counts lists by the second
    done = await asyncio.to_thread(CliRunner().invoke, commands, words, env=environment(shop))
    assert done.exit_code == 0, f"{done.output}{done.exception}"
    return done.output


async def test_plan_and_apply_take_the_menus_along_where_it_is_asked(
    shop: Shop, account: Path
) -> None:
    mei = await shop.friend("Mei")
    menus = account / "menus.yaml"
    menus.write_text(menus.read_text("utf-8").replace("rules:\n", FRIENDS_FIRST, 1), "utf-8")
    del shop.line.world.menus.aliases["enishi-member"]  # by hand, on LINE
    said = await run(shop, "plan", str(account), "--menus")
    assert "member" in said
    assert "Rich menus: To do:\n  member: name it enishi-member, for tabs" in said
    assert await menus_of(mei) == ["guest"]
    done = await run(shop, "apply", str(account), "--menus", "--yes")
    assert "Applied." in done
    assert "2 menus on LINE: 0 new" in done
    assert "enishi-member" in shop.line.world.menus.aliases
    async with shop.app[ENGINE].connect() as connection:
        await shop.app[LIBRARY].refresh(connection)
    await keep(shop)
    assert await menus_of(mei) == ["member"]
    again = await run(shop, "plan", str(account), "--menus", "--exit-code")
    assert "Rich menus: Definitions, database and LINE agree." in again
