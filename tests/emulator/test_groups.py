"""Groups and rooms: members, mentions, edits, and what a push to them costs."""

from typing import Any

import pytest

from bot.emulator.phone import PhoneError
from tests.emulator.support import Bot, Json, Line, postback, text

REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"


async def group(line: Line, *names: str, **more: Any) -> tuple[str, list[str]]:
    members = [(await line.stranger(name)).user_id for name in names]
    made = await line.control("/groups", {"memberIds": members, "name": "Staff", **more})
    await line.emulator.settle()
    return made["groupId"], members


async def timeline(line: Line, group_id: str) -> list[Json]:
    items: list[Json] = (await line.see(f"/groups/{group_id}/timeline"))["items"]
    return items


async def test_a_bot_that_joins_a_group_may_answer(line: Line, bot: Bot) -> None:
    group_id, _ = await group(line, "Mei")
    event = bot.last("join")
    assert event["source"] == {"type": "group", "groupId": group_id}
    body = {"replyToken": event["replyToken"], "messages": [text("Hello all")]}
    assert (await line.post(REPLY, body))[0] == 200
    assert (await timeline(line, group_id))[0]["message"] == text("Hello all")


async def test_a_push_to_a_group_costs_each_member(line: Line) -> None:
    group_id, _ = await group(line, "Mei", "Ken", "Aoi")
    assert (await line.push(group_id, "x"))[0] == 200
    assert (await line.see("/quota"))["used"] == 3


async def test_a_push_to_a_group_without_the_bot_fails(line: Line, bot: Bot) -> None:
    group_id, _ = await group(line, "Mei")
    assert (await line.post(f"/v2/bot/group/{group_id}/leave")) == (200, {})
    await line.emulator.settle()
    assert bot.last("leave")["source"]["groupId"] == group_id
    refused = (400, {"message": "Failed to send messages"})
    assert await line.push(group_id, "x") == refused
    assert (await line.get(f"/v2/bot/group/{group_id}/summary"))[0] == 404


async def test_members_come_and_go_and_the_bot_hears(line: Line, bot: Bot) -> None:
    group_id, members = await group(line, "Mei")
    ken = await line.stranger("Ken")
    await line.control(f"/groups/{group_id}/join", {"userIds": [ken.user_id]})
    await line.control(f"/groups/{group_id}/leave", {"userIds": members})
    await line.emulator.settle()
    joined = [{"type": "user", "userId": ken.user_id}]
    assert bot.last("memberJoined")["joined"] == {"members": joined}
    assert "replyToken" in bot.last("memberJoined")
    assert bot.last("memberLeft")["left"]["members"][0]["userId"] == members[0]
    assert "replyToken" not in bot.last("memberLeft")


async def test_a_group_tells_its_name_its_members_and_their_profiles(line: Line) -> None:
    group_id, (mei,) = await group(line, "Mei")
    base = f"/v2/bot/group/{group_id}"
    assert await line.get(f"{base}/summary") == (
        200,
        {"groupId": group_id, "groupName": "Staff"},
    )
    assert await line.get(f"{base}/members/count") == (200, {"count": 1})
    assert await line.get(f"{base}/members/ids") == (200, {"memberIds": [mei]})
    _, profile = await line.get(f"{base}/member/{mei}")
    assert profile == {"displayName": "Mei", "userId": mei}
    assert (await line.get(f"{base}/member/U{'0' * 32}"))[0] == 404
    _, answer = await line.get("/v2/bot/group/C1/summary")
    assert answer == {"message": "The value for the 'groupId' parameter is invalid"}
    await line.control("/account", {"verified": False})
    assert (await line.get(f"{base}/members/ids"))[0] == 403


async def test_members_come_in_pages_of_a_hundred(line: Line) -> None:
    group_id, members = await group(line, *(f"P{number}" for number in range(101)))
    base = f"/v2/bot/group/{group_id}/members/ids"
    _, first = await line.get(base)
    _, second = await line.get(f"{base}?start={first['next']}")
    assert first["memberIds"] + second["memberIds"] == members


