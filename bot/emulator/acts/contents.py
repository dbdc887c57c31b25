"""The files that users send: given ones, or samples made on the spot."""

import base64
import binascii
import functools
import io
import mimetypes
import wave
from collections.abc import Mapping
from typing import Any, Final

from PIL import Image, ImageDraw

from bot.emulator.errors import LineError
from bot.emulator.model import Content, StoredMessage
from bot.emulator.platform import Platform

_TYPES: Final = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/x-m4a",
    "file": "application/octet-stream",
}
_SAMPLE_SIZE: Final = (960, 640)
_PREVIEW_SIZE: Final = (240, 240)


def take_content(platform: Platform, stored: StoredMessage, order: Mapping[str, Any]) -> None:
    """Keep the file of a message and describe it in the message.

    Args:
        platform: where the file is kept.
        stored: the message; gets its content and what the webhook says about it.
        order: ``base64`` or ``bytes`` holds the file, ``contentType`` its type; without a
            file a sample is made. ``originalContentUrl`` makes it an external one, which
            the bot cannot download. ``pendingPolls`` answers that many downloads with 202.

    Raises:
        LineError: 400, the file is not Base64.
    """
    message, kind = stored.message, stored.message["type"]
    if kind != "file" and (url := order.get("originalContentUrl")):
        preview = order.get("previewImageUrl", url)
        provider = {"type": "external", "originalContentUrl": url, "previewImageUrl": preview}
        message["contentProvider"] = provider
        return
    data, content_type = _data(order, kind)
    stored.content = Content(
        platform.media.put(data), content_type, int(order.get("pendingPolls", 0))
    )
    stored.content.transcoding_failed = bool(order.get("transcodingFailed", False))
    if kind == "file":
        message["fileSize"] = len(data)
    else:
        message["contentProvider"] = {"type": "line"}


def _data(order: Mapping[str, Any], kind: str) -> tuple[bytes, str]:
    given = order.get("bytes") or order.get("base64")
    if isinstance(given, str):
        try:
            given = base64.b64decode(given, validate=True)
        except binascii.Error:
            raise LineError(400, "base64 is not Base64") from None
    content_type = order.get("contentType")
    if isinstance(given, bytes):
        guessed, _ = mimetypes.guess_type(str(order.get("fileName", "")))
        return given, content_type or (guessed if kind == "file" and guessed else _TYPES[kind])
    return sample(kind), "audio/wav" if kind == "audio" else _TYPES[kind]


@functools.cache
def sample(kind: str) -> bytes:
    """Return a small file of a kind; a sample video is a placeholder that does not play."""
    if kind == "image":
        return _sample_picture()
    if kind == "audio":
        return _sample_sound()
    if kind == "video":
        return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(1024)
    return b"A sample file, sent from the emulated phone.\n"


def _sample_picture() -> bytes:
    picture = Image.new("RGB", _SAMPLE_SIZE, "#dfeee4")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((560, 80, 760, 280), fill="#f3b33d")
    draw.polygon([(0, 640), (300, 220), (620, 640)], fill="#4f8a66")
    draw.polygon([(360, 640), (660, 330), (960, 640)], fill="#3a6b52")
    return _jpeg(picture)


def _sample_sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(128 + (60 if step % 20 < 10 else -60) for step in range(16_000)))  # noqa: PLR2004 - a square wave
    return out.getvalue()


def preview(data: bytes) -> bytes:
    """Return a small JPEG of a picture, or a grey still for what is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            small = picture.convert("RGB")
            small.thumbnail(_PREVIEW_SIZE)
            return _jpeg(small)
    except OSError:
        return _jpeg(Image.new("RGB", _PREVIEW_SIZE, "#8a8f98"))


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


@functools.lru_cache(maxsize=512)
def draw_sticker(name: str) -> bytes:
    """Draw a face that stands for a sticker; its colour and mood come from the number."""
    number = int(name)
    hue = number * 47 % 360
    picture = Image.new("RGBA", (240, 240), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 30, 220, 230), f"hsl({hue}, 70%, 82%)", f"hsl({hue}, 45%, 40%)", 6)
    high = 100 + number % 3 * 8
    for left in (80, 140):
        draw.ellipse((left, high, left + 20, high + 26), "#3a2b22")
    smile = (85, 110, 155, 185) if number % 2 else (95, 150, 145, 190)
    draw.arc(smile, 20 if number % 2 else 190, 160 if number % 2 else 350, "#3a2b22", 6)
    draw.text((120, 205), name[-4:], f"hsl({hue}, 45%, 30%)", anchor="mm", font_size=22)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
