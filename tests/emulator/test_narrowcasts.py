"""Audiences and narrowcasts: who is chosen, what is set aside, when it fails."""

from typing import Any

import pytest
from aiohttp import FormData

from bot.emulator import VirtualClock
from tests.emulator.support import TOKEN, Json, Line, text

BEARER = {"Authorization": f"Bearer {TOKEN}"}
UPLOAD = "/v2/bot/audienceGroup/upload"
NARROWCAST = "/v2/bot/message/narrowcast"


async def crowd(line: Line, count: int, **more: Any) -> list[str]:
    """Make friends of the account without telling the bot."""
    orders = [{"state": "friend", **more} for _ in range(count)]
    return [(await line.control("/users", order))["userId"] for order in orders]


async def audience(line: Line, users: list[str], **more: Any) -> int:
    body = {"description": "A", "audiences": [{"id": user_id} for user_id in users], **more}
    status, answer = await line.post(UPLOAD, body)
    assert status == 202, answer
    audience_id: int = answer["audienceGroupId"]
    return audience_id


async def narrowcast(line: Line, **order: Any) -> str:
    body = {"messages": [text("news")], **order}
    url = line.base_url + NARROWCAST
    async with line.http.post(url, json=body, headers=BEARER) as response:
        assert response.status == 202, await response.text()
        return response.headers["x-line-request-id"]


async def progress(line: Line, request_id: str) -> Json:
    status, answer = await line.get(f"/v2/bot/message/progress/narrowcast?requestId={request_id}")
    assert status == 200
    return answer


def of(audience_id: int) -> Json:
    return {"type": "audience", "audienceGroupId": audience_id}


async def received(line: Line, user_id: str) -> int:
    items = (await line.see(f"/users/{user_id}/timeline"))["items"]
    return len([item for item in items if item["via"] == "narrowcast"])


async def test_a_narrowcast_waits_sends_and_is_billed_when_done(
    line: Line, clock: VirtualClock
) -> None:
    order = {"narrowcastWaitingSeconds": 10, "narrowcastSendingSeconds": 20}
    await line.control("/behaviour", order)
    users = await crowd(line, 3)
    request_id = await narrowcast(line)
    assert await progress(line, request_id) == {
        "phase": "waiting",
        "acceptedTime": "2026-11-22T03:00:00.000Z",
    }
    assert (await line.see("/quota"))["reserved"] == 3
    clock.advance(10)
    assert (await progress(line, request_id))["phase"] == "sending"
    assert await received(line, users[0]) == 0
    clock.advance(20)
    done = await progress(line, request_id)
    assert (done["phase"], done["successCount"], done["targetCount"]) == ("succeeded", 3, 3)
    assert done["completedTime"] == "2026-11-22T03:00:30.000Z"
    assert await received(line, users[0]) == 1
    quota = await line.see("/quota")
    assert (quota["used"], quota["reserved"]) == (3, 0)
    clock.advance(14 * 86400)
    path = f"/v2/bot/message/progress/narrowcast?requestId={request_id}"
    assert await line.get(path) == (404, {"message": "Not found"})


async def test_a_running_narrowcast_takes_the_quota_from_other_sends(
    line: Line, clock: VirtualClock
) -> None:
    await line.control("/behaviour", {"narrowcastWaitingSeconds": 10})
    users = await crowd(line, 3)
    await line.control("/quota", {"value": 3})
    audience_id = await audience(line, users[:1])
    await narrowcast(line, recipient=of(audience_id))
    status, answer = await line.push(users[1], "x")
    assert (status, answer) == (429, {"message": "You have reached your monthly limit."})
    clock.advance(10)
    assert (await line.push(users[1], "x"))[0] == 200


