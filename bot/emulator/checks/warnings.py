"""What is accepted but close to the edge; shown beside the call in the request log."""

from collections.abc import Iterable
from typing import Any

import orjson

from bot.emulator import limits


def message_warnings(messages: Iterable[dict[str, Any]]) -> list[str]:
    """Warn of flex containers between the two readings of a kilobyte."""
    warnings = []
    for index, message in enumerate(messages):
        if message["type"] != "flex":
            continue
        bubble = message["contents"]["type"] == "bubble"
        safe = limits.FLEX_BUBBLE_SAFE_BYTES if bubble else limits.FLEX_CAROUSEL_SAFE_BYTES
        size = len(orjson.dumps(message["contents"]))
        if size > safe:
            warnings.append(f"messages[{index}].contents has {size} bytes; {safe} is safe")
    return warnings


def menu_warnings(menu: dict[str, Any]) -> list[str]:
    """Warn of areas that leave the menu."""
    size = menu["size"]
    return [
        f"areas[{index}].bounds leaves the menu"
        for index, area in enumerate(menu["areas"])
        if area["bounds"]["x"] + area["bounds"]["width"] > size["width"]
        or area["bounds"]["y"] + area["bounds"]["height"] > size["height"]
    ]
