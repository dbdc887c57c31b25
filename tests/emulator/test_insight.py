"""Insight: ready the next day, and silent about few people."""

from typing import Any

import pytest

from bot.emulator import VirtualClock
from tests.emulator.support import TOKEN, Json, Line, postback, text

BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def crowd(line: Line, count: int, **more: Any) -> list[str]:
    orders = [{"state": "friend", **more} for _ in range(count)]
    return [(await line.control("/users", order))["userId"] for order in orders]


async def broadcast(line: Line, *messages: Json) -> str:
    url = f"{line.base_url}/v2/bot/message/broadcast"
    async with line.http.post(url, json={"messages": messages}, headers=BEARER) as response:
        assert response.status == 200, await response.text()
        return response.headers["x-line-request-id"]


async def test_deliveries_of_a_day_are_ready_the_day_after(
    line: Line, clock: VirtualClock
) -> None:
    users = await crowd(line, 2)
    await broadcast(line, text("x"))
    await line.push(users[0], "y")
    path = "/v2/bot/insight/message/delivery?date=20261122"
    assert await line.get(path) == (200, {"status": "unready"})
    clock.advance(86400)
    expected = {"status": "ready", "apiBroadcast": 2, "apiPush": 1}
    assert await line.get(path) == (200, expected)


async def test_followers_never_decrease_and_blocks_are_counted(
    line: Line, clock: VirtualClock
) -> None:
    mei = await line.friend()
    await line.friend()
    await mei.unfollow()
    path = "/v2/bot/insight/followers"
    _, answer = await line.get(f"{path}?date=20261122")
    nothing = {"followers": None, "targetedReaches": None, "blocks": None}
    assert answer == {"status": "unready", **nothing}
    clock.advance(86400)
    _, answer = await line.get(f"{path}?date=20261122")
    counts = {"followers": 2, "targetedReaches": 1, "blocks": 1}
    assert answer == {"status": "ready", **counts}
    assert await line.get(path) == (400, {"message": "date is required"})
    assert await line.get(f"{path}?date=today") == (400, {"message": "Bad Request"})


async def test_demographics_need_twenty_friends(line: Line) -> None:
    path = "/v2/bot/insight/demographic"
    await crowd(line, 15, traits={"gender": "female", "age": "22", "appType": "ios"})
    assert await line.get(path) == (200, {"available": False})
    await crowd(line, 5)
    _, answer = await line.get(path)
    assert answer["available"] is True
    assert answer["genders"] == [
        {"gender": "female", "percentage": 75.0},
        {"gender": "unknown", "percentage": 25.0},
    ]
    assert answer["ages"][0] == {"age": "from20to24", "percentage": 75.0}
    assert answer["subscriptionPeriods"][0]["subscriptionPeriod"] == "within7days"


async def test_few_views_and_clicks_are_null(line: Line) -> None:
    users = await crowd(line, 30)
    request_id = await broadcast(line, text("x"))
    path = f"/v2/bot/insight/message/event?requestId={request_id}"
    seen = {"requestId": request_id, "userIds": users[:19]}
    await line.control("/insight/seen", seen)
    _, answer = await line.get(path)
    assert answer["overview"]["delivered"] == 30
    assert answer["overview"]["uniqueImpression"] is None
    assert answer["messages"][0]["impression"] is None
    await line.control("/insight/seen", {**seen, "userIds": users[19:]})
    click = {"requestId": request_id, "url": "https://a.example", "userIds": users[:20]}
    await line.control("/insight/clicked", click)
    _, answer = await line.get(path)
    assert answer["overview"]["uniqueImpression"] == 30
    assert answer["clicks"] == [
        {
            "seq": 1,
            "url": "https://a.example",
            "click": 20,
            "uniqueClick": 20,
            "uniqueClickOfRequest": 20,
        }
    ]


async def test_a_tapped_address_is_counted(line: Line) -> None:
    mei = await line.friend()
    action = {"type": "uri", "label": "Open", "uri": "https://a.example/"}
    template = {"type": "buttons", "text": "x", "actions": [action]}
    request_id = await broadcast(
        line, text("first"), {"type": "template", "altText": "x", "template": template}
    )
    await mei.taps("Open")
    _, answer = await line.get(f"/v2/bot/insight/message/event?requestId={request_id}")
    assert [(row["seq"], row["url"]) for row in answer["clicks"]] == [(2, "https://a.example/")]