@pytest.mark.parametrize(
    ("limit", "status", "sent"),
    [
        ({}, 429, 0),
        ({"max": 2}, 202, 2),
        ({"max": 4}, 429, 0),
        ({"upToRemainingQuota": True}, 202, 3),
        ({"upToRemainingQuota": True, "max": 1}, 202, 1),
    ],
)
async def test_a_limit_decides_what_is_set_aside(
    line: Line, limit: Json, status: int, sent: int
) -> None:
    users = await crowd(line, 5)
    await line.control("/quota", {"value": 3})
    body = {"messages": [text("news")], "limit": limit}
    assert (await line.post(NARROWCAST, body))[0] == status
    assert sum([await received(line, user_id) for user_id in users]) == sent


async def test_partial_delivery_may_be_forbidden(line: Line) -> None:
    users = await crowd(line, 5)
    await line.control("/quota", {"value": 3})
    limit = {"upToRemainingQuota": True, "forbidPartialDelivery": True}
    done = await progress(line, await narrowcast(line, limit=limit))
    assert (done["phase"], done["errorCode"]) == ("failed", 5)
    assert await received(line, users[0]) == 0
    body = {"messages": [text("x")], "limit": {"forbidPartialDelivery": True}}
    status, answer = await line.post(NARROWCAST, body)
    expected = "The option forbidPartialDelivery must be used with upToRemainingQuota."
    assert (status, answer["message"]) == (400, expected)


async def test_own_lists_may_be_small_and_other_audiences_not(line: Line) -> None:
    users = await crowd(line, 60)
    own = await audience(line, users[:2])
    done = await progress(line, await narrowcast(line, recipient=of(own)))
    assert (done["phase"], done["successCount"]) == ("succeeded", 2)
    order = {"kind": "FRIEND_PATH", "userIds": users[:49]}
    small = (await line.control("/audiences", order))["audienceGroupId"]
    done = await progress(line, await narrowcast(line, recipient=of(small)))
    assert (done["phase"], done["errorCode"]) == ("failed", 2)
    order = {"kind": "FRIEND_PATH", "userIds": users}
    large = (await line.control("/audiences", order))["audienceGroupId"]
    both = {"type": "operator", "or": [of(small), of(large)]}
    done = await progress(line, await narrowcast(line, recipient=both))
    assert (done["phase"], done["errorCode"]) == ("failed", 4)


async def test_operators_combine_audiences(line: Line) -> None:
    await line.control("/behaviour", {"narrowcastLiftsMinimum": True})
    a, b, c = await crowd(line, 3)
    ab, bc = await audience(line, [a, b]), await audience(line, [b, c])
    only_a = {
        "type": "operator",
        "and": [of(ab), {"type": "operator", "not": of(bc)}],
    }
    await narrowcast(line, recipient=only_a)
    assert [await received(line, user_id) for user_id in (a, b, c)] == [1, 0, 0]


async def test_filters_choose_by_what_line_knows(line: Line) -> None:
    await line.control("/behaviour", {"narrowcastLiftsMinimum": True})
    (young,) = await crowd(line, 1, traits={"gender": "female", "age": "24", "area": "jp_13"})
    (old,) = await crowd(line, 1, traits={"gender": "female", "age": "64", "area": "jp_13"})
    (unknown,) = await crowd(line, 1)
    demographic = {
        "type": "operator",
        "and": [
            {"type": "gender", "oneOf": ["female"]},
            {"type": "age", "gte": "age_20", "lt": "age_30"},
            {"type": "area", "oneOf": ["jp_13"]},
            {"type": "subscriptionPeriod", "lt": "day_7"},
        ],
    }
    await narrowcast(line, filter={"demographic": demographic})
    assert [await received(line, user_id) for user_id in (young, old, unknown)] == [1, 0, 0]


async def test_filters_need_a_hundred_friends(line: Line) -> None:
    await crowd(line, 99)
    demographic = {"type": "gender", "oneOf": ["male"]}
    body = {"messages": [text("x")], "filter": {"demographic": demographic}}
    status, answer = await line.post(NARROWCAST, body)
    expected = {"message": "Your account does not have enough friends"}
    assert (status, answer) == (403, expected)


