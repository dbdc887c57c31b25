"""Taps: only what is on the screen, and each with its own effect."""

import pytest

from bot.emulator.phone import Phone, PhoneError
from tests.emulator.support import Bot, Json, Line, postback, text


def buttons(*actions: Json) -> Json:
    template = {"type": "buttons", "text": "Choose", "actions": list(actions)}
    return {"type": "template", "altText": "Choose", "template": template}


def quick_reply(*actions: Json) -> Json:
    items = [{"type": "action", "action": action} for action in actions]
    return text("Choose", quickReply={"items": items})


async def shown(line: Line, *messages: Json) -> Phone:
    mei = await line.friend()
    body = {"to": mei.user_id, "messages": list(messages)}
    status, answer = await line.post("/v2/bot/message/push", body)
    assert status == 200, answer
    return mei


async def test_a_postback_shows_its_display_text_and_no_message_event(
    line: Line, bot: Bot
) -> None:
    mei = await shown(line, buttons(postback("buy", "Buy", displayText="I buy")))
    outcome = await mei.taps("Buy")
    await mei.settle()
    assert outcome["effect"] == "postback"
    assert bot.last("postback")["postback"] == {"data": "buy"}
    assert (await mei.timeline())[-1]["message"] == text("I buy")
    assert [event["type"] for event in bot.events] == ["follow", "postback"]


async def test_a_bare_postback_shows_nothing(line: Line) -> None:
    mei = await shown(line, buttons(postback("buy", "Buy")))
    await mei.taps("Buy")
    assert len(await mei.timeline()) == 1


async def test_a_message_action_sends_its_text(line: Line, bot: Bot) -> None:
    mei = await shown(line, buttons({"type": "message", "label": "Yes", "text": "Yes, please"}))
    await mei.taps("Yes")
    await mei.settle()
    assert bot.last("message")["message"]["text"] == "Yes, please"


async def test_a_uri_action_tells_where_it_leads_on_this_machine(line: Line) -> None:
    uri = "https://shop.example/card?id=1"
    mei = await shown(line, buttons({"type": "uri", "label": "Open", "uri": uri}))
    outcome = await mei.taps("Open")
    assert outcome["uri"] == uri
    assert outcome["opens"] == "http://127.0.0.1:8000/card?id=1"


async def test_a_picker_posts_back_what_was_picked(line: Line, bot: Bot) -> None:
    action = {
        "type": "datetimepicker",
        "label": "When",
        "data": "when",
        "mode": "date",
        "max": "2026-12-31",
    }
    mei = await shown(line, buttons(action))
    await mei.taps("When", params={"date": "2026-12-24"})
    await mei.settle()
    assert bot.last("postback")["postback"] == {
        "data": "when",
        "params": {"date": "2026-12-24"},
    }
    with pytest.raises(PhoneError, match="cannot be picked"):
        await mei.taps("When", params={"date": "2027-01-01"})


async def test_a_picker_without_a_choice_takes_today_in_tokyo(line: Line, bot: Bot) -> None:
    action = {"type": "datetimepicker", "label": "When", "data": "when", "mode": "datetime"}
    mei = await shown(line, buttons(action))
    await mei.taps("When")
    await mei.settle()
    assert bot.last("postback")["postback"]["params"] == {"datetime": "2026-11-22T12:00"}


async def test_quick_replies_go_once_one_was_tapped(line: Line) -> None:
    mei = await shown(line, quick_reply(postback("a", "A"), postback("b", "B")))
    assert await mei.buttons() == ["A", "B"]
    await mei.taps("A")
    assert await mei.buttons() == []
    with pytest.raises(PhoneError, match="not on the screen"):
        await mei.taps_quick_reply("B")


async def test_only_the_last_messages_quick_replies_show(line: Line) -> None:
    mei = await shown(line, quick_reply(postback("a", "A")), quick_reply(postback("b", "B")))
    with pytest.raises(PhoneError):
        await mei.taps_quick_reply("A")
    await mei.taps_quick_reply("B")


async def test_quick_replies_go_when_the_user_writes(line: Line) -> None:
    mei = await shown(line, quick_reply(postback("a", "A")))
    await mei.says("never mind")
    with pytest.raises(PhoneError):
        await mei.taps_quick_reply("A")


async def test_a_quick_reply_that_opens_the_map_stays_until_a_place_is_sent(
    line: Line, bot: Bot
) -> None:
    mei = await shown(line, quick_reply({"type": "location", "label": "Where"}))
    await mei.taps("Where")
    await mei.taps("Where", params={"latitude": 35.0, "longitude": 139.0})
    await mei.settle()
    assert bot.last("message")["message"]["latitude"] == 35.0


async def test_actions_of_a_flex_bubble_count_from_top_to_bottom(line: Line, bot: Bot) -> None:
    def button(data: str) -> Json:
        return {"type": "button", "action": postback(data, data)}

    bubble = {
        "type": "bubble",
        "footer": {"type": "box", "layout": "vertical", "contents": [button("footer")]},
        "body": {"type": "box", "layout": "vertical", "contents": [button("body")]},
    }
    mei = await shown(line, {"type": "flex", "altText": "Bubble", "contents": bubble})
    await mei.taps(index=0)
    await mei.settle()
    assert bot.last("postback")["postback"]["data"] == "body"


async def test_an_older_message_is_tapped_by_its_id(line: Line, bot: Bot) -> None:
    mei = await shown(line, buttons(postback("old", "Go")), buttons(postback("new", "Go")))
    older = (await mei.timeline())[0]["id"]
    await mei.taps("Go", message_id=older)
    await mei.settle()
    assert bot.last("postback")["postback"]["data"] == "old"


async def test_a_raw_postback_comes_from_an_old_bubble(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    await mei.postback("v0:long-ago", {"date": "2020-01-01"})
    await mei.settle()
    assert bot.last("postback")["postback"] == {
        "data": "v0:long-ago",
        "params": {"date": "2020-01-01"},
    }


async def test_a_user_who_blocks_the_account_cannot_write(line: Line) -> None:
    mei = await line.friend()
    await mei.unfollow()
    with pytest.raises(PhoneError, match="blocks"):
        await mei.says("hello?")
