"""Hiding: for a while there is no menu, on purpose; then everything is as it was."""

from datetime import timedelta

from bot.emulator.phone import Phone
from tests.flows.support import member, menu_of
from tests.menus.support import (
    DEFAULT,
    REGULARS,
    decide,
    hide,
    join_tabs,
    keep,
    menus_of,
    opens,
    show,
    tag,
)
from tests.support import NOON, Shop


async def people(shop: Shop) -> tuple[Phone, Phone, Phone]:
    """A member, and two who have the default."""
    return await member(shop, "Mei"), await shop.friend("Ken"), await shop.friend("Aya")


async def test_everybody_s_menu_is_hidden_until_a_time_and_then_restored(shop: Shop) -> None:
    three = await people(shop)
    await hide(shop, until=NOON + timedelta(hours=1))
    assert await menus_of(*three) == [None, None, None]
    await shop.advance(3600)
    await keep(shop)
    assert await menus_of(*three) == ["member", "guest", "guest"]


async def test_hiding_the_default_leaves_the_other_menus(shop: Shop) -> None:
    three = await people(shop)
    begun = await hide(shop, menu="guest")
    assert await menus_of(*three) == ["member", None, None]
    await show(shop, begun)
    assert await menus_of(*three) == ["member", "guest", "guest"]


async def test_hiding_another_menu_leaves_the_default_to_everybody_else(shop: Shop) -> None:
    three = await people(shop)
    begun = await hide(shop, menu="member")
    assert await menus_of(*three) == [None, "guest", "guest"]
    late = await shop.friend("Jun")
    assert await menu_of(late) == "guest"
    await show(shop, begun)
    assert await menus_of(*three, late) == ["member", "guest", "guest", "guest"]


async def test_a_hidden_rule_hides_its_own_friends_only(shop: Shop) -> None:
    mei, ken, aya = await people(shop)
    done = {"field": "survey.welcome", "op": "is", "value": "done"}
    await tag(shop, ken)
    await decide(
        shop,
        {"key": "regulars", "when": REGULARS, "menu": "member"},
        {"when": done, "menu": "member"},
    )
    await hide(shop, rule="regulars")
    assert await menus_of(mei, ken, aya) == ["member", None, "guest"]


async def test_hiding_what_nobody_would_see_tells_line_nothing(shop: Shop) -> None:
    three = await people(shop)
    await decide(shop, {"key": "regulars", "when": REGULARS, "menu": "member"})
    seen = await menus_of(*three)
    told = len(await shop.requests(DEFAULT))
    begun = await hide(shop, rule="renamed since")
    await hide(shop, menu="spring", until=NOON + timedelta(hours=1))
    assert len(await shop.requests(DEFAULT)) == told, "the default stays"
    assert await menus_of(*three) == seen
    await show(shop, begun)
    assert await menus_of(*three) == seen


async def test_who_changes_while_hidden_sees_their_new_menu_afterwards(shop: Shop) -> None:
    mei, ken, aya = await people(shop)
    begun = await hide(shop)
    ken_too = await member(shop, "Ren")
    assert await menus_of(ken_too) == [None]
    await aya.unfollow()
    await aya.follow()
    await shop.settle()
    assert await menus_of(aya) == [None]
    await show(shop, begun)
    assert await menus_of(mei, ken, ken_too, aya) == ["member", "guest", "member", "guest"]


async def test_a_tab_is_restored_as_it_was_left(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    join_tabs(shop, "member", "guest")
    await opens(shop, mei, "guest")
    begun = await hide(shop)
    assert await menus_of(mei) == [None]
    await show(shop, begun)
    assert await menus_of(mei) == ["guest"]


async def test_hides_within_hides_end_one_by_one_and_everything_is_as_it_was(shop: Shop) -> None:
    mei, ken = await member(shop, "Mei"), await shop.friend("Ken")
    hour = timedelta(hours=1)
    await hide(shop, menu="member", until=NOON + 3 * hour)
    await hide(shop, until=NOON + 2 * hour)
    await hide(shop, menu="guest", until=NOON + hour)
    for seen in ([None, None], [None, "guest"], ["member", "guest"]):
        await shop.advance(3600)
        await keep(shop)
        assert await menus_of(mei, ken) == seen


async def test_a_clock_that_was_wrong_hides_nothing_again_and_shows_nothing_early(
    shop: Shop,
) -> None:
    mei, ken = await member(shop, "Mei"), await shop.friend("Ken")
    await decide(
        shop, {"when": REGULARS, "menu": "member", "from": (NOON + timedelta(hours=2)).isoformat()}
    )
    await tag(shop, ken)
    await hide(shop, menu="guest", until=NOON + timedelta(hours=1))
    assert await menus_of(mei, ken) == [None, None]
    await shop.advance(3 * 3600)
    await keep(shop)
    assert await menus_of(mei, ken) == ["guest", "member"]
    await shop.advance(-3 * 3600)
    await keep(shop)
    assert await menus_of(mei, ken) == ["guest", "guest"], "its time is not yet; the hide is over"
