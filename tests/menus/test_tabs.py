"""A friend's own tab is respected, whatever is linked again."""

from bot.postbacks import SwitchTab
from tests.flows.support import member
from tests.menus.support import REGULARS, decide, join_tabs, keep, menus_of, opens, tag
from tests.support import Shop


async def test_a_rule_that_leads_to_another_tab_of_the_set_moves_nobody(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    join_tabs(shop, "member", "guest")
    await opens(shop, mei, "guest")
    await tag(shop, mei)
    await keep(shop)
    assert await menus_of(mei) == ["guest"]


async def test_a_friend_who_comes_back_finds_their_tab(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    join_tabs(shop, "member", "guest")
    await opens(shop, mei, "guest")
    await mei.unfollow()
    await mei.follow()
    await shop.settle()
    assert await menus_of(mei) == ["guest"]


async def test_a_tab_of_another_set_is_not_remembered(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    await opens(shop, mei, "guest")
    await decide(shop, {"when": REGULARS, "menu": "member"})
    await tag(shop, mei)
    await keep(shop)
    stored = await shop.sql("SELECT menu, menu_tab FROM friends")
    assert stored == [("member", None)]


async def test_a_tab_that_line_did_not_find_changes_nothing(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    join_tabs(shop, "member", "guest")
    params = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    await mei.postback(SwitchTab("guest").encode(), params)
    await shop.settle()
    assert await shop.sql("SELECT menu, menu_tab FROM friends") == [("member", None)]
