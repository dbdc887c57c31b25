"""The gate: tokens, rates, retry keys, bodies, and faults on demand."""

import io
import uuid

import pytest
from aiohttp import ClientError

from bot.emulator import VirtualClock
from tests.emulator.support import TOKEN, Line, text

PUSH = "/v2/bot/message/push"


async def test_a_call_without_a_token_is_told_how(line: Line) -> None:
    async with line.http.get(f"{line.base_url}/v2/bot/info") as response:
        assert response.status == 401
        assert (await response.json())["message"].startswith("Authorization header required.")
        uuid.UUID(response.headers["x-line-request-id"])


async def test_a_wrong_token_is_refused(line: Line) -> None:
    status, answer = await line.get("/v2/bot/info", headers={"Authorization": "Bearer no"})
    assert status == 401
    assert answer["message"].startswith("Authentication failed.")


async def test_every_answer_has_its_own_request_id(line: Line) -> None:
    seen = set()
    for path in ("/v2/bot/info", "/v2/bot/message/quota", "/v2/bot/nothing"):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with line.http.get(line.base_url + path, headers=headers) as response:
            seen.add(str(uuid.UUID(response.headers["x-line-request-id"])))
    assert len(seen) == 3


async def test_an_unknown_path_is_not_found(line: Line) -> None:
    assert await line.get("/v2/bot/nothing") == (404, {"message": "Not found"})
    assert await line.get("//v2/bot/info") == (404, {"message": "Not found"})


async def test_a_body_beyond_two_megabytes_is_too_large(line: Line) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    body = io.BytesIO(b'{"to": "' + b"x" * 2**21 + b'"}')
    async with line.http.post(line.base_url + PUSH, data=body, headers=headers) as response:
        assert response.status == 413


async def test_a_body_that_is_no_json_is_told_where(line: Line) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    url = line.base_url + PUSH
    async with line.http.post(url, data=b'{"to":\n oops}', headers=headers) as response:
        assert response.status == 400
        message = (await response.json())["message"]
    assert message == "The request body could not be parsed as JSON (line: 2, column: 2)"


async def test_a_body_of_another_type_is_unsupported(line: Line) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain"}
    async with line.http.post(line.base_url + PUSH, data=b"{}", headers=headers) as response:
        assert response.status == 415


