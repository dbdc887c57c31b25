"""What stories about menus need beside a shop."""

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from bot.app import KEEPER
from bot.cli import cli
from bot.emulator.phone import Phone
from bot.errors import SetupError
from bot.keys import MENUS, SEGMENTS
from bot.menus import hides, rules
from bot.menus.tabs import Tabs
from bot.postbacks import SwitchTab
from bot.resources import ENGINE
from tests.flows.support import environment, menu_of
from tests.support import Shop

REGULARS: Final = {"field": "tag", "op": "is", "value": "regular"}
FRIENDS: Final = {"field": "effective_friend", "op": "is", "value": True}
BULK: Final = "/v2/bot/richmenu/bulk/link"
BULK_UNLINK: Final = "/v2/bot/richmenu/bulk/unlink"
DEFAULT: Final = "/v2/bot/user/all/richmenu"

both = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


async def decide(shop: Shop, *written: dict[str, Any], default: str = "guest") -> None:
    """Go by other rules from now on."""
    segments = shop.app[SEGMENTS]
    read = rules.read({"rules": list(written), "default": default}, segments)
    shop.app[MENUS].replace(read, segments)
    await keep(shop)


def join_tabs(shop: Shop, *menus: str) -> None:
    """Let menus be tabs of one set."""
    shop.app[MENUS].tabs = Tabs([frozenset(menus)])


async def keep(shop: Shop) -> None:
    """Let the keeper look now instead of in a second, until LINE has heard everything."""
    for _ in range(3):  # a default goes after the links it waits for
        await shop.app[KEEPER].catch_up()
        await shop.settle()


async def hide(shop: Shop, **what: Any) -> int:
    """Hide as the command does."""
    async with shop.app[ENGINE].begin() as connection:
        now = shop.line.clock.now()
        asked = {"menu": None, "rule": None, "until": None} | what
        begun = await hides.begin(connection, **asked, why="test", now=now)
    await keep(shop)
    return begun.hide_id


async def show(shop: Shop, hide_id: int) -> None:
    """Show again."""
    async with shop.app[ENGINE].begin() as connection:
        assert await hides.end(connection, hide_id, now=shop.line.clock.now())
    await keep(shop)


async def tag(shop: Shop, *phones: Phone, tags: str = '["regular"]') -> None:
    """Tag people as an import would: nobody is told."""
    async with shop.app[ENGINE].begin() as connection:
        for phone in phones:
            await connection.exec_driver_sql(
                f"UPDATE people SET tags = '{tags}' WHERE id = (SELECT person_id FROM friends "  # noqa: S608
                f"WHERE user_id = '{phone.user_id}')"
            )


async def opens(shop: Shop, phone: Phone, tab: str) -> None:
    """Switch tabs as LINE does: it links the menu, and says so."""
    menus = shop.line.world.menus
    menu_id = menus.aliases[f"enishi-{tab}"]
    shop.line.world.users[phone.user_id].rich_menu_id = menu_id
    params = {"newRichMenuAliasId": f"enishi-{tab}", "status": "SUCCESS"}
    await phone.postback(SwitchTab(tab).encode(), params)
    await shop.settle()


async def menus_of(*phones: Phone) -> list[str | None]:
    """Return the keys of what the phones show."""
    return [await menu_of(phone) for phone in phones]


def written(folder: Path, text: str) -> Path:
    """Keep a file of rules."""
    path = folder / "menus.yaml"
    path.write_text(text, "utf-8")
    return path


async def command(shop: Shop, *arguments: str) -> tuple[int, str]:
    """Run ``enishi menus``; return its exit code and what it said."""

    def work() -> tuple[int, str]:
        ran = CliRunner().invoke(cli, ["menus", *arguments], env=environment(shop))
        if isinstance(ran.exception, SetupError):
            return ran.exception.exit_code, str(ran.exception)
        return ran.exit_code, ran.stdout

    return await asyncio.to_thread(work)
