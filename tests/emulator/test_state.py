"""State: saved beside its media, restored after a restart, wiped on request."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.emulator import LineEmulator
from bot.emulator.storage import UnreadableStateError
from tests.emulator.support import SECRET, TOKEN, Line, Serve, text


async def start(serve: Serve, http: ClientSession, path: Path) -> tuple[Line, object]:
    emulator = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN, state_path=path)
    server = await serve(emulator.app)
    return Line(emulator, str(server.make_url("")).rstrip("/"), http), server


async def test_everything_outlives_a_restart(
    aiohttp_server: Serve, http: ClientSession, tmp_path: Path
) -> None:
    line, server = await start(aiohttp_server, http, tmp_path / "state.json")
    mei = await line.friend("Mei")
    await line.push(mei.user_id, "hello")
    await mei.sends({"type": "image"})
    menu = await line.menu()
    await line.post(f"/v2/bot/user/all/richmenu/{menu}")
    await line.control("/clock", {"advance": 86400})
    before = await mei.timeline()
    await server.close()  # type: ignore[attr-defined]

    line, _ = await start(aiohttp_server, http, tmp_path / "state.json")
    mei._me = mei._me.with_port(int(line.base_url.rpartition(":")[2]))
    assert await mei.timeline() == before
    assert (await mei.menu() or {})["richMenuId"] == menu
    assert (await line.see("/quota"))["used"] == 1 or line.emulator.world.ledger.used
    assert line.emulator.clock.offset_seconds == 86400
    async with line.http.get(f"{line.base_url}/_emulator/richmenu/{menu}/image") as response:
        assert response.status == 200
    async with line.http.get(f"{line.base_url}/_emulator/content/{before[1]['id']}") as response:
        assert response.content_type == "image/jpeg"


def test_a_foreign_file_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("[1, 2]")
    with pytest.raises(UnreadableStateError, match="move it away"):
        LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN, state_path=path)
    assert path.read_text() == "[1, 2]"


async def test_a_reset_is_a_clean_slate_with_the_same_webhook(line: Line) -> None:
    url = line.emulator.webhook_url
    mei = await line.friend()
    await line.push(mei.user_id, "x")
    await line.control("/faults", {"path": "/", "kind": "status"})
    await line.control("/reset")
    assert (await line.see("/users"))["users"] == []
    assert (await line.see("/requests"))["requests"] == []
    assert (await line.see("/quota"))["used"] == 0
    assert line.emulator.webhook_url == url
    assert (await line.get("/v2/bot/info"))[0] == 200


async def test_the_stream_tells_what_happens(line: Line) -> None:
    async with line.http.get(f"{line.base_url}/_emulator/stream") as stream:
        await stream.content.readline()
        await stream.content.readline()
        mei = await line.friend()
        await line.push(mei.user_id, "news")
        kinds = set()
        while "timeline" not in kinds:
            row = await stream.content.readline()
            if row.startswith(b"data: "):
                kinds.add(row.split(b'"type":"')[1].split(b'"')[0].decode())
    assert {"user", "webhook", "timeline"} <= kinds
    assert text("news") in await mei.sees()
