"""Members over the API: made, found and linked."""

import asyncio
from datetime import timedelta

import pytest

from bot import keys
from bot.membership.codes import Codes, Kind
from bot.postbacks import JoinMembers
from tests.api.support import Till, a_till
from tests.support import NOON, Shop


async def test_a_member_is_made_once_however_often_the_call_is_repeated(
    shop: Shop, till: Till
) -> None:
    said = await asyncio.gather(
        *(
            till.post(
                "/members", {"external": {"system": "webshop", "id": "C-1"}}, once="join-001"
            )
            for _ in range(20)
        )
    )
    made = [each for each in said if each.status == 201]
    assert made
    assert len({each.body["number"] for each in made}) == 1
    assert {each.code for each in said if each.status != 201} <= {"in_progress"}
    again = await till.post(
        "/members", {"external": {"id": "C-1", "system": "webshop"}}, once="join-001"
    )
    assert again.body == made[0].body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await shop.sql("SELECT count(*) FROM members") == [(1,)]


async def test_many_calls_for_one_customer_make_one_member(shop: Shop, till: Till) -> None:
    customer = {"external": {"system": "webshop", "id": "C-1"}}
    said = await asyncio.gather(*(till.post("/members", customer) for _ in range(8)))
    assert [each.status for each in said] == [201] * 8
    assert len({each.body["number"] for each in said}) == 1
    assert await shop.sql("SELECT count(*) FROM people") == [(1,)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_member_is_found_by_all_that_stands_for_them(shop: Shop, till: Till) -> None:
    number = await till.join(external={"system": "webshop", "id": "C-1"})
    code = shop.app[keys.CODES].make(Kind.MEMBER, number, now=NOON)
    for known in (
        {"number": number},
        {"number": f"{number[0]} {number[1:7]} {number[7:]}"},
        {"code": code.payload},
        {"code": code.typed},
        {"external": {"system": "webshop", "id": "C-1"}},
    ):
        said = await till.call("POST", "/members/lookup", known)
        assert said.status == 200, said.body
        assert said.body["number"] == number
    assert (await till.get(f"/members/{number}")).body["external_ids"] == [
        {"system": "webshop", "id": "C-1"}
    ]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_friend_is_found_by_the_id_that_line_gave(shop: Shop, till: Till) -> None:
    mei = await shop.friend("メイ")
    known = {"line_user_id": mei.user_id}
    assert (await till.call("POST", "/members/lookup", known)).code == "no_member"
    await mei.postback(JoinMembers().encode())
    await shop.settle()
    said = await till.call("POST", "/members/lookup", known)
    assert said.body["is_friend"]
    assert await shop.sql("SELECT number FROM members") == [(said.body["number"],)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_codes_of_others_old_ones_and_made_up_ones_are_told_apart(
    shop: Shop, till: Till
) -> None:
    number = await till.join()
    ours = shop.app[keys.CODES].make(Kind.MEMBER, number, now=NOON)
    changed = ours.payload[:-1] + ("A" if ours.payload[-1] != "A" else "B")
    coupon = shop.app[keys.CODES].make(Kind.COUPON, "1234567897", now=NOON)
    others = Codes("another account").make(Kind.MEMBER, number, now=NOON)
    for code, problem in (
        (changed, "forged_code"),
        (others.payload, "foreign_code"),
        (coupon.payload, "not_a_code"),
        ("E1.x", "not_a_code"),
        ("4901234567894", "not_a_code"),
    ):
        assert (await till.call("POST", "/members/lookup", {"code": code})).code == problem
    for away in (-20, 20):  # a phone's clock may be slow or fast
        skewed = shop.app[keys.CODES].make(Kind.MEMBER, number, now=NOON + timedelta(seconds=away))
        said = await till.call("POST", "/members/lookup", {"code": skewed.payload})
        assert said.status == 200
    await shop.advance(61)
    said = await till.call("POST", "/members/lookup", {"code": ours.payload})
    assert said.code == "stale_code"
    assert said.body["shown_at"] == "2026-04-01T03:00:00+00:00"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_whoever_guesses_codes_is_stopped(shop: Shop, till: Till) -> None:
    number = await till.join()
    right = shop.app[keys.CODES].make(Kind.MEMBER, number, now=NOON).typed.replace(" ", "")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    for _ in range(20):
        assert (await till.call("POST", "/members/lookup", {"code": wrong})).code == "forged_code"
    said = await till.call("POST", "/members/lookup", {"code": wrong})
    assert said.code == "too_many_tries"
    assert said.headers["Retry-After"] == "900"
    assert (await till.call("POST", "/members/lookup", {"code": right})).code == "too_many_tries"
    scanned = shop.app[keys.CODES].make(Kind.MEMBER, number, now=NOON).payload
    assert (await till.call("POST", "/members/lookup", {"code": scanned})).status == 200
    other = await a_till(shop)
    assert (await other.call("POST", "/members/lookup", {"code": right})).status == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_number_that_somebody_has_stays_theirs(shop: Shop, till: Till) -> None:
    await till.join(external={"system": "card", "id": "A-1"})
    number = await till.join()
    said = await till.post(f"/members/{number}/external-ids", {"system": "card", "id": "A-1"})
    assert (said.status, said.code) == (409, "card_conflict")
    assert await shop.sql("SELECT count(*) FROM card_conflicts") == [(1,)]
    ours = await till.post(f"/members/{number}/external-ids", {"system": "card", "id": "B-1"})
    assert ours.body["external_ids"] == [{"system": "card", "id": "B1"}]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_members_number_stays_theirs_whatever_others_call_by_it(
    shop: Shop, till: Till
) -> None:
    number, other = await till.join(), await till.join()
    same = {"system": "webshop", "id": number}
    assert (await till.post(f"/members/{other}/external-ids", same)).status == 200
    card = {"system": "card", "id": number}
    assert (await till.post(f"/members/{other}/external-ids", card)).code == "card_conflict"
    assert (await till.get(f"/members/{number}")).body["number"] == number
    found = await till.call("POST", "/members/lookup", {"external": same})
    assert found.body["number"] == other
    assert await shop.sql("SELECT count(*) FROM members") == [(2,)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_ids_of_other_systems_differ_by_their_hyphens(till: Till) -> None:
    one = await till.join(external={"system": "webshop", "id": "1-23"})
    two = await till.join(external={"system": "webshop", "id": "12-3"})
    assert one != two
