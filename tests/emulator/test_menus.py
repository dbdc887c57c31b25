"""Rich menus: who sees which, what cannot be changed, and taps on them."""

from bot.emulator import VirtualClock
from tests.emulator.support import Bot, Line, picture, postback, rich_menu


async def test_a_friend_sees_their_own_menu_before_the_default(line: Line) -> None:
    mei = await line.friend()
    assert await mei.menu() is None
    everyone, own = await line.menu(name="all"), await line.menu(name="own")
    await line.post(f"/v2/bot/user/all/richmenu/{everyone}")
    shown = await mei.menu()
    assert shown
    assert (shown["name"], shown["source"]) == ("all", "default")
    await line.post(f"/v2/bot/user/{mei.user_id}/richmenu/{own}")
    shown = await mei.menu()
    assert shown
    assert (shown["name"], shown["source"]) == ("own", "user")


async def test_a_stranger_sees_the_default_menu_and_cannot_be_linked(line: Line) -> None:
    ken = await line.stranger()
    everyone, own = await line.menu(name="all"), await line.menu(name="own")
    await line.post(f"/v2/bot/user/all/richmenu/{everyone}")
    status, _ = await line.post(f"/v2/bot/user/{ken.user_id}/richmenu/{own}")
    assert status == 200
    shown = await ken.menu()
    assert shown
    assert shown["name"] == "all"


async def test_a_default_menu_of_another_channel_cannot_be_read(line: Line) -> None:
    path = "/v2/bot/user/all/richmenu"
    assert await line.get(path) == (404, {"message": "no default richmenu", "details": []})
    await line.control("/behaviour", {"defaultMenuOfOthers": True})
    message = "the richmenu is owned by another channel"
    assert await line.get(path) == (403, {"message": message, "details": []})


async def test_a_menu_without_picture_is_not_shown_to_anybody(line: Line) -> None:
    mei = await line.friend()
    menu = await line.menu(image=False)
    message = "must upload richmenu image before applying it to user"
    refused = (400, {"message": message, "details": []})
    assert await line.post(f"/v2/bot/user/all/richmenu/{menu}") == refused
    assert await line.post(f"/v2/bot/user/{mei.user_id}/richmenu/{menu}") == refused


async def test_a_picture_is_uploaded_once(line: Line) -> None:
    menu = await line.menu()
    status, answer = await line.upload(menu, picture())
    assert status == 400
    assert answer["message"] == "An image has already been uploaded to the richmenu"


async def test_a_picture_must_be_what_it_says_and_fit_the_menu(line: Line) -> None:
    menu = await line.menu(image=False)
    refused = (400, {"message": "The image size is not allowed for richmenu", "details": []})
    assert await line.upload(menu, b"no picture") == refused
    assert await line.upload(menu, picture(800, 300)) == refused
    assert await line.upload(menu, picture(), "image/jpeg") == refused
    status, _ = await line.upload(menu, picture(), "image/gif")
    assert status == 415


async def test_a_picture_of_another_size_may_be_let_through(line: Line) -> None:
    await line.control("/behaviour", {"menuImageMustMatch": False})
    menu = await line.menu(image=False)
    status, _ = await line.upload(menu, picture(800, 300, "JPEG"), "image/jpeg")
    assert status == 200


async def test_a_menu_lacking_a_field_is_refused_with_every_name(line: Line) -> None:
    status, answer = await line.post("/v2/bot/richmenu", {})
    assert status == 400
    assert answer["message"] == "The request body has 5 error(s)"
    assert {detail["property"] for detail in answer["details"]} == {
        "size",
        "selected",
        "name",
        "chatBarText",
        "areas",
    }


async def test_a_menu_too_tall_is_refused(line: Line) -> None:
    status, answer = await line.post("/v2/bot/richmenu", rich_menu(width=800, height=600))
    assert status == 400
    assert answer["details"][0]["property"] == "size"


async def test_a_deleted_menu_leaves_the_screen_to_the_next_in_line(line: Line) -> None:
    mei = await line.friend()
    everyone, own = await line.menu(name="all"), await line.menu(name="own")
    await line.post(f"/v2/bot/user/all/richmenu/{everyone}")
    await line.post(f"/v2/bot/user/{mei.user_id}/richmenu/{own}")
    await line.call("DELETE", f"/v2/bot/richmenu/{own}")
    shown = await mei.menu()
    assert shown
    assert shown["name"] == "all"
    answer = await line.get(f"/v2/bot/user/{mei.user_id}/richmenu")
    assert answer == (404, {"message": "the user has no richmenu", "details": []})


