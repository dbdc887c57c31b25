"""Coupons over the API: one winner, the others are told who it was."""

import asyncio
from datetime import timedelta

import pytest

from bot import keys
from bot.coupons import redeeming
from bot.coupons.campaign import Campaign
from bot.coupons.model import Coupon
from bot.membership.codes import Codes, Kind
from bot.membership.linking import find
from bot.points.actor import Actor
from bot.resources import ENGINE, USE_CASE
from tests.api.support import Till, a_till, open_shops
from tests.support import NOON, Shop


async def a_coupon(shop: Shop, number: str, **more: object) -> Coupon:
    """Give a member a coupon."""
    values = {
        "key": "bread",
        "title": "食パン",
        "value": {"kind": "yen_off", "yen": 100},
        "text": "焼きたて",
        "validity": {"kind": "days", "days": 7},
        **more,
    }
    campaign = Campaign.model_validate(values, strict=False)
    async with shop.app[ENGINE].begin() as connection:
        await shop.app[keys.COUPONS].campaigns.store(connection, campaign, now=NOON)
        person_id = await find(connection, number)
    assert person_id is not None
    async with shop.app[USE_CASE]() as unit:
        issued = await shop.app[keys.COUPONS].issue(unit, person_id, "bread", why="test", now=NOON)
    assert issued.coupon is not None
    return issued.coupon


async def test_of_many_tills_one_uses_the_coupon(shop: Shop, till: Till) -> None:
    await open_shops(shop, "ginza")
    coupon = await a_coupon(shop, await till.join())
    body = {"number": coupon.number, "shop": "ginza"}
    said = await asyncio.gather(*(till.post("/coupons/redeem", body) for _ in range(12)))
    assert sorted(each.status for each in said) == [201] + [409] * 11
    for each in said:
        if each.status == 409:
            assert each.code == "already_used"
            assert each.body["used_shop"] == "ginza"
            assert each.body["used_at"] == "2026-04-01T03:00:00+00:00"
    looked = await till.call("POST", "/coupons/check", {"number": coupon.number})
    assert looked.body["stage"] == "used"
    assert looked.body["redemptions"][0]["shop"] == "ginza"


async def test_a_use_is_taken_back_within_five_minutes_and_once(shop: Shop, till: Till) -> None:
    number = await till.join()
    coupon = await a_coupon(shop, number)
    used = await till.post("/coupons/redeem", {"number": coupon.number}, once="use-00001")
    path = f"/redemptions/{used.body['id']}/undo"
    assert (await till.post(path, {"reason": " "})).code == "unfit"
    undone = await till.post(path, {"reason": "打ち間違い"})
    assert undone.body["undone_at"] is not None
    assert (await till.post(path, {"reason": "もう一度"})).code == "not_undoable"
    held = (await till.get(f"/members/{number}/coupons")).body["coupons"]
    assert [each["number"] for each in held] == [coupon.number]
    again = await till.post("/coupons/redeem", {"number": coupon.number})
    await shop.advance(301)
    late = await till.post(f"/redemptions/{again.body['id']}/undo", {"reason": "遅い"})
    assert late.code == "not_undoable"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_coupon_is_known_by_its_screen_number_and_serial(shop: Shop, till: Till) -> None:
    coupon = await a_coupon(shop, await till.join(), serials="made")
    assert coupon.serial is not None
    code = shop.app[keys.CODES].make(Kind.COUPON, coupon.number, now=NOON)
    for known in (
        {"code": code.payload},
        {"code": code.typed},
        {"number": coupon.number},
        {"serial": coupon.serial},
        {"serial": coupon.serial.lower().replace("-", " ")},
        {"serial": coupon.serial, "campaign": "bread"},
    ):
        said = await till.call("POST", "/coupons/check", known)
        assert said.status == 200, said.body
        assert (said.body["number"], said.body["worth"]) == (coupon.number, "100円引き")
    for unknown in ({"number": "0000000000"}, {"serial": "7K2F-9QXM-P4"}):
        assert (await till.call("POST", "/coupons/check", unknown)).code == "not_found"
    for wrong in ({}, {"number": coupon.number, "serial": "x"}, {"campaign": "bread"}):
        assert (await till.call("POST", "/coupons/check", wrong)).code == "unfit"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_staff_did_is_not_undone_from_afar(shop: Shop, till: Till) -> None:
    await open_shops(shop, "ginza", "ueno")
    coupon = await a_coupon(shop, await till.join(), uses=2)
    actor = Actor(staff_id=3, shop="ginza", device="till-1")
    async with shop.app[USE_CASE]() as unit:
        used = await redeeming.redeem(
            unit, coupon.coupon_id, key="k", how="code", actor=actor, now=NOON
        )
    path = f"/redemptions/{used.redemption_id}/undo"
    assert (await till.post(path, {"reason": "取消"})).code == "not_undoable"
    ueno = await a_till(shop, shops=["ueno"])
    assert (await ueno.post(path, {"reason": "取消"})).code == "other_shop"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_coupon_whose_time_is_over_says_so(shop: Shop, till: Till) -> None:
    coupon = await a_coupon(shop, await till.join())
    await shop.advance(8 * 24 * 3600)
    said = await till.post("/coupons/redeem", {"number": coupon.number})
    assert said.code == "expired"
    assert said.body["valid_until"] == "2026-04-07T15:00:00+00:00"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_only_a_fresh_code_of_ours_uses_a_coupon(shop: Shop, till: Till) -> None:
    coupon = await a_coupon(shop, await till.join(), uses=2)
    ours, others = shop.app[keys.CODES], Codes("another account")
    old = ours.make(Kind.COUPON, coupon.number, now=NOON - timedelta(seconds=61)).payload
    fresh = ours.make(Kind.COUPON, coupon.number, now=NOON).payload
    member = ours.make(Kind.MEMBER, "2000000000008", now=NOON).payload
    for code, problem in (
        (old, "stale_code"),  # a screenshot
        (fresh[:-1] + ("A" if fresh[-1] != "A" else "B"), "forged_code"),
        (others.make(Kind.COUPON, coupon.number, now=NOON).payload, "foreign_code"),
        (member, "not_a_code"),
    ):
        assert (await till.post("/coupons/redeem", {"code": code})).code == problem
    assert await shop.sql("SELECT count(*) FROM redemptions") == [(0,)]
    for away in (-20, 20):  # clocks of phone and server differ
        at = NOON + timedelta(seconds=away)
        code = ours.make(Kind.COUPON, coupon.number, now=at).payload
        assert (await till.post("/coupons/redeem", {"code": code})).status == 201
