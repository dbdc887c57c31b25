"""A user and a bot talk: webhooks out, replies and pushes back."""

from bot.emulator import VirtualClock
from tests.emulator.support import Bot, Line, text

REPLY = "/v2/bot/message/reply"


async def test_following_tells_the_bot_with_a_signed_webhook(line: Line, bot: Bot) -> None:
    mei = await line.friend("Mei")
    event = bot.last("follow")
    assert event["source"] == {"type": "user", "userId": mei.user_id}
    assert event["follow"] == {"isUnblocked": False}
    assert event["mode"] == "active"
    assert bot.headers[-1]["User-Agent"] == "LineBotWebhook/2.0"
    assert bot.bodies[-1]["destination"] == line.emulator.world.account.user_id


async def test_a_reply_reaches_the_user_who_wrote(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    await mei.says("Hello")
    await mei.settle()
    token = bot.last("message")["replyToken"]
    status, answer = await line.post(REPLY, {"replyToken": token, "messages": [text("Hi")]})
    assert status == 200
    assert answer["sentMessages"][0]["id"]
    assert await mei.sees() == [text("Hi")]
    last = (await mei.timeline())[-1]
    assert (last["via"], last["billed"]) == ("reply", 0)


async def test_a_reply_token_works_once(line: Line, bot: Bot) -> None:
    await line.friend()
    body = {"replyToken": bot.last("follow")["replyToken"], "messages": [text("Hi")]}
    await line.post(REPLY, body)
    assert await line.post(REPLY, body) == (400, {"message": "Invalid reply token"})


async def test_a_reply_token_lives_a_minute(line: Line, bot: Bot, clock: VirtualClock) -> None:
    await line.friend()
    clock.advance(61)
    body = {"replyToken": bot.last("follow")["replyToken"], "messages": [text("Hi")]}
    assert await line.post(REPLY, body) == (400, {"message": "Invalid reply token"})


async def test_a_redelivery_renews_the_reply_token_up_to_twenty_minutes(
    line: Line, bot: Bot, clock: VirtualClock
) -> None:
    await line.friend()
    event = bot.last("follow")
    body = {"replyToken": event["replyToken"], "messages": [text("Hi")]}
    clock.advance(19 * 60)
    await line.control(f"/webhooks/{event['webhookEventId']}/redeliver")
    await line.emulator.settle()
    assert bot.last("follow")["deliveryContext"] == {"isRedelivery": True}
    clock.advance(59)
    status, _ = await line.post(REPLY, body)
    assert status == 200


async def test_no_redelivery_helps_a_reply_token_past_twenty_minutes(
    line: Line, bot: Bot, clock: VirtualClock
) -> None:
    await line.friend()
    event = bot.last("follow")
    clock.advance(20 * 60 + 1)
    await line.control(f"/webhooks/{event['webhookEventId']}/redeliver")
    await line.emulator.settle()
    body = {"replyToken": event["replyToken"], "messages": [text("Hi")]}
    assert await line.post(REPLY, body) == (400, {"message": "Invalid reply token"})


async def test_a_refused_reply_keeps_its_token(line: Line, bot: Bot) -> None:
    await line.friend()
    token = bot.last("follow")["replyToken"]
    status, _ = await line.post(REPLY, {"replyToken": token, "messages": [text("")]})
    assert status == 400
    status, _ = await line.post(REPLY, {"replyToken": token, "messages": [text("Hi")]})
    assert status == 200


async def test_a_refused_reply_may_be_set_to_spend_its_token(line: Line, bot: Bot) -> None:
    await line.control("/behaviour", {"refusedReplySpendsToken": True})
    await line.friend()
    token = bot.last("follow")["replyToken"]
    await line.post(REPLY, {"replyToken": token, "messages": [text("")]})
    status, _ = await line.post(REPLY, {"replyToken": token, "messages": [text("Hi")]})
    assert status == 400


async def test_a_push_is_billed_on_its_first_bubble(line: Line) -> None:
    mei = await line.friend()
    await line.push(mei.user_id, "one", "two")
    assert [item["billed"] for item in await mei.timeline()] == [1, 0]
    assert (await line.see("/quota"))["used"] == 1


async def test_the_loading_animation_ends_with_the_next_message(line: Line) -> None:
    mei = await line.friend()
    body = {"chatId": mei.user_id, "loadingSeconds": 20}
    assert await line.post("/v2/bot/chat/loading/start", body) == (202, {})
    assert (await line.see(f"/users/{mei.user_id}/timeline"))["loadingSeconds"] == 20
    await line.push(mei.user_id, "done")
    assert (await line.see(f"/users/{mei.user_id}/timeline"))["loadingSeconds"] == 0


async def test_a_read_mark_covers_everything_before(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    await mei.says("one")
    await mei.says("two")
    await mei.settle()
    token = bot.last("message")["message"]["markAsReadToken"]
    status, _ = await line.post("/v2/bot/chat/markAsRead", {"markAsReadToken": token})
    assert status == 200
    assert [item["read"] for item in await mei.timeline()] == [True, True]


async def test_an_unsent_message_leaves_the_timeline_and_tells_the_bot(
    line: Line, bot: Bot
) -> None:
    mei = await line.friend()
    said = await mei.says("oops")
    await mei.unsends(said["messageId"])
    await mei.settle()
    assert bot.last("unsend")["unsend"] == {"messageId": said["messageId"]}
    assert (await mei.timeline())[-1]["message"] is None
