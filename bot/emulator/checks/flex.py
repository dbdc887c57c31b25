"""Flex containers: bubbles and carousels, their blocks, and their size in bytes.

container -> size -> bubbles -> blocks -> boxes -> components -> actions
"""

from collections.abc import Collection
from typing import Any, Final

import orjson

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.actions import FLEX, FLEX_BUTTON, FLEX_VIDEO, check_action
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings
from bot.emulator.checks.flex_components import (
    BLOCK_STYLE,
    BUBBLE_SIZES,
    HOLDS,
    NESTS,
    PROPERTIES,
    VIDEO_SIZES,
    Properties,
)

_BLOCKS: Final = ("header", "hero", "body", "footer")
_BUBBLE_KEYS: Final = frozenset({*_BLOCKS, "type", "size", "direction", "styles", "action"})
_UNKNOWN: Final = "invalid property"
_NULLS: Final = "cannot contain null elements"


def check_container(container: Node, findings: Findings) -> None:
    """Check the contents of a flex message; places are JSON pointers into them."""
    root = At("", slashes=True)
    kind = fields.one_of(container, "type", root, findings, ("bubble", "carousel"), required=True)
    if kind is None:
        return
    _check_bytes(container, kind, findings)
    if kind == "bubble":
        _check_bubble(container, root, findings, in_carousel=False)
    else:
        _check_carousel(container, root, findings)
    if _count_animated(container) > limits.FLEX_ANIMATED_MAX:
        findings.add(At("/"), f"Animated images must be {limits.FLEX_ANIMATED_MAX} or fewer")


def _check_bytes(container: Node, kind: str, findings: Findings) -> None:
    is_bubble = kind == "bubble"
    most = limits.FLEX_BUBBLE_MAX_BYTES if is_bubble else limits.FLEX_CAROUSEL_MAX_BYTES
    if len(orjson.dumps(container)) > most:
        message = "Too large flex message. The maximum size of JSON data"
        findings.add(At("/"), f"{message} for {kind} is {most // 1024} KB")


def _check_carousel(carousel: Node, at: At, findings: Findings) -> None:
    _known(carousel, {"type", "contents"}, At("/"), findings)
    bubbles = _children(carousel, at, findings)
    most = limits.FLEX_CAROUSEL_BUBBLES_MAX
    if not 1 <= len(bubbles) <= most:
        findings.add(at.key("contents"), f"Size must be between 1 and {most}")
    sizes = {bubble.get("size", "mega") for bubble in bubbles if isinstance(bubble, dict)}
    if len(sizes) > 1:
        findings.add(at.key("contents"), "All bubbles must have the same size")
    for index, bubble in enumerate(bubbles):
        place = at.key("contents").item(index)
        if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
            findings.add(place, _UNKNOWN)
        else:
            _check_bubble(bubble, place, findings, in_carousel=True)


def _check_bubble(bubble: Node, at: At, findings: Findings, *, in_carousel: bool) -> None:
    _known(bubble, _BUBBLE_KEYS, at if at.path else At("/"), findings)
    fields.one_of(bubble, "size", at, findings, BUBBLE_SIZES)
    fields.one_of(bubble, "direction", at, findings, ("ltr", "rtl"))
    if not any(bubble.get(block) for block in _BLOCKS):
        findings.add(at if at.path else At("/"), "At least one block must be specified")
    _check_styles(bubble, at, findings)
    _check_tap(bubble, at, findings)
    for block in _BLOCKS:
        component = fields.child(bubble, block, at, findings, required=False)
        if component is None:
            continue
        _check_block(component, block, at.key(block), findings)
        if component.get("type") == "video":
            _check_video_place(bubble, at.key(block), findings, in_carousel=in_carousel)


def _check_block(component: Node, block: str, at: At, findings: Findings) -> None:
    allowed = {"box", "image", "video"} if block == "hero" else {"box"}
    if component.get("type") in allowed:
        _check_component(component, at, findings)
    else:
        findings.add(at, _UNKNOWN)


def _check_video_place(bubble: Node, at: At, findings: Findings, *, in_carousel: bool) -> None:
    if in_carousel or bubble.get("size", "mega") not in VIDEO_SIZES:
        findings.add(at, "A video needs a bubble of size kilo, mega or giga outside a carousel")


