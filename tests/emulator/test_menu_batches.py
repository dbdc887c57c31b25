"""Batches of menu changes: pre-state semantics, progress and resuming."""

from bot.emulator import VirtualClock
from bot.emulator.phone import Phone
from tests.emulator.support import TOKEN, Json, Line

BATCH = "/v2/bot/richmenu/batch"


async def linked(line: Line, name: str, menu: str) -> Phone:
    person = await line.friend(name)
    await line.post(f"/v2/bot/user/{person.user_id}/richmenu/{menu}")
    return person


async def shown(person: Phone) -> str | None:
    menu = await person.menu()
    return menu["name"] if menu else None


async def batch(line: Line, *operations: Json, **more: str) -> str:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    body = {"operations": list(operations), **more}
    async with line.http.post(line.base_url + BATCH, json=body, headers=headers) as response:
        assert response.status == 202, await response.text()
        return response.headers["x-line-request-id"]


async def phase(line: Line, request_id: str) -> Json:
    status, answer = await line.get(f"/v2/bot/richmenu/progress/batch?requestId={request_id}")
    assert status == 200
    return answer


async def test_operations_see_the_state_before_the_call(line: Line) -> None:
    a, b, c = [await line.menu(name=name) for name in "abc"]
    mei, ken = await linked(line, "Mei", a), await linked(line, "Ken", b)
    await batch(line, {"type": "link", "from": a, "to": b}, {"type": "link", "from": b, "to": c})
    assert [await shown(mei), await shown(ken)] == ["b", "c"]


async def test_unlink_all_takes_every_own_menu_away(line: Line) -> None:
    a = await line.menu(name="a")
    mei = await linked(line, "Mei", a)
    await batch(line, {"type": "unlinkAll"})
    assert await shown(mei) is None


async def test_a_batch_reports_its_progress_by_the_clock(line: Line, clock: VirtualClock) -> None:
    await line.control("/behaviour", {"menuBulkSeconds": 5})
    a = await line.menu(name="a")
    await linked(line, "Mei", a)
    request_id = await batch(line, {"type": "unlink", "from": a})
    assert await phase(line, request_id) == {
        "phase": "ongoing",
        "acceptedTime": "2026-11-22T03:00:00.000Z",
    }
    clock.advance(5)
    done = await phase(line, request_id)
    assert (done["phase"], done["completedTime"]) == ("succeeded", "2026-11-22T03:00:05.000Z")
    clock.advance(14 * 86400)
    path = f"/v2/bot/richmenu/progress/batch?requestId={request_id}"
    assert await line.get(path) == (404, {"message": "Not found"})


async def test_a_failed_batch_resumes_with_the_users_left(line: Line) -> None:
    a, b = await line.menu(name="a"), await line.menu(name="b")
    mei, ken = await linked(line, "Mei", a), await linked(line, "Ken", a)
    await line.control("/richmenu/failing", {"userIds": [ken.user_id]})
    move = {"type": "link", "from": a, "to": b}
    first = await batch(line, move, resumeRequestKey="move-1")
    assert (await phase(line, first))["phase"] == "failed"
    assert [await shown(mei), await shown(ken)] == ["b", "a"]
    second = await batch(line, move, resumeRequestKey="move-1")
    assert (await phase(line, second))["phase"] == "succeeded"
    assert [await shown(mei), await shown(ken)] == ["b", "b"]


async def refused(line: Line, *operations: Json) -> tuple[int, list[tuple[str, str]]]:
    status, answer = await line.post(
        "/v2/bot/richmenu/validate/batch", {"operations": list(operations)}
    )
    return status, [(d["property"], d["message"]) for d in answer.get("details", [])]


async def test_batches_that_contradict_themselves_are_refused(line: Line) -> None:
    a, bare = await line.menu(name="a"), await line.menu(image=False)
    unlink = {"type": "unlink", "from": a}
    duplicated = ("operations[].from", f"from richmenu ({a}) is duplicated")
    assert await refused(line, unlink, unlink) == (400, [duplicated])
    mixed = ("operations[].type", "'unlinkAll' type can't be combined with other type")
    assert await refused(line, unlink, {"type": "unlinkAll"}) == (400, [mixed])
    invalid = ("operations[0].from", "invalid richMenuId")
    assert await refused(line, {"type": "unlink", "from": "menu"}) == (400, [invalid])
    message = f"'to' richmenu ({bare}) must have image but it doesn't"
    operation = {"type": "link", "from": a, "to": bare}
    assert await refused(line, operation) == (400, [("operations[0].to", message)])


async def test_a_batch_naming_an_absent_menu_is_not_found(line: Line) -> None:
    gone = "richmenu-" + "0" * 32
    status, answer = await line.post(BATCH, {"operations": [{"type": "unlink", "from": gone}]})
    assert (status, answer) == (404, {"message": f"Richmenu ({gone}) is not found"})


async def test_three_batches_an_hour_are_allowed_and_validation_is_not_counted(
    line: Line,
) -> None:
    for _ in range(3):
        await line.post("/v2/bot/richmenu/validate/batch", {"operations": []})
        await batch(line, {"type": "unlinkAll"})
    assert (await line.post(BATCH, {"operations": [{"type": "unlinkAll"}]}))[0] == 429