async def test_switching_tabs_links_the_other_menu_and_posts_back(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    action = {
        "type": "richmenuswitch",
        "label": "More",
        "richMenuAliasId": "more",
        "data": "tab",
    }
    first, second = await line.menu(action, name="first"), await line.menu(name="second")
    await line.post("/v2/bot/richmenu/alias", {"richMenuAliasId": "more", "richMenuId": second})
    await line.post(f"/v2/bot/user/all/richmenu/{first}")
    outcome = await mei.taps_menu("More")
    assert (outcome["effect"], outcome["status"]) == ("richmenuswitch", "SUCCESS")
    shown = await mei.menu()
    assert shown
    assert (shown["name"], shown["source"]) == ("second", "user")
    await mei.settle()
    params = {"newRichMenuAliasId": "more", "status": "SUCCESS"}
    assert bot.last("postback")["postback"] == {"data": "tab", "params": params}


async def test_switching_to_an_unknown_tab_says_so_and_changes_nothing(
    line: Line, bot: Bot
) -> None:
    mei = await line.friend()
    action = {"type": "richmenuswitch", "richMenuAliasId": "gone", "data": "tab"}
    menu = await line.menu(action)
    await line.post(f"/v2/bot/user/all/richmenu/{menu}")
    await mei.taps_menu(0)
    await mei.settle()
    params = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    assert bot.last("postback")["postback"]["params"] == params


async def test_an_alias_is_unique_and_names_a_menu_with_a_picture(line: Line) -> None:
    menu, bare = await line.menu(), await line.menu(image=False)
    path = "/v2/bot/richmenu/alias"
    assert await line.post(path, {"richMenuAliasId": "a", "richMenuId": menu}) == (200, {})
    conflict = {"message": "conflict richmenu alias id", "details": []}
    assert await line.post(path, {"richMenuAliasId": "a", "richMenuId": menu}) == (400, conflict)
    absent = {"message": "richmenu not found", "details": []}
    assert await line.post(path, {"richMenuAliasId": "b", "richMenuId": bare}) == (400, absent)
    status, answer = await line.get(f"{path}/b")
    assert (status, answer["message"]) == (404, "richmenu alias not found")


async def test_a_bulk_link_is_answered_first_and_takes_effect_later(
    line: Line, clock: VirtualClock
) -> None:
    await line.control("/behaviour", {"menuBulkSeconds": 3})
    mei, menu = await line.friend(), await line.menu()
    body = {"richMenuId": menu, "userIds": [mei.user_id]}
    assert await line.post("/v2/bot/richmenu/bulk/link", body) == (202, {})
    assert await mei.menu() is None
    clock.advance(3)
    assert await mei.menu() is not None
    await line.post("/v2/bot/richmenu/bulk/unlink", {"userIds": [mei.user_id]})
    clock.advance(3)
    assert await mei.menu() is None


async def test_one_malformed_id_fails_a_whole_bulk_link(line: Line) -> None:
    mei, menu = await line.friend(), await line.menu()
    body = {"richMenuId": menu, "userIds": [mei.user_id, "nobody"]}
    status, answer = await line.post("/v2/bot/richmenu/bulk/link", body)
    assert status == 400
    assert "'userIds[1]'" in answer["message"]
    assert await mei.menu() is None


async def test_a_tap_names_what_is_on_the_screen_when_it_misses(line: Line) -> None:
    mei = await line.friend()
    menu = await line.menu(postback("card", "Card"))
    await line.post(f"/v2/bot/user/all/richmenu/{menu}")
    order = {"target": "richmenu", "label": "Coupons"}
    url = f"{line.base_url}/_emulator/users/{mei.user_id}/tap"
    async with line.http.post(url, json=order) as response:
        assert response.status == 409
        assert (await response.json())["onScreen"] == ["Card"]


async def test_a_block_and_an_unblock_keep_the_own_menu_unless_told_otherwise(
    line: Line,
) -> None:
    mei, menu = await line.friend(), await line.menu()
    await line.post(f"/v2/bot/user/{mei.user_id}/richmenu/{menu}")
    await mei.unfollow()
    assert await mei.menu() is None
    await mei.follow()
    assert await mei.menu() is not None
    await line.control("/behaviour", {"menuSurvivesBlock": False})
    await mei.unfollow()
    await mei.follow()
    assert await mei.menu() is None
