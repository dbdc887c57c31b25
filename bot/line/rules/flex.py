"""Bubbles and carousels, the layouts of our own.

    contents -> bubble -> blocks (header, hero, body, footer) -> components, down the tree

Source: reference, "Flex Message".
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from bot.line import limits
from bot.line.rules.actions import FLEX, FLEX_BUTTON, check_action
from bot.line.rules.flex_values import BACKGROUND, BLOCK_STYLE, BUBBLE, COMPONENTS, Kind
from bot.line.rules.report import Json, Report

_BLOCKS: Final = ("header", "hero", "body", "footer")
_HEROES: Final = ("box", "image", "video")
_NOT_IN_BASELINE: Final = ("box", "button", "image", "separator", "video")
_VIDEO_SIZES: Final = (None, "kilo", "mega", "giga")
_ANY_LENGTH: Final = limits.BODY_BYTES


class Prepared(dict[str, Any]):
    """Contents that were checked when they were made; they must not change afterwards."""

    __slots__ = ()


def check_flex(report: Report, message: Json, at: str) -> None:
    """Look at a Flex message."""
    report.text(message, "altText", at, limits.ALT_TEXT_UNITS)
    contents = message.get("contents")
    if type(contents) is Prepared:
        return
    at = f"{at}.contents"
    if type(contents) is orjson.Fragment:
        written = orjson.dumps(contents)
        if len(written) <= limits.BUBBLE_BYTES:
            return  # its template was checked as a whole
        contents = orjson.loads(written)
    if isinstance(contents, dict):
        check_contents(report, contents, at)
    else:
        report.add(at, "must be a bubble or a carousel")


def check_contents(report: Report, contents: Json, at: str) -> None:
    """Look at a bubble or a carousel."""
    match contents.get("type"):
        case "bubble":
            _size(report, contents, at, limits.BUBBLE_BYTES)
            _bubble(report, contents, at, in_carousel=False)
        case "carousel":
            _size(report, contents, at, limits.CAROUSEL_BYTES)
            _carousel(report, contents, at)
        case str():
            pass  # a container that LINE may have added
        case _:
            report.add(f"{at}.type", "is required: bubble or carousel")
    animated = _animated(contents)
    if animated > limits.ANIMATED_IMAGES:
        words = f"has {animated} animated images; LINE takes at most {limits.ANIMATED_IMAGES}"
        report.add(at, words)


def _size(report: Report, contents: Json, at: str, limit: int) -> None:
    try:
        size = len(orjson.dumps(contents))
    except orjson.JSONEncodeError as error:
        report.add(at, f"cannot be written as JSON: {error}")
        return
    if size > limit:
        report.add(at, f"has {size} bytes of JSON; LINE takes {limit} for sure")


def _carousel(report: Report, carousel: Json, at: str) -> None:
    bubbles = report.many(carousel, "contents", at, 1, limits.CAROUSEL_BUBBLES)
    for place, bubble in bubbles:
        if bubble.get("type") != "bubble":
            report.add(f"{place}.type", "must be bubble")
            continue
        _size(report, bubble, place, limits.BUBBLE_BYTES)
        _bubble(report, bubble, place, in_carousel=True)
    if len({str(bubble.get("size", "mega")) for _, bubble in bubbles}) > 1:
        report.add(f"{at}.contents", "must all have the same size")


def _bubble(report: Report, bubble: Json, at: str, *, in_carousel: bool) -> None:
    _values(report, bubble, at, BUBBLE)
    _tap(report, bubble, at)
    if not any(block in bubble for block in _BLOCKS):
        report.add(at, "must have a header, hero, body or footer")
    for name in _BLOCKS:
        block = report.one(bubble, name, at, required=False)
        if block is None:
            continue
        allowed = _HEROES if name == "hero" else ("box",)
        if block.get("type") not in allowed:
            report.add(f"{at}.{name}.type", f"must be {' or '.join(allowed)}")
        if block.get("type") == "video":
            _video(report, block, f"{at}.{name}", bubble.get("size"), in_carousel=in_carousel)
        else:
            _component(report, block, f"{at}.{name}")
    styles = report.one(bubble, "styles", at, required=False) or {}
    for name in styles:
        style = report.one(styles, name, f"{at}.styles")
        _values(report, style or {}, f"{at}.styles.{name}", BLOCK_STYLE)


def _video(report: Report, video: Json, at: str, size: object, *, in_carousel: bool) -> None:
    if in_carousel:
        report.add(at, "must not be a video inside a carousel")
    if size not in _VIDEO_SIZES:
        report.add(at, "must be in a bubble of size kilo, mega or giga")
    _values(report, video, at, COMPONENTS["video"])
    report.url(video, "url", at)
    report.url(video, "previewUrl", at)
    instead = report.one(video, "altContent", at)
    if instead is not None:
        if instead.get("type") not in ("box", "image"):
            report.add(f"{at}.altContent.type", "must be box or image")
        _component(report, instead, f"{at}.altContent")
    action = video.get("action")
    if isinstance(action, dict) and action.get("type") != "uri":
        report.add(f"{at}.action.type", "must be uri")
    _tap(report, video, at)


def _component(report: Report, component: Json, at: str) -> None:
    kind = component.get("type")
    if not isinstance(kind, str):
        report.add(f"{at}.type", "is required")
        return
    kinds = COMPONENTS.get(kind)
    if kinds is None:
        return
    _values(report, component, at, kinds)
    match kind:
        case "box":
            _box(report, component, at)
        case "text":
            _text(report, component, at)
        case "image" | "icon":
            report.url(component, "url", at)
        case "video":
            report.add(at, "must be the hero of a bubble")
        case "button":
            _button(report, component, at)
        case _:
            pass
    if kind != "button":
        _tap(report, component, at)


def _box(report: Report, box: Json, at: str) -> None:
    if "layout" not in box:
        report.add(f"{at}.layout", "is required: horizontal, vertical or baseline")
    baseline = box.get("layout") == "baseline"
    for place, component in report.many(box, "contents", at, 0):
        kind = component.get("type")
        if baseline and kind in _NOT_IN_BASELINE:
            report.add(f"{place}.type", f"{kind} must not stand in a baseline box")
        elif not baseline and kind == "icon":
            report.add(f"{place}.type", "icon stands in a baseline box only")
        _component(report, component, place)
    background = report.one(box, "background", at, required=False)
    if background is not None:
        _values(report, background, f"{at}.background", BACKGROUND)
        for key in ("type", "angle", "startColor", "endColor"):
            if key not in background:
                report.add(f"{at}.background.{key}", "is required")


def _text(report: Report, text: Json, at: str) -> None:
    if "contents" not in text:
        report.text(text, "text", at, _ANY_LENGTH)
        return
    for place, span in report.many(text, "contents", at, 1):
        if span.get("type") != "span":
            report.add(f"{place}.type", "must be span")
        _values(report, span, place, COMPONENTS["span"])
        report.text(span, "text", place, _ANY_LENGTH)


def _button(report: Report, button: Json, at: str) -> None:
    action = report.one(button, "action", at)
    if action is not None:
        check_action(report, action, f"{at}.action", FLEX_BUTTON)


def _tap(report: Report, owner: Json, at: str) -> None:
    if "action" in owner:
        action = report.one(owner, "action", at)
        if action is not None:
            check_action(report, action, f"{at}.action", FLEX)


def _values(report: Report, owner: Json, at: str, kinds: Mapping[str, Kind]) -> None:
    for key, value in owner.items():
        kind = kinds.get(key)
        if value is None:
            report.add(f"{at}.{key}", "must not be null")
        elif kind is not None and not kind.fits(value):
            report.add(f"{at}.{key}", f"must be {kind.words}")


def _animated(value: object) -> int:
    if isinstance(value, dict):
        own = value.get("type") == "image" and value.get("animated") is True
        return own + sum(_animated(each) for each in value.values() if type(each) in (dict, list))
    return sum(_animated(each) for each in value) if isinstance(value, list) else 0
