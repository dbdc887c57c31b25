"""A member with a coupon in hand, and the addresses that their talk gives them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import orjson

from bot import keys
from bot.coupons import pins
from bot.emulator.phone import Phone
from bot.membership.links import PAGES
from bot.points.actor import Actor
from bot.resources import CLOCK, ENGINE, USE_CASE
from bot.staff.model import COMMAND_LINE
from bot.staff.shops import StaffShop, add_shop
from tests.support import Shop

PIN = "4821"
LOAVES = "first_hundred_loaves"
MANAGER = Actor(staff_id=1, shop="honten", device="console")


async def open_shops(shop: Shop) -> None:
    """Two shops; staff of the first have a PIN for friends' phones."""
    now = shop.app[CLOCK]()
    async with shop.app[ENGINE].begin() as connection:
        for key, name in (("honten", "本店"), ("ekimae", "駅前店")):
            place = StaffShop(key=key, name=name)
            await add_shop(connection, place, by=COMMAND_LINE, now=now)
        await pins.set_pin(connection, "honten", PIN, actor=MANAGER, now=now)


async def join(shop: Shop, name: str = "Mei") -> Phone:
    """A friend who has just become a member."""
    mei = await shop.friend(name)
    await mei.postback("action=card.join")
    await shop.settle()
    return mei


async def take_coupon(shop: Shop, mei: Phone, campaign: str = LOAVES) -> None:
    await mei.postback(f"action=coupon.claim&campaign={campaign}")
    await shop.settle()


async def person_of(shop: Shop, mei: Phone) -> int:
    rows = await shop.sql("SELECT person_id FROM friends WHERE user_id = :id", id=mei.user_id)
    return int(rows[0][0])


async def give_points(shop: Shop, mei: Phone, points: int) -> None:
    person_id, now = await person_of(shop, mei), shop.app[CLOCK]()
    async with shop.app[USE_CASE]() as unit:
        await shop.app[keys.POINTS].earn(
            unit, person_id, points, key=f"gift:{person_id}", reason="ごあいさつ", now=now
        )


async def address(shop: Shop, mei: Phone, page: str) -> str:
    """Return the last address of a page that the talk shows, on this machine."""
    said = orjson.dumps(await mei.sees()).decode()
    found = re.findall(rf'"https://[^"/]+({PAGES}/{page}/[^"]+)"', said)
    assert found, said
    return shop.bot_url + str(found[-1])


async def read(shop: Shop, url: str) -> tuple[int, str]:
    async with shop.http.get(url) as answer:
        return answer.status, await answer.text()


async def code(shop: Shop, url: str) -> dict[str, Any]:
    async with shop.http.get(f"{url}/code") as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


async def type_pin(
    shop: Shop, url: str, pin: str, *, key: str = "k1", at: str = "honten"
) -> dict[str, Any]:
    fields = {"shop": at, "pin": pin, "key": key}
    async with shop.http.post(f"{url}/pin", data=fields) as answer:
        assert answer.status == 200, await answer.text()
        came: dict[str, Any] = await answer.json()
        return came


def plain(html: str) -> str:
    """Return what can be read on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


MINUTE = timedelta(minutes=1)