async def test_a_redelivery_goes_to_those_who_got_the_first(line: Line) -> None:
    await line.control("/behaviour", {"narrowcastLiftsMinimum": True})
    a, b = await crowd(line, 2)
    first = await narrowcast(line, recipient=of(await audience(line, [a])))
    await narrowcast(line, recipient={"type": "redelivery", "requestId": first})
    assert [await received(line, user_id) for user_id in (a, b)] == [2, 0]
    body = {
        "messages": [text("x")],
        "recipient": {"type": "redelivery", "requestId": "0" * 8},
    }
    status, answer = await line.post(NARROWCAST, body)
    assert (status, answer) == (400, {"message": "Invalid request id: 00000000"})


@pytest.mark.parametrize(
    ("order", "place"),
    [
        ({"recipient": {"type": "everyone"}}, "recipient.type"),
        ({"recipient": {"type": "operator", "and": []}}, "recipient.and"),
        ({"recipient": {"type": "operator"}}, "recipient"),
        (
            {"filter": {"demographic": {"type": "gender", "oneOf": ["x"]}}},
            "filter.demographic.oneOf[0]",
        ),
        (
            {"filter": {"demographic": {"type": "age", "gte": "age_21"}}},
            "filter.demographic.gte",
        ),
        ({"limit": {"max": 0}}, "limit.max"),
    ],
)
async def test_an_order_that_breaks_a_rule_is_refused_with_its_place(
    line: Line, order: Json, place: str
) -> None:
    status, answer = await line.post(NARROWCAST, {"messages": [text("x")], **order})
    assert (status, answer["details"][0]["property"]) == (400, place)


async def test_an_audience_becomes_ready_with_time_and_its_jobs_with_it(
    line: Line, clock: VirtualClock
) -> None:
    await line.control("/behaviour", {"audienceSeconds": 60})
    users = await crowd(line, 2)
    audience_id = await audience(line, users[:1])
    path = f"/v2/bot/audienceGroup/{audience_id}"
    _, answer = await line.get(path)
    assert answer["audienceGroup"]["status"] == "IN_PROGRESS"
    assert answer["jobs"][0]["jobStatus"] == "WORKING"
    body = {"messages": [text("x")], "recipient": of(audience_id)}
    status, refused = await line.post(NARROWCAST, body)
    assert refused == {"message": f"Invalid audience group id: {audience_id}"}
    clock.advance(60)
    more = {"audienceGroupId": audience_id, "audiences": [{"id": users[1]}]}
    assert await line.call("PUT", UPLOAD, more) == (202, {})
    _, answer = await line.get(path)
    assert (answer["audienceGroup"]["status"], answer["audienceGroup"]["audienceCount"]) == (
        "READY",
        2,
    )
    assert [job["jobStatus"] for job in answer["jobs"]] == ["FINISHED", "WORKING"]
    clock.advance(180 * 86400)
    status, answer = await line.call("PUT", UPLOAD, more)
    code = "AUDIENCE_GROUP_CAN_NOT_UPLOAD_STATUS_EXPIRED"
    assert (status, answer["details"][0]["message"]) == (400, code)


async def test_an_audience_may_come_as_a_file(line: Line) -> None:
    users = await crowd(line, 2)

    async def send(method: str, path: str, data: str, **fields: str) -> tuple[int, Json]:
        form = FormData()
        for key, value in fields.items():
            form.add_field(key, value)
        form.add_field("file", data, filename="ids.txt", content_type="text/plain")
        url = line.base_url + path
        async with line.http.request(method, url, data=form, headers=BEARER) as response:
            return response.status, await response.json()

    path = f"{UPLOAD}/byFile"
    status, answer = await send("POST", path, users[0] + "\n", description="file")
    assert status == 202
    audience_id = answer["audienceGroupId"]
    status, _ = await send("PUT", path, users[1], audienceGroupId=str(audience_id))
    assert status == 202
    _, answer = await line.get(f"/v2/bot/audienceGroup/{audience_id}")
    assert answer["audienceGroup"]["audienceCount"] == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "AUDIENCE_GROUP_NAME_EMPTY"),
        ({"description": "x" * 121}, "AUDIENCE_GROUP_NAME_SIZE_OVER"),
        ({"description": "a\nb"}, "AUDIENCE_GROUP_NAME_WRONG"),
        (
            {"description": "A", "audiences": [{"id": "nobody"}]},
            "UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT",
        ),
        (
            {"description": "A", "audiences": [{"id": "U" + "0" * 32}]},
            "UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS",
        ),
        (
            {"description": "A", "audiences": [{"id": "U"}] * 10_001},
            "UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS",
        ),
    ],
)
async def test_an_upload_is_refused_with_its_code(line: Line, body: Json, code: str) -> None:
    status, answer = await line.post(UPLOAD, body)
    assert (status, answer["details"][0]["message"]) == (400, code)


