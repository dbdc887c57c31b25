"""What friends send is fetched at once, kept, shown small, and forgotten with its message."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.app import MEDIA
from bot.emulator.phone import Phone
from bot.files.kinds import UNKNOWN, type_of
from bot.files.pictures import PictureError, thumbnail
from bot.files.store import FolderStore
from bot.resources import FILES
from tests.conversations.support import page
from tests.flows.support import until
from tests.support import Shop


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def sends(shop: Shop, phone: Phone, message: dict[str, Any]) -> dict[str, Any]:
    """A friend sends a file, and what could be fetched of it has been."""
    sent = await phone.sends(message)
    await shop.settle()
    await shop.app[MEDIA].fetch_once()

    async def fetched() -> bool:
        file = (await messages(shop, phone))[-1].file
        return file is not None and file.state != "waiting"

    if "pendingPolls" not in message:
        await until(fetched)
    return sent


async def messages(shop: Shop, phone: Phone) -> list[Any]:
    return [message for message in await page(shop, phone) if message.author == "friend"]


async def test_a_picture_is_kept_with_a_small_one_and_forgotten_when_taken_back(
    shop: Shop,
) -> None:
    mei = await shop.friend("Mei")
    sent = await sends(shop, mei, {"type": "image"})
    file = (await messages(shop, mei))[-1].file
    assert (file.state, file.content_type, file.width, file.height) == (
        "stored",
        "image/jpeg",
        960,
        640,
    )
    small = await shop.app[FILES].get(file.thumbnail_key)
    assert small is not None
    assert Image.open(io.BytesIO(small)).size == (480, 320)
    again = await sends(shop, mei, {"type": "image"})  # the same bytes are kept once
    await mei.unsends(again["messageId"])
    await shop.settle()
    await shop.app[MEDIA].forget_once()
    assert await shop.app[FILES].get(file.key) is not None
    await mei.unsends(sent["messageId"])
    await shop.settle()

    async def forgotten() -> bool:
        await shop.app[MEDIA].forget_once()
        return await shop.app[FILES].get(file.key) is None

    await until(forgotten)
    assert await shop.app[FILES].get(file.thumbnail_key) is None


async def test_a_video_is_waited_for_while_line_prepares_it(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await sends(shop, mei, {"type": "video", "pendingPolls": 2})
    for _ in range(3):
        await shop.advance(6)
        await shop.app[MEDIA].fetch_once()
    assert (await messages(shop, mei))[-1].file.state == "stored"


async def test_a_video_that_line_cannot_prepare_is_given_up(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await sends(shop, mei, {"type": "video", "pendingPolls": 99, "transcodingFailed": True})
    assert (await messages(shop, mei))[-1].file.state == "failed"


async def test_what_line_no_longer_has_is_told_as_gone(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    for status in (404, 410):
        content = "/v2/bot/message/{messageId}/content"
        await shop.fault(content, "status", status=status, times=1)
        await sends(shop, mei, {"type": "file", "fileName": "メモ.txt"})
        file = (await messages(shop, mei))[-1].file
        assert (file.state, file.name) == ("gone", "メモ.txt")


async def test_trouble_of_line_is_tried_again(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await shop.fault("/v2/bot/message/{messageId}/content", "status", status=500, times=2)
    await mei.sends({"type": "audio"})
    await shop.settle()

    async def stored() -> bool:
        await shop.advance(4)
        await shop.app[MEDIA].fetch_once()
        return bool((await messages(shop, mei))[-1].file.state == "stored")

    await until(stored)


def test_bytes_say_what_they_are_whatever_their_name_says() -> None:
    assert type_of(b"<script>alert(1)</script>") == UNKNOWN
    assert type_of(b"GIF89a,") == "image/gif"
    assert type_of(b"\x00\x00\x00\x18ftypM4A ") == "audio/mp4"
    assert type_of(b"\x00\x00\x00\x18ftypmp42") == "video/mp4"
    assert type_of(b"RIFF1234WAVE") == "audio/wav"
    assert type_of(b"") == UNKNOWN


def bomb(width: int, height: int) -> bytes:
    """A picture of a few bytes that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("data", [bomb(100_000, 100_000), bomb(20, 20), b"GIF89a", b""])
async def test_a_picture_that_would_unfold_too_far_or_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError):
        await thumbnail(data)


async def test_a_thumbnail_stands_upright_and_keeps_no_secrets() -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"  # lies on its side
    Image.new("RGB", (400, 200), "red").save(out, "JPEG", exif=exif)
    small = await thumbnail(out.getvalue(), side=100)
    with Image.open(io.BytesIO(small.jpeg)) as picture:
        assert picture.size == (50, 100)
        assert not picture.getexif()
    assert (small.width, small.height) == (200, 400)


async def test_a_folder_keeps_what_it_is_given_under_no_other_name(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    key = await store.put(b"bytes")
    assert await store.put(b"bytes") == key
    assert await store.get(key) == b"bytes"
    with pytest.raises(ValueError, match="not the key"):
        await store.get("../../etc/passwd")
    await store.delete(key)
    await store.delete(key)
    assert await store.get(key) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