def _check_styles(bubble: Node, at: At, findings: Findings) -> None:
    styles = fields.child(bubble, "styles", at, findings, required=False) or {}
    _known(styles, _BLOCKS, at.key("styles"), findings)
    for block in _BLOCKS:
        style = fields.child(styles, block, at.key("styles"), findings, required=False)
        if style is not None:
            place = at.key("styles").key(block)
            _known(style, BLOCK_STYLE, place, findings)
            _check_values(style, BLOCK_STYLE, place, findings)


def _check_component(component: Node, at: At, findings: Findings) -> None:
    kind = component["type"]
    properties, nests = PROPERTIES[kind], NESTS[kind]
    _known(component, {"type", *nests, *properties}, at, findings)
    _check_values(component, properties, at, findings)
    for key in ("url", "previewUrl"):
        if key in nests:
            _check_url(component, key, at, findings)
    if kind == "box":
        _check_box(component, at, findings)
    elif kind == "text":
        _check_text(component, at, findings)
    elif kind == "video":
        _check_video(component, at, findings)
    if "action" in nests:
        _check_tap(component, at, findings)


def _check_box(box: Node, at: At, findings: Findings) -> None:
    layout = box.get("layout")
    if layout is None:
        findings.add(at.key("layout"), "must be specified")
    holds = HOLDS.get(layout, frozenset()) if isinstance(layout, str) else frozenset()
    children = _children(box, at, findings)
    for index, child in enumerate(children):
        place = at.key("contents").item(index)
        if isinstance(child, dict) and child.get("type") in (holds or PROPERTIES):
            _check_component(child, place, findings)
        else:
            findings.add(place, _UNKNOWN)


def _check_text(component: Node, at: At, findings: Findings) -> None:
    if "contents" not in component:
        if not component.get("text"):
            findings.add(at.key("text"), "must be non-empty text")
        return
    for index, span in enumerate(_children(component, at, findings)):
        place = at.key("contents").item(index)
        if not isinstance(span, dict) or span.get("type") != "span":
            findings.add(place, _UNKNOWN)
        else:
            _check_component(span, place, findings)


def _check_video(component: Node, at: At, findings: Findings) -> None:
    content = fields.child(component, "altContent", at, findings, required=True)
    if content is None:
        return
    if content.get("type") in {"box", "image"}:
        _check_component(content, at.key("altContent"), findings)
    else:
        findings.add(at.key("altContent"), _UNKNOWN)


def _check_tap(component: Node, at: At, findings: Findings) -> None:
    """Check the action of a component; a button must have one, a video only uri."""
    kind = component.get("type")
    action = fields.child(component, "action", at, findings, required=kind == "button")
    if action is not None:
        place = {"button": FLEX_BUTTON, "video": FLEX_VIDEO}.get(str(kind), FLEX)
        check_action(action, place, at.key("action"), findings)


def _check_url(component: Node, key: str, at: At, findings: Findings) -> None:
    value = component.get(key)
    if not isinstance(value, str) or not value:
        findings.add(at.key(key), "must be specified")
    elif len(value) > limits.URL_MAX or not fields.is_https(value):
        wrong_scheme = fields.is_link(value) or not fields.has_scheme(value)
        findings.add(at.key(key), "invalid uri scheme" if wrong_scheme else "invalid uri")


def _check_values(node: Node, properties: Properties, at: At, findings: Findings) -> None:
    for key, value in node.items():
        accepts = properties.get(key)
        if accepts is not None and not accepts(value):
            findings.add(at.key(key), "invalid value")


def _known(node: Node, keys: Collection[str], at: At, findings: Findings) -> None:
    if any(key not in keys for key in node):
        findings.add(at, _UNKNOWN)


def _children(node: Node, at: At, findings: Findings) -> list[Any]:
    """Return ``contents``; a null among them is one violation, and they are not looked at."""
    contents = node.get("contents")
    place = at.key("contents")
    if not isinstance(contents, list):
        findings.add(place, "must be specified")
        return []
    if None in contents:
        findings.add(place, _NULLS)
        return []
    return contents


def _count_animated(node: Any) -> int:
    if isinstance(node, dict):
        own = node.get("type") == "image" and node.get("animated") is True
        return own + sum(map(_count_animated, node.values()))
    return sum(map(_count_animated, node)) if isinstance(node, list) else 0
