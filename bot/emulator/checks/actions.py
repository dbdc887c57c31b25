"""Actions: what a tap does; which are allowed and how long a label may be depends on the place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.counting import graphemes
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings
from bot.emulator.checks.picker import check_picker

_COMMON = ("postback", "message", "uri", "datetimepicker", "clipboard")
_INPUT_OPTIONS = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")


@dataclass(frozen=True, slots=True)
class Place:
    """The container of an action."""

    types: tuple[str, ...] = _COMMON
    label_required: bool = False
    label_max: int = limits.ACTION_LABEL_MAX
    #: Also the wording of uri errors differs between flex and the rest.
    flex: bool = False


TEMPLATE: Final = Place(label_required=True)
IMAGE_CAROUSEL: Final = Place(label_max=limits.ACTION_LABEL_IMAGE_CAROUSEL_MAX)
QUICK_REPLY: Final = Place((*_COMMON, "camera", "cameraRoll", "location"), label_required=True)
RICH_MENU: Final = Place((*_COMMON, "richmenuswitch"))
FLEX: Final = Place(label_max=limits.ACTION_LABEL_FLEX_MAX, flex=True)
FLEX_BUTTON: Final = Place(label_required=True, label_max=limits.ACTION_LABEL_FLEX_MAX, flex=True)
FLEX_VIDEO: Final = Place(("uri",), label_required=True, flex=True)


def check_action(action: Node, place: Place, at: At, findings: Findings) -> None:
    """Check one action in its place."""
    kind = fields.one_of(action, "type", at, findings, place.types, required=True)
    if kind is None:
        return
    fields.text(
        action,
        "label",
        at,
        findings,
        most=place.label_max,
        required=place.label_required,
        count=graphemes,
    )
    if checker := _CHECKERS.get(kind):
        checker(action, place, at, findings)


def check_actions(
    node: Node, key: str, place: Place, at: At, findings: Findings, *, least: int, most: int
) -> int:
    """Check a list of actions and return how many there are."""
    actions = fields.objects(node, key, at, findings, least=least, most=most)
    for index, action in enumerate(actions):
        check_action(action, place, at.key(key).item(index), findings)
    return len(actions)


def _postback(action: Node, _place: Place, at: At, findings: Findings) -> None:
    fields.text(action, "data", at, findings, most=limits.POSTBACK_DATA_MAX)
    for key in ("displayText", "text", "fillInText"):
        fields.text(
            action,
            key,
            at,
            findings,
            most=limits.ACTION_TEXT_MAX,
            required=False,
            count=graphemes,
        )
    if "displayText" in action and "text" in action:
        findings.add(at.key("text"), "Must not be specified")
    option = fields.one_of(action, "inputOption", at, findings, _INPUT_OPTIONS)
    if "fillInText" in action and option != "openKeyboard":
        findings.add(at.key("fillInText"), "Must not be specified")


def _message(action: Node, _place: Place, at: At, findings: Findings) -> None:
    fields.text(action, "text", at, findings, most=limits.ACTION_TEXT_MAX, count=graphemes)


def _uri(action: Node, place: Place, at: At, findings: Findings) -> None:
    check_link(action, "uri", at, findings, flex=place.flex)
    desktop = fields.child(action, "altUri", at, findings, required=False)
    if desktop is not None:
        check_link(desktop, "desktop", at.key("altUri"), findings, flex=place.flex)


def check_link(node: Node, key: str, at: At, findings: Findings, *, flex: bool = False) -> None:
    """Check an address that a tap opens: http, https, line or tel."""
    value = fields.text(node, key, at, findings, most=limits.LINK_URI_MAX)
    if value is None or fields.is_link(value):
        return
    wrong_scheme = flex and fields.has_scheme(value)
    findings.add(at.key(key), "invalid uri scheme" if wrong_scheme else "invalid uri")


def _datetimepicker(action: Node, _place: Place, at: At, findings: Findings) -> None:
    check_picker(action, at, findings)


def _richmenuswitch(action: Node, _place: Place, at: At, findings: Findings) -> None:
    fields.text(action, "richMenuAliasId", at, findings, most=limits.ALIAS_ID_MAX)
    fields.text(action, "data", at, findings, most=limits.POSTBACK_DATA_MAX)


def _clipboard(action: Node, _place: Place, at: At, findings: Findings) -> None:
    fields.text(action, "clipboardText", at, findings, most=limits.CLIPBOARD_MAX)


_CHECKERS: Final[dict[str, Callable[[Node, Place, At, Findings], None]]] = {
    "postback": _postback,
    "message": _message,
    "uri": _uri,
    "datetimepicker": _datetimepicker,
    "richmenuswitch": _richmenuswitch,
    "clipboard": _clipboard,
}
