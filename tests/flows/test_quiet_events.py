"""Events that nobody is to answer: kept, counted, and met with silence."""

from typing import Any

import pytest

from tests.flows.support import WORDS, deliver, event, says, tell_line, texts
from tests.support import Shop

GROUP = {"type": "group", "groupId": "C" + "a" * 32}
ROOM = {"type": "room", "roomId": "R" + "b" * 32}

QUIET: list[tuple[str, dict[str, Any]]] = [
    ("accountLink", {"link": {"result": "ok", "nonce": "n" * 20}}),
    ("accountLink", {"link": {"result": "failed", "nonce": "n" * 20}}),
    ("beacon", {"beacon": {"hwid": "d41d8cd98f", "type": "enter", "dm": "cafe"}}),
    ("membership", {"membership": {"type": "joined", "membershipId": 7}}),
    ("videoPlayComplete", {"videoPlayComplete": {"trackingId": "t"}}),
    ("things", {"things": {"type": "link"}}),
    ("module", {"module": {"type": "attached"}}),
    ("activated", {"chatControl": {"expireAt": 1}}),
    ("somethingOfTheYear2031", {"somethingOfTheYear2031": {"level": 9}}),
    ("", {}),
]


@pytest.mark.parametrize(("kind", "fields"), QUIET, ids=str)
async def test_events_that_need_no_answer_are_kept_and_get_none(
    shop: Shop, kind: str, fields: dict[str, Any]
) -> None:
    mei = await shop.friend("Mei")
    assert await deliver(shop, event(shop, kind, mei, **fields)) == 200
    await mei.says("こんにちは")
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text]
    assert await shop.sql("SELECT count(*) FROM events WHERE kind = :kind", kind=kind) == [(1,)]
    assert await shop.sql("SELECT count(*) FROM inbox") == [(0,)]


async def test_events_of_no_user_at_all_are_kept(shop: Shop) -> None:
    bare = event(shop, "botSuspended", None)
    told = event(shop, "delivery", None, delivery={"data": "sha256"})
    withheld = event(shop, "message", None, message={"type": "text", "id": "1", "text": "?"})
    withheld["source"] = {"type": "user"}
    assert await deliver(shop, bare, told, withheld) == 200
    await shop.settle()
    assert await shop.sql("SELECT count(*) FROM events") == [(3,)]
    assert await shop.sql("SELECT count(*) FROM inbox") == [(0,)]
    assert await shop.sql("SELECT count(*) FROM friends") == [(0,)]


async def test_in_standby_another_tool_has_the_talk(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await tell_line(shop, "behaviour", standby=True)
    await mei.says("担当の方はいますか")
    await mei.postback("action=help.show")
    await shop.settle()
    assert len(await texts(mei)) == 1
    assert await shop.sql("SELECT count(*) FROM events") == [(3,)]
    await tell_line(shop, "behaviour", standby=False)
    await mei.says("こんにちは")
    await shop.settle()
    assert len(await texts(mei)) == 2


@pytest.mark.parametrize("place", [GROUP, ROOM], ids=["group", "room"])
async def test_groups_and_rooms_are_kept_and_not_answered(
    shop: Shop, place: dict[str, Any]
) -> None:
    mei = await shop.friend("Mei")
    spoken = {"type": "text", "id": "1", "text": "みんなで行こう"}
    events = [
        event(shop, "join", place),
        event(shop, "message", place | {"userId": mei.user_id}, message=spoken),
        event(shop, "message", place, message=spoken | {"id": "2"}),
        event(shop, "memberJoined", place, joined={"members": []}),
        event(shop, "memberLeft", place, left={"members": []}),
        event(shop, "leave", place),
    ]
    assert await deliver(shop, *events) == 200
    await shop.settle()
    assert len(await texts(mei)) == 1
    assert len(await shop.requests("/v2/bot/message/reply")) == 1
    assert await shop.sql("SELECT count(*) FROM events") == [(1 + len(events),)]
    assert await shop.sql("SELECT count(*) FROM friends") == [(1,)]


async def test_an_event_without_context_or_unknown_fields_is_answered(shop: Shop) -> None:
    await tell_line(shop, "behaviour", unknownFields=True)
    mei = await shop.friend("Mei")
    plain = says(shop, mei, "こんにちは")
    for missing in ("deliveryContext", "mode", "timestamp"):
        del plain[missing]
    assert await deliver(shop, plain) == 200
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text]


async def test_an_event_without_an_id_is_answered_once_even_when_redelivered(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    nameless = says(shop, mei, "こんにちは")
    del nameless["webhookEventId"]
    again = nameless | {"deliveryContext": {"isRedelivery": True}}
    for sent in (nameless, nameless, again):
        assert await deliver(shop, sent) == 200
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text]
    await mei.sends({"type": "sticker"})
    await shop.settle()
    assert (await texts(mei))[2:] == [WORDS.replies.sticker]


async def test_a_token_of_a_test_event_is_never_used(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    for number, token in enumerate(("0" * 32, "f" * 32)):
        dummy = says(shop, mei, "Hello, world", message_id=str(number)) | {"replyToken": token}
        assert await deliver(shop, dummy) == 200
    await shop.settle()
    assert len(await shop.requests("/v2/bot/message/reply")) == 1