async def test_a_bucket_runs_dry_and_refills_with_time(line: Line, clock: VirtualClock) -> None:
    path = "/v2/bot/richmenu/list"
    statuses = [(await line.get(path))[0] for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert (await line.get("/v2/bot/info"))[0] == 200
    clock.advance(0.5)
    statuses = [(await line.get(path))[0] for _ in range(6)]
    assert statuses == [200] * 5 + [429]


async def test_path_parameters_share_one_bucket(line: Line) -> None:
    await line.control("/behaviour", {"rateScale": 0.001})
    people = [await line.friend() for _ in range(3)]
    statuses = [(await line.get(f"/v2/bot/profile/{p.user_id}"))[0] for p in people]
    assert statuses == [200, 200, 429]


async def test_lifted_limits_never_run_dry(line: Line) -> None:
    await line.control("/behaviour", {"rateScale": 0})
    statuses = {(await line.get("/v2/bot/richmenu/list"))[0] for _ in range(30)}
    assert statuses == {200}


async def test_a_repeated_retry_key_is_answered_409_and_sends_once(
    line: Line, clock: VirtualClock
) -> None:
    mei = await line.friend()
    headers = {"X-Line-Retry-Key": str(uuid.uuid4())}
    _, first = await line.push(mei.user_id, "once", headers=headers)
    status, again = await line.push(mei.user_id, "once", headers=headers)
    assert status == 409
    assert again["message"] == "The retry key is already accepted"
    assert again["sentMessages"] == first["sentMessages"]
    assert len(await mei.sees()) == 1
    clock.advance(24 * 3600)
    status, _ = await line.push(mei.user_id, "once", headers=headers)
    assert status == 200


async def test_a_409_names_the_accepted_request(line: Line) -> None:
    mei = await line.friend()
    headers = {"X-Line-Retry-Key": str(uuid.uuid4()), "Authorization": f"Bearer {TOKEN}"}
    body = {"to": mei.user_id, "messages": [text("once")]}
    async with line.http.post(line.base_url + PUSH, json=body, headers=headers) as response:
        accepted = response.headers["x-line-request-id"]
    async with line.http.post(line.base_url + PUSH, json=body, headers=headers) as response:
        assert response.headers["x-line-accepted-request-id"] == accepted
        assert response.headers["x-line-request-id"] != accepted


async def test_a_key_whose_call_was_refused_is_not_spent(line: Line) -> None:
    mei = await line.friend()
    headers = {"X-Line-Retry-Key": str(uuid.uuid4())}
    status, _ = await line.push(mei.user_id, "", headers=headers)
    assert status == 400
    status, _ = await line.push(mei.user_id, "now", headers=headers)
    assert status == 200


async def test_reply_takes_no_retry_key(line: Line) -> None:
    body = {"replyToken": "t", "messages": [text("Hi")]}
    headers = {"X-Line-Retry-Key": str(uuid.uuid4())}
    status, answer = await line.post("/v2/bot/message/reply", body, headers=headers)
    assert status == 400
    assert "X-Line-Retry-Key" in answer["message"]


async def test_a_retry_key_must_be_a_uuid(line: Line) -> None:
    mei = await line.friend()
    status, _ = await line.push(mei.user_id, "x", headers={"X-Line-Retry-Key": "mine"})
    assert status == 400


async def test_a_status_fault_refuses_without_doing(line: Line) -> None:
    mei = await line.friend()
    await line.control("/faults", {"path": PUSH, "kind": "status", "status": 503, "times": 1})
    assert (await line.push(mei.user_id, "x"))[0] == 503
    assert await mei.sees() == []
    assert (await line.push(mei.user_id, "x"))[0] == 200


async def test_an_accepted_call_may_be_answered_500_and_its_retry_is_found_out(
    line: Line,
) -> None:
    mei = await line.friend()
    await line.control("/faults", {"path": PUSH, "kind": "accept-then-500", "times": 1})
    headers = {"X-Line-Retry-Key": str(uuid.uuid4())}
    assert (await line.push(mei.user_id, "x", headers=headers))[0] == 500
    assert (await line.push(mei.user_id, "x", headers=headers))[0] == 409
    assert len(await mei.sees()) == 1


async def test_a_connection_may_break_before_anything_is_done(line: Line) -> None:
    mei = await line.friend()
    await line.control("/faults", {"path": PUSH, "kind": "reset", "times": 1})
    with pytest.raises(ClientError):
        await line.push(mei.user_id, "x")
    assert await mei.sees() == []


async def test_a_fault_may_strike_by_chance_the_same_way_each_time(line: Line) -> None:
    async def strikes() -> list[int]:
        fault = {"path": "/v2/bot/info", "kind": "status", "probability": 0.5, "seed": 7}
        await line.control("/faults", fault)
        statuses = [(await line.get("/v2/bot/info"))[0] for _ in range(20)]
        await line.control("/faults", method="DELETE")
        return statuses

    first = await strikes()
    assert set(first) == {200, 500}
    assert await strikes() == first


async def test_a_fault_names_a_template_or_a_prefix(line: Line) -> None:
    mei = await line.friend()
    fault = {"path": "/v2/bot/user/{userId}/richmenu", "method": "GET", "kind": "status"}
    await line.control("/faults", fault)
    assert (await line.get(f"/v2/bot/user/{mei.user_id}/richmenu"))[0] == 500
    assert (await line.call("DELETE", f"/v2/bot/user/{mei.user_id}/richmenu"))[0] == 200


async def test_calls_are_recorded_with_their_answers(line: Line) -> None:
    mei = await line.friend()
    await line.push(mei.user_id, "x")
    first = await line.see("/requests")
    entry = first["requests"][-1]
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", PUSH, 200)
    assert entry["body"]["messages"] == [text("x")]
    await line.get("/v2/bot/info")
    later = await line.see(f"/requests?since={first['next']}")
    assert [call["path"] for call in later["requests"]] == ["/v2/bot/info"]


async def test_strict_hosts_turn_a_call_to_the_wrong_host_away(line: Line) -> None:
    menu = await line.menu()
    path = f"/v2/bot/richmenu/{menu}/content"
    await line.control("/behaviour", {"strictHosts": True})
    url, bearer = line.base_url + path, {"Authorization": f"Bearer {TOKEN}"}
    for host, status in (("api.line.me", 404), ("api-data.line.me", 200)):
        async with line.http.get(url, headers={**bearer, "Host": host}) as response:
            assert response.status == status


async def test_a_delayed_call_is_done_all_the_same(line: Line) -> None:
    mei = await line.friend()
    await line.control("/faults", {"path": PUSH, "kind": "delay", "delaySeconds": 0.05})
    assert (await line.push(mei.user_id, "late"))[0] == 200
    entry = (await line.see("/requests"))["requests"][-1]
    assert entry["latencyMs"] >= 50
    assert entry["fault"] == "delay"


async def test_one_fault_is_taken_away_by_its_id(line: Line) -> None:
    fault = await line.control("/faults", {"path": "/v2/bot/info", "kind": "status"})
    assert (await line.see("/faults"))["faults"][0]["id"] == fault["id"]
    await line.control(f"/faults/{fault['id']}", method="DELETE")
    assert (await line.get("/v2/bot/info"))[0] == 200


async def test_a_frozen_clock_runs_on_when_told(line: Line, clock: VirtualClock) -> None:
    assert (await line.see("/clock"))["frozen"] is True
    before = clock.seconds()
    answer = await line.control("/clock", {"unfreeze": True})
    assert answer["frozen"] is False
    assert 0 <= clock.seconds() - before < 60
    await line.control("/clock", {"freeze": True})
    assert clock.frozen
