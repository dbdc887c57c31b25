"""Purchases and points over the API: exact, once, and not from other shops."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from bot.integrations.keys import Scope
from bot.resources import ENGINE
from tests.api.support import Till, a_till, open_shops
from tests.support import Shop

BREAD = {"sku": "bread", "name": "食パン", "quantity": 2, "price_yen": 400}


async def bill(till: Till, number: str, yen: int = 1_000, **more: Any) -> dict[str, Any]:
    body = {"member": number, "external_id": "T-1", "amount_yen": yen, **more}
    said = await till.post("/purchases", body)
    assert said.status == 201, said.body
    found: dict[str, Any] = said.body
    return found


async def test_a_call_repeated_a_hundred_times_at_once_has_one_effect(
    shop: Shop, till: Till
) -> None:
    number = await till.join()
    body = {"member": number, "external_id": "T-1", "amount_yen": 1_000}
    said = await asyncio.gather(
        *(till.post("/purchases", body, once="bill-0001") for _ in range(100))
    )
    done = [each for each in said if each.status == 201]
    assert done
    assert all(each.body == done[0].body for each in done)
    for each in said:
        if each.status != 201:
            assert each.code == "in_progress"
            assert each.headers["Retry-After"] == "1"
    assert (await till.post("/purchases", body, once="bill-0001")).body == done[0].body
    assert done[0].body["points_earned"] == done[0].body["balance"] == 10
    assert await shop.sql("SELECT count(*) FROM purchases") == [(1,)]
    assert await shop.sql("SELECT sum(points) FROM point_changes") == [(10,)]


async def test_the_last_point_is_spent_once(till: Till) -> None:
    number = await till.join()
    await till.post(f"/members/{number}/points/earn", {"points": 1, "reason": "ご来店"})
    spend = {"points": 1, "reason": "お会計"}
    said = await asyncio.gather(
        *(till.post(f"/members/{number}/points/spend", spend) for _ in range(12))
    )
    assert sorted(each.status for each in said) == [201] + [409] * 11
    for each in said:
        if each.status == 409:
            assert each.code == "not_enough_points"
            assert each.body["balance"] == 0
    assert (await till.get(f"/members/{number}/points")).body["points"] == 0


async def test_a_purchase_comes_back_in_parts_with_its_points(till: Till) -> None:
    number = await till.join()
    bought = await bill(till, number, 1_000, items=[BREAD])
    path = f"/purchases/{bought['purchase']['id']}/returns"
    part = await till.post(path, {"yen": 400, "reason": "返品"}, once="return-01")
    assert part.body["balance"] == 6
    again = await till.post(path, {"yen": 400, "reason": "返品"}, once="return-01")
    assert again.body == part.body
    assert (await till.post(path, {"yen": 601, "reason": "返品"})).code == "not_returnable"
    rest = await till.post(path, {"reason": "取消"})
    assert rest.body["balance"] == 0
    assert rest.body["purchase"]["cancelled_at"] is not None
    assert (await till.post(path, {"reason": "取消"})).code == "not_returnable"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_refusal_is_kept_as_an_answer_and_a_slip_is_not(till: Till) -> None:
    number = await till.join()
    path = f"/members/{number}/points/spend"
    spend = {"points": 5, "reason": "お会計"}
    assert (await till.post(path, spend, once="spend-001")).code == "not_enough_points"
    await till.post(f"/members/{number}/points/earn", {"points": 9, "reason": "ご来店"})
    kept = await till.post(path, spend, once="spend-001")
    assert kept.code == "not_enough_points"
    assert kept.headers["Idempotent-Replayed"] == "true"
    other = await till.post(path, {**spend, "points": 4}, once="spend-001")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    slip = await till.post(path, {**spend, "points": 0}, once="spend-002")
    assert (slip.status, slip.code) == (422, "unfit")
    assert (await till.post(path, spend, once="spend-002")).status == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_waited_in_vain_for_the_only_writer_is_told_to_come_again(
    till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "busy.db"
    impatient = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as waited, impatient.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    impatient.dispose()

    def too_busy(*_: object) -> None:
        raise waited.value

    monkeypatch.setattr("bot.api.gate.api_keys.find", too_busy)
    said = await till.post("/members", {}, once="member-0001")
    assert (said.status, said.code) == (503, "away")
    assert said.headers["Retry-After"] == "5"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_forgotten_answer_is_still_not_a_second_effect(shop: Shop, till: Till) -> None:
    number = await till.join()
    path = f"/members/{number}/points/earn"
    first = await till.post(path, {"points": 5, "reason": "ご来店"}, once="earn-0001")
    async with shop.app[ENGINE].begin() as connection:
        await connection.exec_driver_sql("DELETE FROM api_calls")
    again = await till.post(path, {"points": 5, "reason": "ご来店"}, once="earn-0001")
    assert again.body["id"] == first.body["id"]
    async with shop.app[ENGINE].begin() as connection:
        await connection.exec_driver_sql("DELETE FROM api_calls")
    other = await till.post(path, {"points": 6, "reason": "ご来店"}, once="earn-0001")
    assert other.code == "idempotency_key_reused"
    assert (await till.get(f"/members/{number}/points")).body["points"] == 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_statement_is_read_page_by_page(till: Till) -> None:
    number = await till.join()
    for points in range(1, 6):
        await till.post(f"/members/{number}/points/earn", {"points": points, "reason": "ご来店"})
    path, cursor, seen = f"/members/{number}/points/changes", None, []
    while True:
        said = await till.get(path, limit="2", **({} if cursor is None else {"cursor": cursor}))
        seen += [each["points"] for each in said.body["changes"]]
        cursor = said.body["next_cursor"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_key_of_one_shop_reaches_no_other(shop: Shop, till: Till) -> None:
    await open_shops(shop, "ginza", "ueno")
    ginza, ueno = await a_till(shop, shops=["ginza"]), await a_till(shop, shops=["ueno"])
    number = await till.join()
    bought = await bill(ginza, number)  # the only shop of the key needs no naming
    assert bought["purchase"]["shop"] == "ginza"
    path = f"/purchases/{bought['purchase']['id']}/returns"
    other = {"member": number, "external_id": "T-2", "amount_yen": 1, "shop": "ginza"}
    earned = await ginza.post(f"/members/{number}/points/earn", {"points": 3, "reason": "ご来店"})
    for said in (
        await ueno.post("/purchases", other),
        await ueno.post(path, {"reason": "返品"}),
        await ueno.get("/purchases", external_id="T-1"),
        await ueno.post(f"/points/changes/{earned.body['id']}/reverse", {"reason": "取消"}),
    ):
        assert (said.status, said.code) == (403, "other_shop")
    assert (await ueno.get(f"/members/{number}/purchases")).body["purchases"] == []
    assert len((await ginza.get(f"/members/{number}/purchases")).body["purchases"]) == 1
    nowhere = await till.post("/purchases", {**other, "shop": "nowhere"})
    assert nowhere.body["errors"] == [{"field": "shop", "detail": "There is no shop nowhere."}]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_meant_is_named_field_by_field(till: Till) -> None:
    number = await till.join()
    good = {"member": number, "external_id": "T-1", "amount_yen": 100}
    for wrong, field in (
        ({"amount_yen": -1}, "amount_yen"),
        ({"amount_yen": 10_000_001}, "amount_yen"),
        ({"amount_yen": 1e300}, "amount_yen"),
        ({"amount_yen": "100"}, "amount_yen"),
        ({"amount_yen": True}, "amount_yen"),
        ({"amount_yen": 10.5}, "amount_yen"),
        ({"amount": 100}, "amount"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "T\u0000"}, "external_id"),
        ({"member": "123"}, "member"),
        ({"items": [{**BREAD, "price_yen": 1 << 70}]}, "items.0.price_yen"),
        ({"bought_at": "2026-04-01T12:00:00"}, "bought_at"),
        ({"bought_at": "2026-04-01T03:06:00Z"}, "bought_at"),
        ({"bought_at": "0001-01-01T00:00:00Z"}, "bought_at"),
    ):
        said = await till.post("/purchases", {**good, **wrong})
        assert (said.status, said.code) == (422, "unfit"), wrong
        assert said.body["errors"][0]["field"] == field
    fast = {**good, "bought_at": "2026-04-01T12:00:20+09:00"}  # a clock 20 s ahead
    assert (await till.post("/purchases", fast)).status == 201
    whole = {**good, "external_id": "T-2", "amount_yen": 100.0}  # in JSON that is 100
    assert (await till.post("/purchases", whole)).body["purchase"]["amount_yen"] == 100
    for points in (0, -5, 1_000_001, 1 << 80):
        earn = {"points": points, "reason": "ご来店"}
        assert (await till.post(f"/members/{number}/points/earn", earn)).code == "unfit"
    assert (await till.post(f"/members/{number}/points/earn", {"points": 1})).code == "unfit"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_bodies_that_are_none_are_refused(till: Till) -> None:
    for data, kind, problem in (
        (b"{", "application/json", "not_json"),
        (b"\xff\xfe", "application/json", "not_json"),
        (b"[]", "application/json", "unfit"),
        (b"{}", "text/plain", "not_that_type"),
        (b'{"points": 1, "reason": "\\ud800"}', "application/json", "not_json"),
        (b'{"a": "' + b"a" * 300_000 + b'"}', "application/json", "too_large"),
    ):
        headers = {"Content-Type": kind}
        said = await till.call(
            "POST", "/members", data=data, headers=headers, once="a-key-of-ours"
        )
        assert said.code == problem, data[:20]
    without = await till.call("POST", "/members", {})
    assert without.code == "idempotency_key_missing"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_scope_opens_its_own_things_only(shop: Shop, till: Till) -> None:
    number = await till.join()
    reader = await a_till(shop, Scope.POINTS_READ)
    assert (await reader.get(f"/members/{number}/points")).status == 200
    for said in (
        await reader.get(f"/members/{number}"),
        await reader.get(f"/members/{number}/coupons"),
        await reader.get(f"/members/{number}/purchases"),
        await reader.post(f"/members/{number}/points/earn", {"points": 1, "reason": "x"}),
        await reader.post("/coupons/redeem", {"number": "1234567897"}),
        await reader.call("POST", "/coupons/check", {"number": "1234567897"}),
    ):
        assert said.code == "scope_missing"
