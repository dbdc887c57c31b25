"""Properties LINE knows, for the switch that refuses all others outside flex."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings

_MESSAGE: Final = frozenset({"type", "quickReply", "sender"})
_MESSAGES: Final[dict[str, frozenset[str]]] = {
    "text": frozenset({"text", "emojis", "quoteToken"}),
    "textV2": frozenset({"text", "substitution", "quoteToken"}),
    "sticker": frozenset({"packageId", "stickerId", "quoteToken"}),
    "image": frozenset({"originalContentUrl", "previewImageUrl"}),
    "video": frozenset({"originalContentUrl", "previewImageUrl", "trackingId"}),
    "audio": frozenset({"originalContentUrl", "duration"}),
    "location": frozenset({"title", "address", "latitude", "longitude"}),
    "coupon": frozenset({"couponId", "deliveryTag"}),
    "imagemap": frozenset({"baseUrl", "altText", "baseSize", "actions", "video"}),
    "template": frozenset({"altText", "template"}),
    "flex": frozenset({"altText", "contents"}),
}
_CARD: Final = frozenset(
    {"text", "title", "thumbnailImageUrl", "imageBackgroundColor", "defaultAction", "actions"}
)
_PICTURE: Final = frozenset({"type", "imageAspectRatio", "imageSize"})
_TEMPLATES: Final[dict[str, frozenset[str]]] = {
    "buttons": _CARD | _PICTURE,
    "confirm": frozenset({"type", "text", "actions"}),
    "carousel": _PICTURE | {"columns"},
    "image_carousel": frozenset({"type", "columns"}),
}
_ACTION: Final = frozenset({"type", "label"})
_ACTIONS: Final[dict[str, frozenset[str]]] = {
    "postback": frozenset({"data", "displayText", "text", "inputOption", "fillInText"}),
    "message": frozenset({"text"}),
    "uri": frozenset({"uri", "altUri"}),
    "datetimepicker": frozenset({"data", "mode", "initial", "min", "max"}),
    "clipboard": frozenset({"clipboardText"}),
}


def check_known(message: Node, at: At, findings: Findings) -> None:
    """Note every property of a message that LINE does not know."""
    own = _MESSAGES.get(str(message.get("type")))
    if own is None:
        return
    _unknown(message, _MESSAGE | own, at, findings)
    items = (message.get("quickReply") or {}).get("items") or []
    for index, item in enumerate(items):
        place = at.key("quickReply").key("items").item(index)
        _unknown(item, frozenset({"type", "imageUrl", "action"}), place, findings)
        _action(item.get("action"), place.key("action"), findings)
    if message["type"] == "template" and isinstance(message.get("template"), Mapping):
        _template(message["template"], at.key("template"), findings)


def _template(template: Node, at: At, findings: Findings) -> None:
    kind = str(template.get("type"))
    _unknown(template, _TEMPLATES.get(kind, frozenset(template)), at, findings)
    if kind != "carousel":
        _actions(template.get("actions") or [], at.key("actions"), findings)
        return
    for index, card in enumerate(template.get("columns") or []):
        place = at.key("columns").item(index)
        _unknown(card, _CARD, place, findings)
        _actions(card.get("actions") or [], place.key("actions"), findings)


def _actions(actions: Iterable[Any], at: At, findings: Findings) -> None:
    for index, action in enumerate(actions):
        _action(action, at.item(index), findings)


def _action(action: Any, at: At, findings: Findings) -> None:
    if isinstance(action, Mapping):
        known = _ACTION | _ACTIONS.get(str(action.get("type")), frozenset())
        _unknown(action, known, at, findings)


def _unknown(node: Any, known: frozenset[str], at: At, findings: Findings) -> None:
    for key in node if isinstance(node, Mapping) else ():
        if key not in known:
            findings.add(at.key(key), "Unknown property")
