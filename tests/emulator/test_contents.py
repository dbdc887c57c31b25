"""What users send can be downloaded for a while; what is accepted at the edge is noted."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.emulator.support import TOKEN, Bot, Json, Line, picture, postback, rich_menu

BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def fetch(line: Line, path: str) -> tuple[int, str, bytes]:
    async with line.http.get(line.base_url + path, headers=BEARER) as response:
        return response.status, response.content_type, await response.read()


async def sent(line: Line, **message: Any) -> str:
    mei = await line.friend()
    message_id: str = (await mei.sends(message))["messageId"]
    return message_id


async def test_a_picture_is_downloaded_as_it_was_sent(line: Line, bot: Bot) -> None:
    data = base64.b64encode(picture(form="JPEG")).decode()
    message_id = await sent(line, type="image", base64=data)
    path = f"/v2/bot/message/{message_id}/content"
    assert await fetch(line, path) == (200, "image/jpeg", picture(form="JPEG"))
    await line.emulator.settle()
    assert bot.last("message")["message"]["contentProvider"] == {"type": "line"}


async def test_a_sample_is_made_when_nothing_is_given(line: Line) -> None:
    message_id = await sent(line, type="image")
    _, _, data = await fetch(line, f"/v2/bot/message/{message_id}/content/preview")
    with Image.open(io.BytesIO(data)) as preview:
        assert max(preview.size) == 240


async def test_a_file_may_come_as_a_form(line: Line, bot: Bot) -> None:
    mei = await line.friend()
    url = f"{line.base_url}/_emulator/users/{mei.user_id}/messages"
    form = {"type": "file", "file": io.BytesIO(b"hello")}
    async with line.http.post(url, data=form) as response:
        assert response.status == 200
    await mei.settle()
    message = bot.last("message")["message"]
    assert message["fileSize"] == 5
    status, _, data = await fetch(line, f"/v2/bot/message/{message['id']}/content")
    assert (status, data) == (200, b"hello")


async def test_a_video_is_prepared_for_some_polls(line: Line) -> None:
    message_id = await sent(line, type="video", pendingPolls=2)
    path = f"/v2/bot/message/{message_id}/content"
    assert await line.get(f"{path}/transcoding") == (200, {"status": "processing"})
    assert [(await fetch(line, path))[0] for _ in range(3)] == [202, 202, 200]
    assert await line.get(f"{path}/transcoding") == (200, {"status": "succeeded"})
    await line.control(f"/content/{message_id}", {"transcodingFailed": True})
    assert await line.get(f"{path}/transcoding") == (200, {"status": "failed"})


async def test_an_unsent_file_is_gone_and_an_old_one_not_found(line: Line) -> None:
    mei = await line.friend()
    first = (await mei.sends({"type": "image"}))["messageId"]
    await mei.unsends(first)
    gone = (410, {"message": "The content is gone"})
    assert await line.get(f"/v2/bot/message/{first}/content") == gone
    second = (await mei.sends({"type": "image"}))["messageId"]
    await line.control(f"/content/{second}", {"expired": True})
    absent = (404, {"message": "not found"})
    assert await line.get(f"/v2/bot/message/{second}/content") == absent


async def test_only_pictures_have_previews_and_only_sound_is_transcoded(line: Line) -> None:
    sound = await sent(line, type="audio")
    status, answer = await line.get(f"/v2/bot/message/{sound}/content/preview")
    assert (status, answer["message"]) == (400, "The content can not be previewed")
    photo = await sent(line, type="image")
    status, answer = await line.get(f"/v2/bot/message/{photo}/content/transcoding")
    expected = "Transcoding status doesn't support this type of content"
    assert (status, answer["message"]) == (400, expected)


async def test_an_external_picture_cannot_be_downloaded(line: Line, bot: Bot) -> None:
    url = "https://elsewhere.example/a.jpg"
    message_id = await sent(line, type="image", originalContentUrl=url)
    await line.emulator.settle()
    assert bot.last("message")["message"]["contentProvider"]["type"] == "external"
    assert (await line.get(f"/v2/bot/message/{message_id}/content"))[0] == 404


def flex(size: int) -> Json:
    """A flex message whose container has so many bytes of UTF-8."""
    body: Json = {"type": "box", "layout": "vertical", "contents": []}
    bubble = {"type": "bubble", "body": body}
    filler = {"type": "text", "text": ""}
    body["contents"].append(filler)
    import orjson

    filler["text"] = "x" * (size - len(orjson.dumps(bubble)))
    return {"type": "flex", "altText": "x", "contents": bubble}


@pytest.mark.parametrize(
    ("size", "status", "warnings"),
    [(30_000, 200, 0), (30_720, 200, 1), (30_721, 400, 0)],
)
async def test_a_flex_container_near_thirty_kilobytes_is_noted_and_beyond_refused(
    line: Line, size: int, status: int, warnings: int
) -> None:
    answer = await line.post("/v2/bot/message/validate/push", {"messages": [flex(size)]})
    assert answer[0] == status
    logged = (await line.see("/requests"))["requests"][-1]
    assert len(logged["warnings"]) == warnings
    if status == 400:
        assert answer[1]["details"][0]["message"].startswith("Too large flex message.")


async def test_an_area_beyond_the_menu_is_noted_or_refused_when_told(line: Line) -> None:
    menu = rich_menu(postback())
    menu["areas"][0]["bounds"]["width"] = 801
    assert (await line.post("/v2/bot/richmenu/validate", menu))[0] == 200
    logged = (await line.see("/requests"))["requests"][-1]
    assert logged["warnings"] == ["areas[0].bounds leaves the menu"]
    await line.control("/behaviour", {"menuAreasMustFit": True})
    status, answer = await line.post("/v2/bot/richmenu/validate", menu)
    assert (status, answer["details"][0]["property"]) == (400, "areas[0].bounds")


async def test_unknown_properties_pass_outside_flex_unless_told_otherwise(line: Line) -> None:
    message = {"type": "text", "text": "x", "colour": "red"}
    body = {"messages": [message]}
    assert (await line.post("/v2/bot/message/validate/push", body))[0] == 200
    await line.control("/behaviour", {"refuseUnknownProperties": True})
    status, answer = await line.post("/v2/bot/message/validate/push", body)
    assert (status, answer["details"][0]["property"]) == (400, "messages[0].colour")


async def test_a_refused_call_is_recorded_with_its_body(line: Line) -> None:
    await line.push("nobody", "x")
    logged = (await line.see("/requests"))["requests"][-1]
    assert (logged["status"], logged["body"]["to"]) == (400, "nobody")


async def test_an_accepted_call_may_hang_and_still_be_done(line: Line) -> None:
    mei = await line.friend()
    path = "/v2/bot/message/push"
    await line.control("/faults", {"path": path, "kind": "accept-then-timeout", "times": 1})
    body = {"to": mei.user_id, "messages": [{"type": "text", "text": "x"}]}
    from aiohttp import ClientTimeout

    with pytest.raises(TimeoutError):
        await line.post(path, body, timeout=ClientTimeout(total=0.1))
    assert len(await mei.sees()) == 1
    logged = (await line.see("/requests"))["requests"][-1]
    assert (logged["status"], logged["fault"]) == (200, "accept-then-timeout")