async def test_units_gather_pushes_and_multicasts(line: Line, clock: VirtualClock) -> None:
    users = await crowd(line, 25)
    body = {"to": users, "messages": [text("x")], "customAggregationUnits": ["spring"]}
    url = f"{line.base_url}/v2/bot/message/multicast"
    async with line.http.post(url, json=body, headers=BEARER) as response:
        request_id = response.headers["x-line-request-id"]
    await line.control("/insight/seen", {"requestId": request_id})
    path = "/v2/bot/insight/message/event/aggregation?customAggregationUnit=spring"
    _, answer = await line.get(f"{path}&from=20261122&to=20261122")
    assert answer["overview"]["uniqueImpression"] == 25
    status, answer = await line.get(f"{path}&from=20261001&to=20261122")
    assert status == 400
    assert answer == {"message": None, "key": None, "stacktrace": None, "code": None}
    assert await line.get("/v2/bot/message/aggregation/info") == (
        200,
        {"numOfCustomAggregationUnits": 1},
    )
    _, answer = await line.get("/v2/bot/message/aggregation/list")
    assert answer == {"customAggregationUnits": ["spring"]}
    clock.advance(30 * 86400)
    _, answer = await line.get("/v2/bot/message/aggregation/info")
    assert answer == {"numOfCustomAggregationUnits": 0}


async def test_the_thousand_and_first_unit_is_sent_without_its_label(line: Line) -> None:
    (user,) = await crowd(line, 1)
    await line.control("/behaviour", {"rateScale": 0})
    month = line.emulator.world.ledger.units.setdefault("2026-11", {})
    month.update({f"u{number}": 1 for number in range(1000)})
    status, _ = await line.push(user, "x", customAggregationUnits=["one_more"])
    assert status == 200
    assert "one_more" not in month


@pytest.mark.parametrize("units", [["a", "b"], ["not ok"], ["x" * 31], [""]])
async def test_a_unit_is_one_short_word(line: Line, units: list[str]) -> None:
    (user,) = await crowd(line, 1)
    status, answer = await line.push(user, "x", customAggregationUnits=units)
    assert status == 400
    assert answer["details"][0]["property"].startswith("customAggregationUnits")


async def test_menu_statistics_hide_fewer_than_twenty_people(line: Line) -> None:
    menu = await line.menu(postback("a", "A"), postback("b", "B"))
    users = await crowd(line, 20)
    path = f"/v2/bot/insight/richmenu/{menu}"
    period = "from=20261101&to=20261130"
    await line.control("/insight/menu", {"richMenuId": menu, "userIds": users[:19], "area": 1})
    assert await line.get(f"{path}/summary?{period}") == (200, {"richMenuId": menu})
    order = {"richMenuId": menu, "userIds": users[19:], "area": 1, "day": "20261123"}
    await line.control("/insight/menu", order)
    _, answer = await line.get(f"{path}/summary?{period}")
    assert (answer["metricsFrom"], answer["metricsTo"]) == ("20261122", "20261123")
    assert answer["impression"]["metrics"] == {"count": 20, "uniqueUsers": 20}
    assert [row["metrics"]["count"] for row in answer["clicks"]] == [0, 20]
    _, answer = await line.get(f"{path}/daily?{period}")
    assert answer["clicks"][1]["metrics"][0] == {
        "date": "20261122",
        "count": 19,
        "uniqueUsers": 19,
    }


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("from=1&to=2", "Bad Request"),
        (
            "from=20261102&to=20261101",
            "Parameter to must be the same date as, or after parameter from.",
        ),
        ("from=20250101&to=20261101", "Date range exceeds. Max range is 396 days."),
        (
            "from=20230101&to=20230102",
            "Parameter from must be the same date as, or after 2023-11-23.",
        ),
    ],
)
async def test_a_menu_period_must_be_one(line: Line, period: str, message: str) -> None:
    menu = await line.menu()
    answer = await line.get(f"/v2/bot/insight/richmenu/{menu}/summary?{period}")
    assert answer == (400, {"message": message})
