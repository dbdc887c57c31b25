"""Menus follow what is known of a friend, after the words and never in their way."""

from bot.cli.richmenus import publish_menus
from bot.resources import SETTINGS
from tests.conftest import OpenShop
from tests.flows.support import (
    REPLY,
    WELCOME,
    WORDS,
    enishi,
    environment,
    member,
    menu_of,
    texts,
)
from tests.support import Shop


async def links(shop: Shop) -> list[dict[str, object]]:
    """The calls that showed a friend a menu, in order."""
    async with shop.http.get(f"{shop.line_url}/_emulator/requests") as response:
        calls = (await response.json())["requests"]
    template = "/v2/bot/user/{userId}/richmenu/{richMenuId}"
    return [call for call in calls if call["operation"] == template]


async def test_a_new_friend_has_the_guests_menu_and_no_call_was_made_for_it(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    assert await menu_of(mei) == "guest"
    assert await links(shop) == []


async def test_the_thanks_arrive_before_the_menu_changes(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    assert await menu_of(mei) == "member"
    (linked,) = await links(shop)
    thanked = (await shop.requests(REPLY))[-1]
    assert thanked["body"]["messages"][0]["altText"] == WELCOME.done.title
    assert int(str(thanked["id"])) < int(str(linked["id"]))


async def test_a_menu_that_line_does_not_take_at_once_is_tried_again(shop: Shop) -> None:
    await shop.fault("/v2/bot/user/{userId}/richmenu", "accept-then-500", times=1)
    await shop.fault("/v2/bot/user/{userId}/richmenu", "status", status=429, times=1)
    mei = await member(shop, "Mei")
    assert await menu_of(mei) == "member"
    assert len(await links(shop)) == 3


async def test_menus_published_anew_are_found_by_a_running_bot(shop: Shop) -> None:
    await member(shop, "Mei")
    for menu_id, menu in list(shop.line.world.menus.menus.items()):
        if "member" in menu.body["name"]:
            del shop.line.world.menus.menus[menu_id]
    await publish_menus(shop.app[SETTINGS], clock=shop.line.clock.now)
    ken = await member(shop, "Ken")
    assert await menu_of(ken) == "member"


async def test_a_menu_that_was_never_published_holds_nothing_else_up(open_shop: OpenShop) -> None:
    async with open_shop(publishes=False) as shop:
        mei = await member(shop, "Mei")
        assert WELCOME.done.title in await texts(mei)
        code, listed = await enishi(environment(shop), "outbox", "list")
        assert code == 0
        assert "enishi richmenus apply" in listed
        await mei.says("こんにちは")
        await shop.settle()
        assert (await texts(mei))[-1] == WORDS.replies.unknown_text
