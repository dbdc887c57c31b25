"""Coupons and membership plans."""

from typing import Any

import pytest

from bot.emulator import VirtualClock
from tests.emulator.support import Bot, Json, Line


def coupon(now: float, **more: Any) -> Json:
    return {
        "title": "Spring",
        "acquisitionCondition": {"type": "normal"},
        "maxUseCountPerTicket": 1,
        "startTimestamp": int(now),
        "endTimestamp": int(now) + 86400,
        "timezone": "ASIA_TOKYO",
        "visibility": "PUBLIC",
        **more,
    }


async def create(line: Line, **more: Any) -> tuple[int, Json]:
    return await line.post("/v2/bot/coupon", coupon(line.emulator.clock.seconds(), **more))


async def test_a_coupon_is_created_read_and_closed_once(line: Line) -> None:
    price = {"type": "fixed", "fixedAmount": 100}
    status, answer = await create(line, reward={"type": "discount", "priceInfo": price})
    assert status == 200
    path = f"/v2/bot/coupon/{answer['couponId']}"
    _, shown = await line.get(path)
    assert (shown["title"], shown["status"]) == ("Spring", "RUNNING")
    assert shown["reward"]["priceInfo"]["currency"] == "JPY"
    assert await line.call("PUT", f"{path}/close") == (200, {})
    status, answer = await line.call("PUT", f"{path}/close")
    assert status == 410
    closed = {"message": "The coupon has already been closed.", "property": ""}
    assert answer["details"] == [closed]


async def test_a_coupon_ends_by_itself(line: Line, clock: VirtualClock) -> None:
    _, answer = await create(line)
    clock.advance(86400)
    _, shown = await line.get(f"/v2/bot/coupon/{answer['couponId']}")
    assert shown["status"] == "CLOSED"


async def test_an_unknown_coupon_is_not_found(line: Line) -> None:
    status, answer = await line.get("/v2/bot/coupon/none")
    assert status == 404
    assert answer["details"] == [{"message": "coupon not found", "property": ""}]


async def test_coupons_are_listed_by_status_and_page(line: Line) -> None:
    ids = [(await create(line, title=f"C{number}"))[1]["couponId"] for number in range(3)]
    await line.call("PUT", f"/v2/bot/coupon/{ids[0]}/close")
    _, running = await line.get("/v2/bot/coupon?status=RUNNING&limit=1")
    assert running["items"] == [{"couponId": ids[1], "title": "C1"}]
    _, rest = await line.get(f"/v2/bot/coupon?status=RUNNING&limit=1&start={running['next']}")
    assert [item["couponId"] for item in rest["items"]] == [ids[2]]
    _, both = await line.get("/v2/bot/coupon?status=RUNNING&status=CLOSED")
    assert len(both["items"]) == 3
    status, answer = await line.get("/v2/bot/coupon?limit=101")
    assert (status, answer["details"][0]["property"]) == (400, "limit")


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"title": ""}, "title", "May not be empty"),
        ({"title": "x" * 61}, "title", "Length must be between 0 and 60"),
        ({"endTimestamp": 1}, "endTimestamp", "Must be in the future"),
        ({"visibility": "HIDDEN"}, "visibility", None),
        ({"timezone": "MARS"}, "timezone", None),
        ({"maxUseCountPerTicket": 2}, "maxUseCountPerTicket", None),
        (
            {"acquisitionCondition": {"type": "lottery", "lotteryProbability": 100}},
            "acquisitionCondition.lotteryProbability",
            None,
        ),
        (
            {"reward": {"type": "free", "priceInfo": {"type": "fixed"}}},
            "reward.priceInfo",
            "Must not be specified",
        ),
        (
            {
                "reward": {
                    "type": "cashBack",
                    "priceInfo": {"type": "percentage", "percentage": 5, "fixedAmount": 1},
                }
            },
            "reward.priceInfo.fixedAmount",
            "Must not be specified",
        ),
    ],
)
async def test_a_coupon_that_breaks_a_rule_is_refused_with_its_place(
    line: Line, change: Json, place: str, message: str | None
) -> None:
    status, answer = await create(line, **change)
    assert status == 400
    detail = answer["details"][0]
    assert detail["property"] == place
    assert message in {None, detail["message"]}


async def test_members_are_numbered_and_the_bot_hears_of_them(
    line: Line, bot: Bot, clock: VirtualClock
) -> None:
    absent = (404, {"message": "Membership plan not found"})
    assert await line.get("/v2/bot/membership/list") == absent
    plan = (await line.control("/memberships", {"title": "Gold", "price": 500}))["membershipId"]
    mei = await line.friend()
    path = f"/users/{mei.user_id}/membership"
    await line.control(path, {"type": "joined", "membershipId": plan})
    await mei.settle()
    assert bot.last("membership")["membership"] == {"type": "joined", "membershipId": plan}
    clock.advance(31 * 86400)
    _, answer = await line.get(f"/v2/bot/membership/subscription/{mei.user_id}")
    subscription = answer["subscriptions"][0]
    assert subscription["membership"]["title"] == "Gold"
    assert subscription["user"]["membershipNo"] == 1
    assert subscription["user"]["totalSubscriptionMonths"] == 2
    _, plans = await line.get("/v2/bot/membership/list")
    assert plans["memberships"][0]["memberCount"] == 1
    members = await line.get(f"/v2/bot/membership/{plan}/users/ids")
    assert members == (200, {"userIds": [mei.user_id]})
    await line.control(path, {"type": "left", "membershipId": plan})
    assert (await line.get(f"/v2/bot/membership/subscription/{mei.user_id}"))[0] == 404
    status, answer = await line.get("/v2/bot/membership/7/users/ids")
    assert (status, answer) == (404, {"message": "Membership ID is not found"})


async def test_members_who_withheld_their_consent_are_not_reported(line: Line, bot: Bot) -> None:
    plan = (await line.control("/memberships", {}))["membershipId"]
    mei = await line.friend()
    await line.control(f"/users/{mei.user_id}", {"consent": False})
    order = {"type": "joined", "membershipId": plan}
    await line.control(f"/users/{mei.user_id}/membership", order)
    await mei.settle()
    assert [event["type"] for event in bot.events] == ["follow"]
