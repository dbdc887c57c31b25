"""The webhook: only LINE is heard, nothing it says is lost, and nothing is answered twice."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import text as sql

from bot.line import signature
from bot.resources import ENGINE
from tests.conftest import OpenShop
from tests.flows.support import (
    WORDS,
    deliver,
    echo,
    event,
    knows_itself,
    metric,
    post,
    says,
    tell_line,
    texts,
    until,
)
from tests.support import SECRET, Shop


@pytest.mark.parametrize("signed", ["", "wrong", "あ", signature.sign("another secret", b"{}")])
async def test_whoever_cannot_sign_is_turned_away_and_counted(shop: Shop, signed: str) -> None:
    mei = await shop.phone("Mei")
    body = orjson.dumps({"destination": "U", "events": [says(shop, mei, "入れて")]})
    counted = 'enishi_webhooks_total{status="401"}'
    before = await metric(shop, counted)
    assert await post(shop, body, signed=signed.encode().decode("latin-1")) == 401
    assert await metric(shop, counted) == before + 1
    await shop.settle()
    assert await texts(mei) == []
    assert await shop.sql("SELECT count(*) FROM events") == [(0,)]


async def test_the_signature_is_of_the_bytes_as_they_came(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    to = shop.line.world.account.user_id
    said = says(shop, mei, "やあ \U0001f928")
    body = orjson.dumps({"destination": to, "events": [said]})
    escaped = body.replace("\U0001f928".encode(), rb"\uD83E\uDD28").replace(b'"type"', b' "type" ')
    assert await post(shop, escaped, signed=signature.sign(SECRET, body)) == 401
    assert await post(shop, escaped) == 200
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text]


@pytest.mark.parametrize(
    "body",
    [
        b'{"destination":"U","events":[{"type":"mess',
        b"",
        b"null",
        b"[]",
        b'"events"',
        b'{"destination":"U"}',
        b'{"events":{}}',
        b'{"events":null}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"events":' + b"[" * 100_000,
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
async def test_a_body_that_is_no_webhook_is_refused_and_kept(shop: Shop, body: bytes) -> None:
    assert await post(shop, body) == 400
    assert await shop.sql("SELECT count(*) FROM rejected") == [(1,)]


async def test_three_megabytes_are_too_much(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    assert await post(shop, b'{"events":[],"more":"' + b"x" * 3_000_000 + b'"}') == 413
    await mei.says("こんにちは")
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text]


async def test_the_verify_button_of_the_console_is_answered(shop: Shop) -> None:
    assert await deliver(shop) == 200
    assert await deliver(shop, destination="") == 200


async def test_a_bad_event_loses_only_itself_and_is_kept(shop: Shop) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    bad: list[object] = [None, 7, "event", [], {}, {"type": 3}, {"type": None}]
    good = [says(shop, mei, "ひとつめ"), says(shop, ken, "ふたつめ")]
    body = {
        "destination": shop.line.world.account.user_id,
        "events": [good[0], *bad, good[1]],
    }
    assert await post(shop, orjson.dumps(body)) == 200
    await shop.settle()
    assert len(await texts(mei)) == len(await texts(ken)) == 2
    assert await shop.sql("SELECT count(*) FROM rejected") == [(len(bad),)]


async def test_a_text_cut_in_the_middle_of_an_emoji_is_answered(shop: Shop) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    said = [says(shop, mei, "やあ@"), says(shop, ken, "こんにちは", message_id="900002")]
    said[0]["webhookEventId"] = "01@"
    body = orjson.dumps({"destination": shop.line.world.account.user_id, "events": said})
    assert await post(shop, body.replace(b"@", rb"\ud83e")) == 200
    await shop.settle()
    assert len(await texts(mei)) == len(await texts(ken)) == 2


async def test_many_copies_of_a_tap_are_answered_once(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await tell_line(shop, "webhook", duplicate=4)
    await mei.says("こんにちは")
    await shop.settle()
    assert len(await texts(mei)) == 2
    assert await metric(shop, "enishi_events_repeated_total") >= 4


async def test_what_comes_in_disorder_is_answered_in_the_order_it_happened(
    open_shop: OpenShop,
) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        events = []
        for number in range(5):
            events.append(says(shop, mei, str(number), message_id=f"90000{number}"))
            await shop.advance(1)
        assert await deliver(shop, *[events[i] for i in (3, 0, 4, 2, 1)]) == 200
        await shop.settle()
        assert await texts(mei) == ["0", "1", "2", "3", "4"]


async def test_shuffled_batches_of_two_friends_are_each_answered_once(
    open_shop: OpenShop,
) -> None:
    async with open_shop(root=echo()) as shop:
        mei, ken = await shop.phone("Mei"), await shop.phone("Ken")
        await tell_line(shop, "webhook", reorder=True, batch=4, duplicate=1)
        for number in range(6):
            await mei.says(f"m{number}")
            await ken.says(f"k{number}")
        await shop.settle()
        assert sorted(await texts(mei)) == [f"m{number}" for number in range(6)]
        assert sorted(await texts(ken)) == [f"k{number}" for number in range(6)]


async def test_events_for_another_account_are_kept_and_not_handled(shop: Shop) -> None:
    await knows_itself(shop)
    mei = await shop.friend("Mei")
    assert await deliver(shop, says(shop, mei, "こんにちは"), destination="U" + "0" * 32) == 200
    await shop.settle()
    assert len(await texts(mei)) == 1
    ((reason, payload),) = await shop.sql("SELECT reason, payload FROM rejected")
    assert reason == "sent to another account"
    assert orjson.loads(payload)[0]["message"]["text"] == "こんにちは"


async def test_a_database_that_refuses_gets_the_events_again_from_line(shop: Shop) -> None:
    """The bot says 503 to what it could not keep, and LINE sends it again."""
    mei = await shop.friend("Mei")
    await tell_line(shop, "webhook", redelivery=True, attempts=8)
    async with shop.app[ENGINE].begin() as connection:
        await connection.execute(sql("ALTER TABLE events RENAME TO events_away"))
    await mei.says("聞こえますか")

    async def refused() -> bool:
        return await metric(shop, 'enishi_webhooks_total{status="503"}') > 0

    await until(refused)
    async with shop.app[ENGINE].begin() as connection:
        await connection.execute(sql("ALTER TABLE events_away RENAME TO events"))
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text]


async def test_a_redelivery_gives_an_unused_token_a_new_minute(open_shop: OpenShop) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        said = says(shop, mei, "まだ？")
        await shop.fault("/v2/bot/message/reply", "status", status=429)
        assert await deliver(shop, said) == 200
        await shop.advance(timedelta(minutes=3).total_seconds())

        async def is_held() -> bool:
            return await shop.sql("SELECT state FROM outbox WHERE kind = 'message'") == [("held",)]

        await until(is_held)
        await shop.no_faults()
        (token,) = (shop.line.world.reply_tokens[said["replyToken"]],)
        token.delivered_at = shop.line.clock.seconds()
        assert await deliver(shop, said | {"deliveryContext": {"isRedelivery": True}}) == 200
        await shop.work()
        await shop.settle()
        assert await texts(mei) == ["まだ？"]


async def test_metrics_and_health_are_served(shop: Shop) -> None:
    for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/", 404)):
        async with shop.http.get(shop.bot_url + path) as response:
            assert response.status == status
    async with shop.http.get(f"{shop.bot_url}/line/webhook") as response:
        assert response.status == 405


async def test_a_webhook_event_id_with_odd_letters_is_kept(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    odd = event(shop, "postback", mei, postback={"data": "action=help.show"})
    odd["webhookEventId"] = "x\u0000' OR 1=1 --" + "あ" * 3_000
    assert await deliver(shop, odd, odd) == 200
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.help.alt_text]
