"""Pages of lists, with continuation tokens that live a day."""

import base64
import binascii
from typing import Any

from bot.emulator import limits
from bot.emulator.api.operations import Call
from bot.emulator.errors import LineError


def page(call: Call, items: list[Any], key: str, *, size: int) -> dict[str, Any]:
    """Return one page and the token of the next.

    Args:
        call: its ``start`` is the token.
        items: the whole list.
        key: the name of the list in the answer.
        size: items a page.

    Raises:
        LineError: 400, the token is none or too old.
    """
    if call.platform.world.behaviour.short_pages and size > 1:
        size -= 1
    start = _offset(call.query["start"], call.now) if call.query.get("start") else 0
    answer: dict[str, Any] = {key: items[start : start + size]}
    if start + size < len(items):
        answer["next"] = _token(start + size, call.now)
    return answer


def _token(offset: int, now: float) -> str:
    return base64.urlsafe_b64encode(f"{offset}:{int(now)}".encode()).decode().rstrip("=")


def _offset(token: str, now: float) -> int:
    refused = LineError(400, "Invalid start param")
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        offset, _, issued = text.partition(":")
        if now - int(issued) > limits.PAGE_TOKEN_LIFE_SECONDS:
            raise refused
        return int(offset)
    except (binascii.Error, ValueError):
        raise refused from None
