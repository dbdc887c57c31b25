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


async def test_a_tab_that_line_still_took_for_its_old_version_is_shown_anew(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    join_tabs(shop, "member", "guest")
    menus = shop.line.world.menus
    new, old = menus.aliases["enishi-guest"], f"richmenu-{1:032x}"
    menus.menus[old] = menus.menus[new]
    menus.aliases["enishi-guest"] = old  # as LINE knows it for a little while
    await opens(shop, mei, "guest")
    del menus.menus[old]
    assert shop.line.world.users[mei.user_id].rich_menu_id == new
    assert await menus_of(mei) == ["guest"]


async def test_a_tab_of_a_menu_that_is_theirs_no_more_is_taken_back(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    join_tabs(shop, "guest", "winter")
    await opens(shop, mei, "guest")  # tapped before LINE had heard that they see another menu
    assert await menus_of(mei) == ["member"]