async def test_a_room_is_a_group_without_a_name(line: Line, bot: Bot) -> None:
    room_id, (mei,) = await group(line, "Mei", kind="room")
    await line.control(f"/users/{mei}/messages", {"type": "text", "text": "hi", "roomId": room_id})
    await line.emulator.settle()
    source = {"type": "room", "roomId": room_id, "userId": mei}
    assert bot.last("message")["source"] == source
    assert await line.get(f"/v2/bot/room/{room_id}/members/count") == (200, {"count": 1})
    assert (await line.post(f"/v2/bot/room/{room_id}/leave"))[0] == 200


async def test_a_group_may_not_say_who_writes(line: Line, bot: Bot) -> None:
    await line.control("/behaviour", {"hideGroupUserIds": True})
    group_id, (mei,) = await group(line, "Mei")
    order = {"type": "text", "text": "hi", "groupId": group_id}
    await line.control(f"/users/{mei}/messages", order)
    await line.emulator.settle()
    assert bot.last("message")["source"] == {"type": "group", "groupId": group_id}


async def test_who_is_not_in_a_group_cannot_talk_there(line: Line) -> None:
    group_id, _ = await group(line, "Mei")
    ken = await line.friend("Ken")
    with pytest.raises(PhoneError, match="not in the group"):
        await ken.sends({"type": "text", "text": "hi", "groupId": group_id})


async def test_an_edited_text_keeps_its_id_and_has_no_read_token(line: Line, bot: Bot) -> None:
    group_id, (mei,) = await group(line, "Mei")
    said = await line.control(
        f"/users/{mei}/messages", {"type": "text", "text": "helo", "groupId": group_id}
    )
    order = {"messageId": said["messageId"], "text": "hello"}
    await line.control(f"/users/{mei}/edit", order)
    await line.emulator.settle()
    edited, original = bot.last("messageEdited")["message"], bot.last("message")["message"]
    assert (edited["id"], edited["text"]) == (original["id"], "hello")
    assert edited["quoteToken"] != original["quoteToken"]
    assert "markAsReadToken" not in edited


async def test_mentions_work_for_members_of_the_group_only(line: Line) -> None:
    group_id, (mei,) = await group(line, "Mei")

    def mention(user_id: str) -> Json:
        who = {"type": "mention", "mentionee": {"type": "user", "userId": user_id}}
        return {"type": "textV2", "text": "Hi {who}", "substitution": {"who": who}}

    body: Json = {"to": group_id, "messages": [mention(mei)]}
    assert (await line.post(PUSH, body))[0] == 200
    body = {"to": group_id, "messages": [mention("U" + "0" * 32)]}
    status, answer = await line.post(PUSH, body)
    assert status == 400
    assert answer["details"][0]["property"] == "messages[0].substitution.who.mentionee"
    assert (await line.post(PUSH, {"to": mei, "messages": [mention(mei)]}))[0] == 400


async def test_a_tap_in_a_group_comes_from_the_group(line: Line, bot: Bot) -> None:
    group_id, (mei,) = await group(line, "Mei")
    template = {
        "type": "confirm",
        "text": "?",
        "actions": [postback("y", "Y"), postback("n", "N")],
    }
    message = {"type": "template", "altText": "?", "template": template}
    await line.post(PUSH, {"to": group_id, "messages": [message]})
    order = {"target": "message", "label": "Y", "groupId": group_id}
    await line.control(f"/users/{mei}/tap", order)
    await line.emulator.settle()
    assert bot.last("postback")["source"]["groupId"] == group_id


async def test_the_rarer_events_can_be_caused(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    await line.control(f"/users/{mei.user_id}/beacon", {"hwid": "abc", "type": "enter"})
    await line.control(f"/users/{mei.user_id}/videoPlayComplete", {"trackingId": "t1"})
    await line.control("/events", {"type": "delivery", "fields": {"delivery": {"data": "tag"}}})
    await line.control("/events", {"type": "somethingNew", "userId": mei.user_id})
    await line.emulator.settle()
    assert bot.last("beacon")["beacon"] == {"hwid": "abc", "type": "enter"}
    assert bot.last("videoPlayComplete")["videoPlayComplete"] == {"trackingId": "t1"}
    assert "source" not in bot.last("delivery")
    assert "replyToken" not in bot.last("somethingNew")
