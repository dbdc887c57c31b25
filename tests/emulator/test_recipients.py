"""Who receives what, and who is billed: the delivery matrix and the month's quota."""

import pytest

from bot.emulator import VirtualClock
from tests.emulator.support import Line, text

NOBODY = "U" + "0" * 32


async def test_a_stranger_who_wrote_within_a_week_gets_pushes_only(
    line: Line, clock: VirtualClock
) -> None:
    ken = await line.stranger()
    await ken.says("hello")
    await line.push(ken.user_id, "push")
    body = {"to": [ken.user_id], "messages": [text("multicast")]}
    assert await line.post("/v2/bot/message/multicast", body) == (200, {})
    await line.post("/v2/bot/message/broadcast", {"messages": [text("broadcast")]})
    assert await ken.sees() == [text("push")]
    clock.advance(7 * 24 * 3600 + 1)
    status, _ = await line.push(ken.user_id, "too late")
    assert status == 200
    assert await ken.sees() == [text("push")]


@pytest.mark.parametrize("state", ["blocked", "deleted", "stranger"])
async def test_a_push_in_vain_is_accepted_and_free(line: Line, state: str) -> None:
    mei = await line.friend()
    await line.control(f"/users/{mei.user_id}", {"state": state})
    status, answer = await line.push(mei.user_id, "anybody?")
    assert status == 200
    assert answer["sentMessages"]
    assert await mei.sees() == []
    assert (await line.see("/quota"))["used"] == 0


async def test_a_push_to_another_providers_id_fails(line: Line) -> None:
    refused = (400, {"message": "Failed to send messages"})
    assert await line.push(NOBODY, "hello") == refused
    mei = await line.friend()
    await line.control(f"/users/{mei.user_id}", {"state": "foreign"})
    assert await line.push(mei.user_id, "hello") == refused


async def test_a_push_to_no_id_at_all_is_invalid(line: Line) -> None:
    status, answer = await line.push("somebody", "hello")
    assert status == 400
    assert answer["message"].startswith("The property, to, in the request body is invalid")


async def test_one_malformed_id_fails_a_whole_multicast(line: Line) -> None:
    mei = await line.friend()
    body = {"to": [mei.user_id, "C" + "0" * 32], "messages": [text("x")]}
    status, answer = await line.post("/v2/bot/message/multicast", body)
    assert status == 400
    expected = "The property, to[1], in the request body is invalid (line: -, column: -)"
    assert answer["message"] == expected
    assert await mei.sees() == []


async def test_a_multicast_to_an_unknown_id_passes_unless_told_otherwise(line: Line) -> None:
    mei = await line.friend()
    body = {"to": [mei.user_id, NOBODY], "messages": [text("x")]}
    assert (await line.post("/v2/bot/message/multicast", body))[0] == 200
    await line.control("/behaviour", {"multicastRefusesUnknown": True})
    assert (await line.post("/v2/bot/message/multicast", body))[0] == 400
    assert len(await mei.sees()) == 1


async def test_a_multicast_beyond_the_quota_reaches_nobody(line: Line) -> None:
    people = [await line.friend() for _ in range(3)]
    await line.control("/quota", {"value": 2})
    body = {"to": [person.user_id for person in people], "messages": [text("x")]}
    status, answer = await line.post("/v2/bot/message/multicast", body)
    assert (status, answer) == (429, {"message": "You have reached your monthly limit."})
    assert [await person.sees() for person in people] == [[], [], []]


async def test_the_month_ends_at_midnight_in_tokyo(line: Line, clock: VirtualClock) -> None:
    mei = await line.friend()
    await line.control("/quota", {"value": 1})
    assert (await line.push(mei.user_id, "last of November"))[0] == 200
    assert (await line.push(mei.user_id, "over"))[0] == 429
    await line.control("/clock", {"freeze": "2026-11-30T14:59:59+00:00"})
    assert (await line.push(mei.user_id, "over"))[0] == 429
    clock.advance(1)
    assert (await line.push(mei.user_id, "December"))[0] == 200


async def test_a_reservation_makes_sends_fail_although_quota_is_left(line: Line) -> None:
    mei = await line.friend()
    await line.control("/quota", {"value": 10, "reserved": 10})
    assert (await line.push(mei.user_id, "x"))[0] == 429
    assert await line.get("/v2/bot/message/quota/consumption") == (200, {"totalUsage": 0})


async def test_replies_are_free_even_when_the_quota_is_spent(line: Line) -> None:
    await line.control("/quota", {"value": 0})
    mei = await line.friend()
    token = next(iter(line.emulator.world.reply_tokens))
    body = {"replyToken": token, "messages": [text("free")]}
    assert (await line.post("/v2/bot/message/reply", body))[0] == 200
    assert await mei.sees() == [text("free")]


async def test_the_days_counts_are_ready_the_next_day(line: Line, clock: VirtualClock) -> None:
    mei = await line.friend()
    await line.push(mei.user_id, "x")
    path = "/v2/bot/message/delivery/push?date=20261122"
    assert await line.get(path) == (200, {"status": "unready"})
    clock.advance(24 * 3600)
    assert await line.get(path) == (200, {"status": "ready", "success": 1})
    status, answer = await line.get("/v2/bot/message/delivery/push?date=2026-11-22")
    assert (status, answer) == (400, {"message": "The value for the 'date' parameter is invalid"})
    path = "/v2/bot/message/delivery/push?date=20180101"
    assert await line.get(path) == (200, {"status": "out_of_service"})


async def test_profiles_are_shown_to_whom_the_user_talks(line: Line) -> None:
    mei, ken = await line.friend("Mei"), await line.stranger("Ken")
    _, profile = await line.get(f"/v2/bot/profile/{mei.user_id}")
    assert profile == {"displayName": "Mei", "userId": mei.user_id, "language": "ja"}
    absent = (404, {"message": "Not found"})
    assert await line.get(f"/v2/bot/profile/{ken.user_id}") == absent
    await ken.says("hello")
    assert (await line.get(f"/v2/bot/profile/{ken.user_id}"))[0] == 200
    await mei.unfollow()
    assert await line.get(f"/v2/bot/profile/{mei.user_id}") == absent
    _, answer = await line.get("/v2/bot/profile/mei")
    assert answer == {"message": "The value for the 'userId' parameter is invalid"}


async def test_followers_come_in_pages_and_only_to_verified_accounts(
    line: Line, clock: VirtualClock
) -> None:
    people = {(await line.friend()).user_id for _ in range(3)}
    _, first = await line.get("/v2/bot/followers/ids?limit=2")
    path = f"/v2/bot/followers/ids?limit=2&start={first['next']}"
    _, second = await line.get(path)
    assert {*first["userIds"], *second["userIds"]} == people
    assert "next" not in second
    clock.advance(24 * 3600 + 1)
    assert await line.get(path) == (400, {"message": "Invalid start param"})
    await line.control("/account", {"verified": False})
    assert (await line.get("/v2/bot/followers/ids"))[0] == 403