async def test_audiences_are_listed_described_and_deleted(line: Line) -> None:
    users = await crowd(line, 1)
    ids = [await audience(line, users, description=f"Group {number}") for number in range(3)]
    path = f"/v2/bot/audienceGroup/{ids[0]}"
    await line.call("PUT", f"{path}/updateDescription", {"description": "Renamed"})
    _, page = await line.get("/v2/bot/audienceGroup/list?size=2")
    assert (page["totalCount"], page["hasNextPage"], page["page"]) == (3, True, 1)
    assert page["audienceGroups"][0]["description"] == "Renamed"
    _, page = await line.get("/v2/bot/audienceGroup/list?description=group&page=1")
    assert page["totalCount"] == 2
    assert (await line.call("DELETE", path))[0] == 202
    status, answer = await line.call("DELETE", path)
    assert (status, answer["details"][0]["message"]) == (400, "AUDIENCE_GROUP_NOT_FOUND")
    await line.control("/audiences", {"shared": True, "description": "Theirs"})
    _, page = await line.get("/v2/bot/audienceGroup/shared/list")
    shared = page["audienceGroups"][0]
    assert (shared["description"], shared["permission"]) == ("Theirs", "READ")
    _, answer = await line.get(f"/v2/bot/audienceGroup/shared/{shared['audienceGroupId']}")
    assert answer["owner"]["serviceType"] == "lap"


async def broadcast(line: Line) -> str:
    url = f"{line.base_url}/v2/bot/message/broadcast"
    body = {"messages": [text("news")]}
    async with line.http.post(url, json=body, headers=BEARER) as response:
        return response.headers["x-line-request-id"]


async def test_those_who_clicked_or_saw_become_audiences(line: Line, clock: VirtualClock) -> None:
    users = await crowd(line, 60)
    request_id = await broadcast(line)
    await line.control("/insight/seen", {"requestId": request_id})
    order = {"requestId": request_id, "url": "https://a.example", "userIds": users[:10]}
    await line.control("/insight/clicked", order)
    body = {"description": "Saw", "requestId": request_id}
    status, seen = await line.post("/v2/bot/audienceGroup/imp", body)
    assert status == 202
    status, clicked = await line.post("/v2/bot/audienceGroup/click", body)
    assert status == 202
    _, answer = await line.get(f"/v2/bot/audienceGroup/{seen['audienceGroupId']}")
    assert (answer["audienceGroup"]["status"], answer["audienceGroup"]["audienceCount"]) == (
        "READY",
        60,
    )
    _, answer = await line.get(f"/v2/bot/audienceGroup/{clicked['audienceGroupId']}")
    assert answer["audienceGroup"]["status"] == "FAILED"
    assert answer["audienceGroup"]["audienceCount"] == 0
    status, answer = await line.post("/v2/bot/audienceGroup/imp", body)
    assert answer["details"][0]["message"] == "AUDIENCE_GROUP_REQUESTID_DUPLICATE"
    clock.advance(61 * 86400)
    other = {"description": "Late", "requestId": request_id, "clickUrl": "https://b.example"}
    _, answer = await line.post("/v2/bot/audienceGroup/click", other)
    assert answer["details"][0]["message"] == "TOO_OLD_MESSAGES"
