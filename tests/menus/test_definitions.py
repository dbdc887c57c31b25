"""Rules that are stored anew reach the keeper and the worker of a process that runs."""

import asyncio

from bot.content import stored
from bot.content.model import Kind
from bot.emulator.phone import Phone
from bot.resources import CLOCK, ENGINE, SIGNALS
from bot.signals import CONTENT
from tests.support import Shop


async def title_of(phone: Phone) -> str | None:
    menu = await phone.menu()
    return None if menu is None else str(menu["name"]).split(":")[1]


async def test_stored_rules_move_who_is_there_and_greet_who_comes(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    assert await title_of(mei) == "guest"
    rule = {"when": {"field": "friendship", "op": "is", "value": "friend"}, "menu": "member"}
    now = shop.app[CLOCK]()
    async with shop.app[ENGINE].begin() as connection:
        await stored.begin(connection, now=now)
        values = {"rules": [rule], "default": "guest"}
        await stored.put(connection, Kind.MENUS, "menus", values, source="staff:1", now=now)
    shop.app[SIGNALS].notify(CONTENT)
    async with asyncio.timeout(15):
        while await title_of(mei) != "member":
            await asyncio.sleep(0.05)
    ken = await shop.friend("Ken")
    assert await title_of(ken) == "member"
