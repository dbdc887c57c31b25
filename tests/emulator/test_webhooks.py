"""Delivering webhooks: again when refused, doubled, gathered, out of order."""

import asyncio
import base64
import hashlib
import hmac

from bot.emulator.webhooks.signature import sign
from tests.emulator.support import Bot, Line


def test_the_signature_is_lines_own() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    secret = "8c570fa6dd201bb328f1c1eac23a96d8"
    assert sign(secret, body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


async def test_a_refused_webhook_comes_again_and_says_so(line: Line, bot: Bot) -> None:
    bot.answers = [500, 503]
    await line.friend()
    flags = [event["deliveryContext"]["isRedelivery"] for event in bot.events]
    assert flags == [False, True, True]
    assert len({event["webhookEventId"] for event in bot.events}) == 1
    delivery = (await line.see("/webhooks"))["webhooks"][0]
    assert delivery["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 200]


async def test_redelivery_ends_after_its_attempts(line: Line, bot: Bot) -> None:
    await line.control("/webhook", {"redelivery": True, "attempts": 3, "backoffSeconds": 0.01})
    bot.answers = [500] * 10
    await line.friend()
    delivery = (await line.see("/webhooks"))["webhooks"][0]
    assert delivery["state"] == "failed"
    assert len(delivery["attempts"]) == 3


async def test_redelivery_can_be_switched_off(line: Line, bot: Bot) -> None:
    await line.control("/webhook", {"redelivery": False})
    bot.answers = [500]
    await line.friend()
    assert len(bot.events) == 1


async def test_a_bot_that_is_not_there_is_counted_as_unreachable(line: Line) -> None:
    await line.control("/webhook", {"redelivery": False})
    line.emulator.webhook_url = "http://127.0.0.1:9/webhook"
    await line.friend()
    assert (await line.see("/webhooks"))["reasons"] == {"could_not_connect": 1}


async def test_a_duplicate_is_an_identical_copy(line: Line, bot: Bot) -> None:
    await line.control("/webhook", {"duplicate": 1})
    await line.friend()
    assert len(bot.raw) == 2
    assert bot.raw[0] == bot.raw[1]


async def test_events_of_several_users_share_a_batch(line: Line, bot: Bot) -> None:
    await line.control("/webhook", {"batch": 3})
    people = [await line.stranger(name) for name in ("Mei", "Ken", "Aoi")]
    for person in people:
        await person.follow()
    await line.emulator.settle()
    assert [len(body["events"]) for body in bot.bodies] == [3]


async def test_an_unfilled_batch_leaves_after_a_moment(line: Line, bot: Bot) -> None:
    await line.control("/webhook", {"batch": 100})
    await line.friend()
    assert len(bot.events) == 1


async def test_events_arrive_out_of_order_when_asked(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    await line.control("/webhook", {"reorder": True})
    for number in range(4):
        await mei.says(str(number))
    await mei.settle()
    said = [event["message"]["text"] for event in bot.events if event["type"] == "message"]
    assert sorted(said) == ["0", "1", "2", "3"]
    assert said != sorted(said)


async def test_one_users_events_arrive_in_order_otherwise(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    for number in range(20):
        await mei.says(str(number))
    await mei.settle()
    said = [event["message"]["text"] for event in bot.events if event["type"] == "message"]
    assert said == [str(number) for number in range(20)]


async def test_emoji_leave_as_escapes_and_the_signature_covers_the_raw_bytes(
    line: Line, bot: Bot
) -> None:
    mei = await line.friend()
    await mei.says("よし🤨")
    await mei.settle()
    assert b"\\uD83E\\uDD28" in bot.raw[-1]
    assert bot.last("message")["message"]["text"] == "よし🤨"
    await line.control("/behaviour", {"escapeNonBmp": False})
    await mei.says("🤨")
    await mei.settle()
    assert "🤨".encode() in bot.raw[-1]


async def test_the_header_may_be_spelt_the_old_way(line: Line, bot: Bot) -> None:
    await line.control("/behaviour", {"signatureHeader": "X-Line-Signature"})
    await line.friend()
    assert "X-Line-Signature" in bot.headers[-1]


async def test_settling_gives_up_while_a_webhook_hangs(line: Line, bot: Bot) -> None:
    bot.slow = asyncio.Event()
    mei = await line.stranger()
    await mei.follow()
    url = f"{line.base_url}/_emulator/settle"
    async with line.http.post(url, json={"timeoutSeconds": 0.05}) as response:
        assert response.status == 408
    bot.slow.set()
    await mei.settle()


async def test_the_webhook_test_sends_no_events_and_reports(line: Line, bot: Bot) -> None:
    status, answer = await line.post("/v2/bot/channel/webhook/test")
    assert status == 200
    assert answer["success"] is True
    assert (answer["statusCode"], answer["reason"]) == (200, "OK")
    assert bot.bodies[-1]["events"] == []
    bot.answers = [404]
    _, answer = await line.post("/v2/bot/channel/webhook/test")
    assert (answer["statusCode"], answer["reason"]) == (404, "ERROR_STATUS_CODE")


async def test_the_webhook_address_must_be_https_and_follows_the_origins(line: Line) -> None:
    path = "/v2/bot/channel/webhook/endpoint"
    status, answer = await line.call("PUT", path, {"endpoint": "http://shop.example/webhook"})
    assert (status, answer) == (400, {"message": "Invalid webhook endpoint URL"})
    endpoint = "https://shop.example/webhook"
    assert await line.call("PUT", path, {"endpoint": endpoint}) == (200, {})
    assert await line.get(path) == (200, {"endpoint": endpoint, "active": True})


async def test_standby_events_carry_no_reply_token(line: Line, bot: Bot) -> None:
    await line.control("/behaviour", {"standby": True})
    await line.friend()
    assert bot.last("follow")["mode"] == "standby"
    assert "replyToken" not in bot.last("follow")


async def test_events_may_carry_properties_nobody_knows(line: Line, bot: Bot) -> None:
    await line.control("/behaviour", {"unknownFields": True})
    await line.friend()
    assert "futureProperty" in bot.last("follow")


def test_an_independent_hmac_agrees() -> None:
    mac = hmac.new(b"s", b"body", hashlib.sha256).digest()
    assert sign("s", b"body") == base64.b64encode(mac).decode()


async def test_a_bot_that_answers_too_late_is_counted_and_told_again(line: Line, bot: Bot) -> None:
    assert line.emulator.world.behaviour.webhook_timeout_seconds == 2
    await line.control("/webhook", {"webhookTimeoutSeconds": 0.05, "attempts": 2})
    bot.slow = asyncio.Event()
    await line.friend()
    assert (await line.see("/webhooks"))["reasons"] == {"request_timeout": 2}
    assert [e["deliveryContext"]["isRedelivery"] for e in bot.events] == [False, True]
    _, answer = await line.post("/v2/bot/channel/webhook/test")
    assert (answer["statusCode"], answer["reason"]) == (0, "REQUEST_TIMEOUT")


async def test_webhooks_switched_off_are_dropped(line: Line, bot: Bot) -> None:
    await line.control("/webhook", {"active": False})
    await line.friend()
    assert bot.events == []
    assert (await line.see("/webhooks"))["webhooks"][0]["state"] == "dropped"
    _, answer = await line.get("/v2/bot/channel/webhook/endpoint")
    assert answer["active"] is False
