"""Many friends who all have one menu are moved to another by one call, and nobody is forgotten."""

from typing import Any

from bot.app import KEEPER
from bot.emulator.phone import Phone
from bot.keys import MENUS, SEGMENTS
from bot.menus import rules
from tests.flows.support import tell_line
from tests.menus.support import (
    BULK,
    FRIENDS,
    REGULARS,
    both,
    decide,
    hide,
    keep,
    menus_of,
    show,
    tag,
)
from tests.support import Shop

BATCH = "/v2/bot/richmenu/batch"
VALIDATE = "/v2/bot/richmenu/validate/batch"


async def members(shop: Shop) -> list[Phone]:
    """A dozen friends who see the menu of members, of which LINE is through."""
    phones = [await shop.friend(f"友だち{number}") for number in range(12)]
    await keep(shop)
    await decide(shop, {"when": FRIENDS, "menu": "member"})
    await later(shop, 60)
    assert await menus_of(*phones) == ["member"] * 12
    shop.app[KEEPER].batch_from = 10
    return phones


async def later(shop: Shop, seconds: float) -> None:
    """Let time pass, and everything happen that is due by then."""
    await shop.advance(seconds)
    await shop.work()
    await keep(shop)


async def phases(shop: Shop) -> list[Any]:
    return [row[0] for row in await shop.sql("SELECT phase FROM menu_batches ORDER BY id")]


@both
async def test_everybody_of_a_menu_moves_in_one_call(shop: Shop) -> None:
    phones = await members(shop)
    bulk = len(await shop.requests(BULK))
    await decide(shop, {"when": FRIENDS, "menu": "guest"})
    assert await menus_of(*phones) == ["guest"] * 12
    (checked,), (asked,) = await shop.requests(VALIDATE), await shop.requests(BATCH)
    assert checked["body"]["operations"] == asked["body"]["operations"]
    assert [one["type"] for one in asked["body"]["operations"]] == ["link"]
    await later(shop, 3)
    assert await phases(shop) == ["done"]
    assert len(await shop.requests(BULK)) == bulk, "nobody was told one by one"
    await decide(shop, {"when": FRIENDS, "menu": "member"})
    assert await menus_of(*phones) == ["member"] * 12
    assert len(await shop.requests(BATCH)) == 1, "LINE takes three an hour: bulk links do it"


async def test_who_is_to_see_something_else_meanwhile_is_told_behind_it(shop: Shop) -> None:
    phones = await members(shop)
    await tell_line(shop, "behaviour", menuBulkSeconds=5)
    await decide(shop, {"when": REGULARS, "menu": "member"}, {"when": FRIENDS, "menu": "guest"})
    await tag(shop, phones[0])  # stays a member after all, when LINE has the batch already
    await keep(shop)
    await later(shop, 5)
    assert (await menus_of(*phones))[1:] == ["guest"] * 11
    await later(shop, 5)
    await later(shop, 5)
    assert await menus_of(*phones) == ["member"] + ["guest"] * 11
    assert await phases(shop) == ["done"]


async def test_a_batch_that_fails_for_one_goes_on_with_that_one(shop: Shop) -> None:
    phones = await members(shop)
    await tell_line(shop, "richmenu/failing", userIds=[phones[3].user_id])
    await decide(shop, {"when": FRIENDS, "menu": "guest"})
    assert (await menus_of(phones[3], phones[4])) == ["member", "guest"]
    await later(shop, 3)
    assert await menus_of(*phones) == ["guest"] * 12
    first, second = await shop.requests(BATCH)
    assert first["body"]["resumeRequestKey"] == second["body"]["resumeRequestKey"]
    await later(shop, 3)
    assert await phases(shop) == ["done"]


async def test_what_line_does_not_take_is_told_by_bulk_links(shop: Shop) -> None:
    phones = await members(shop)
    await shop.fault(BATCH, "status", status=429, times=1)
    await decide(shop, {"when": FRIENDS, "menu": "guest"})
    assert await menus_of(*phones) == ["guest"] * 12
    assert await phases(shop) == ["given up"]


async def test_rules_changed_while_friends_are_gone_through_count(shop: Shop) -> None:
    phones = await members(shop)
    shop.app[KEEPER].window = 5
    await decide_a_little(shop, {"when": FRIENDS, "menu": "guest"})
    assert await phases(shop) == ["planned"]
    await decide(shop, {"when": REGULARS, "menu": "member"}, {"when": FRIENDS, "menu": "guest"})
    assert await menus_of(*phones) == ["guest"] * 12
    assert await phases(shop) == ["given up"]


async def test_hiding_everything_takes_one_call_and_showing_brings_it_back(shop: Shop) -> None:
    phones = await members(shop)
    hidden = await hide(shop)
    assert await menus_of(*phones) == [None] * 12
    (asked,) = await shop.requests(BATCH)
    assert asked["body"]["operations"] == [{"type": "unlinkAll"}]
    await later(shop, 3)
    await show(shop, hidden)
    assert await menus_of(*phones) == ["member"] * 12


async def test_what_is_shown_again_before_line_was_asked_is_not_taken_away(shop: Shop) -> None:
    phones = await members(shop)
    shop.app[KEEPER].batch_from = 100
    await decide(shop, {"when": FRIENDS, "menu": "guest"})
    shop.app[KEEPER].batch_from = 10
    hidden = await hide(shop)
    assert await menus_of(*phones) == ["guest"] * 12, "links that were just made come first"
    assert await phases(shop) == ["asked"]
    await show(shop, hidden)
    await later(shop, 30)
    assert await menus_of(*phones) == ["guest"] * 12
    assert await phases(shop) == ["given up"]
    assert not await shop.requests(BATCH)


async def decide_a_little(shop: Shop, *written: dict[str, Any]) -> None:
    """Go by other rules, and die after the first friends."""
    segments = shop.app[SEGMENTS]
    read = rules.read({"rules": list(written), "default": "guest"}, segments)
    shop.app[MENUS].replace(read, segments)
    await shop.app[KEEPER].step()
