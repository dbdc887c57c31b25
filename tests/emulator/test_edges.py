"""Caps, late figures, reissued tokens and other edges of the platform."""

from pathlib import Path

from aiohttp import ClientSession

from bot.emulator import LineEmulator, VirtualClock
from bot.emulator.model import RichMenu
from tests.emulator.support import SECRET, TOKEN, Bot, Json, Line, Serve, rich_menu, text

PUSH = "/v2/bot/message/push"


async def test_an_account_has_at_most_a_thousand_menus_and_aliases(line: Line) -> None:
    menus = line.emulator.world.menus
    known = await line.menu()
    for number in range(999):
        menus.menus[f"richmenu-{number:032}"] = RichMenu(f"richmenu-{number:032}", rich_menu())
    assert (await line.post("/v2/bot/richmenu", rich_menu()))[0] == 400
    menus.aliases.update({f"a{number}": known for number in range(1000)})
    alias = {"richMenuAliasId": "one-more", "richMenuId": known}
    assert (await line.post("/v2/bot/richmenu/alias", alias))[0] == 400


async def test_a_hundred_menus_an_hour_are_created(line: Line, clock: VirtualClock) -> None:
    statuses = [(await line.post("/v2/bot/richmenu", rich_menu()))[0] for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    clock.advance(36)
    assert (await line.post("/v2/bot/richmenu", rich_menu()))[0] == 200


async def test_consumption_may_lag_behind(line: Line, clock: VirtualClock) -> None:
    await line.control("/behaviour", {"consumptionLagSeconds": 60})
    mei = await line.friend()
    await line.push(mei.user_id, "x")
    path = "/v2/bot/message/quota/consumption"
    assert await line.get(path) == (200, {"totalUsage": 0})
    clock.advance(60)
    assert await line.get(path) == (200, {"totalUsage": 1})


async def test_pages_may_be_short_although_more_follows(line: Line) -> None:
    await line.control("/behaviour", {"shortPages": True})
    people = [(await line.friend()).user_id for _ in range(3)]
    _, first = await line.get("/v2/bot/followers/ids?limit=3")
    assert first["userIds"] == people[:2]
    _, rest = await line.get(f"/v2/bot/followers/ids?limit=3&start={first['next']}")
    assert rest == {"userIds": people[2:]}


async def test_a_reissued_token_replaces_the_old_one(line: Line) -> None:
    await line.control("/access-token", {"token": "new", "keepOld": True})
    fresh = {"Authorization": "Bearer new"}
    assert (await line.get("/v2/bot/info", headers=fresh))[0] == 200
    assert (await line.get("/v2/bot/info"))[0] == 200
    await line.control("/access-token", {"token": "newer"})
    assert (await line.get("/v2/bot/info", headers=fresh))[0] == 401
    assert (await line.get("/v2/bot/info"))[0] == 401
    newer = {"Authorization": "Bearer newer"}
    assert (await line.get("/v2/bot/info", headers=newer))[0] == 200


async def test_quotes_stay_in_their_talk_and_out_of_multicasts(line: Line, bot: Bot) -> None:
    mei, ken = await line.friend("Mei"), await line.friend("Ken")
    await mei.says("quote me")
    await mei.settle()
    quoting = text("quoted", quoteToken=bot.last("message")["message"]["quoteToken"])

    async def send(to: str) -> tuple[int, Json]:
        return await line.post(PUSH, {"to": to, "messages": [quoting]})

    assert (await send(mei.user_id))[0] == 200
    status, answer = await send(ken.user_id)
    assert (status, answer["details"][0]["property"]) == (400, "messages[0].quoteToken")
    body = {"to": [mei.user_id], "messages": [quoting]}
    assert (await line.post("/v2/bot/message/multicast", body))[0] == 400


async def test_what_the_account_sent_can_be_quoted_too(line: Line) -> None:
    mei = await line.friend()
    _, answer = await line.push(mei.user_id, "first")
    quoting = text("second", quoteToken=answer["sentMessages"][0]["quoteToken"])
    assert (await line.post(PUSH, {"to": mei.user_id, "messages": [quoting]}))[0] == 200


async def test_a_videos_tracking_id_is_refused_in_groups(line: Line) -> None:
    mei = await line.friend()
    group = (await line.control("/groups", {"memberIds": [mei.user_id]}))["groupId"]
    url = "https://a.example/v.mp4"
    video = {"type": "video", "originalContentUrl": url, "previewImageUrl": url, "trackingId": "t"}
    assert (await line.post(PUSH, {"to": mei.user_id, "messages": [video]}))[0] == 200
    status, answer = await line.post(PUSH, {"to": group, "messages": [video]})
    assert (status, answer["details"][0]["property"]) == (400, "messages[0].trackingId")


async def test_a_webhook_that_was_not_delivered_is_sent_again_after_a_restart(
    aiohttp_server: Serve, http: ClientSession, bot: Bot, tmp_path: Path
) -> None:
    def emulator() -> LineEmulator:
        return LineEmulator(
            channel_secret=SECRET,
            channel_access_token=TOKEN,
            webhook_url=bot.url,
            state_path=tmp_path / "state.json",
        )

    bot.answers = [500]
    first = emulator()
    first.world.behaviour.redelivery_backoff_seconds = 60
    server = await aiohttp_server(first.app)
    line = Line(first, str(server.make_url("")).rstrip("/"), http)
    mei = await line.stranger()
    await mei.follow()
    assert not await first.settle(0.2)
    await server.close()

    second = emulator()
    await aiohttp_server(second.app)
    assert await second.settle()
    flags = [event["deliveryContext"]["isRedelivery"] for event in bot.events]
    assert flags == [False, True]
    assert len({event["webhookEventId"] for event in bot.events}) == 1


async def control_status(line: Line, path: str, body: Json) -> tuple[int, Json]:
    async with line.http.post(f"{line.base_url}/_emulator{path}", json=body) as response:
        return response.status, await response.json()


async def test_an_order_that_makes_no_sense_is_told_so(line: Line) -> None:
    assert (await control_status(line, "/settle", {"timeoutSeconds": "soon"}))[0] == 400
    assert (await control_status(line, "/behaviour", {"rateScale": "0"}))[0] == 400
    status, answer = await control_status(line, "/behaviour", {"rateScal": 0})
    assert status == 400
    assert "rateScale" in answer["message"]
    assert (await control_status(line, "/nothing", {}))[0] == 404
    assert (await control_status(line, "/faults", {"path": "/", "kind": "doom"}))[0] == 400
    assert (await control_status(line, "/clock", {"freeze": "noon"}))[0] == 400
    assert (await line.see("/requests"))["requests"] == []


async def test_a_reply_refused_for_a_wrong_flag_keeps_its_token(line: Line, bot: Bot) -> None:
    await line.friend()
    body = {"replyToken": bot.last("follow")["replyToken"], "messages": [text("Hi")]}
    path = "/v2/bot/message/reply"
    assert (await line.post(path, {**body, "notificationDisabled": "no"}))[0] == 400
    assert (await line.post(path, body))[0] == 200


async def test_a_browsers_habit_is_no_call_of_lines_api(line: Line) -> None:
    async with line.http.get(f"{line.base_url}/favicon.ico") as response:
        assert (response.status, response.content_type) == (200, "image/svg+xml")
    assert (await line.see("/requests"))["requests"] == []
