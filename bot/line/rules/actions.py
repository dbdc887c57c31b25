"""What happens when a friend taps: buttons, quick replies, areas.

    template, quick reply, flex, rich menu -> check_action(action, the place it stands in)

Source: reference, "Action objects".
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from bot.line import limits
from bot.line.rules.report import Json, Report


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action stands decides its label and whether it may stand there."""

    name: str
    #: Graphemes.
    label: int
    label_required: bool = False


TEMPLATE: Final = Place("a template", limits.LABEL_GRAPHEMES, label_required=True)
IMAGE_CAROUSEL: Final = Place("an image carousel", limits.IMAGE_CAROUSEL_LABEL_GRAPHEMES)
QUICK_REPLY: Final = Place("a quick reply", limits.LABEL_GRAPHEMES, label_required=True)
RICH_MENU: Final = Place("a rich menu", limits.LABEL_GRAPHEMES)
FLEX_BUTTON: Final = Place("a button", limits.FLEX_LABEL_GRAPHEMES, label_required=True)
FLEX: Final = Place("a flex component", limits.FLEX_LABEL_GRAPHEMES)

#: Types that stand in one place only.
_ONLY_IN: Final = {
    "camera": QUICK_REPLY,
    "cameraRoll": QUICK_REPLY,
    "location": QUICK_REPLY,
    "richmenuswitch": RICH_MENU,
}
_URI: Final = re.compile(r"(?:https?://|line://|tel:)[!-~]+", re.IGNORECASE)
_ALIAS: Final = re.compile(r"[a-z0-9_-]{1,32}")
_INPUT_OPTIONS: Final = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
_MODES: Final = {
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), date.fromisoformat),
    "time": (re.compile(r"\d\d:\d\d"), time.fromisoformat),
    "datetime": (re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d"), datetime.fromisoformat),
}


def check_action(report: Report, action: Json, at: str, place: Place) -> None:
    """Look at one action."""
    kind = action.get("type")
    if not isinstance(kind, str):
        report.add(f"{at}.type", "is required")
        return
    if _ONLY_IN.get(kind, place) is not place:
        report.add(f"{at}.type", f"{kind} stands in {_ONLY_IN[kind].name} only")
    report.text(
        action, "label", at, place.label, required=place.label_required, seen=True,
        empty=not place.label_required,
    )  # fmt: skip
    rule = _RULES.get(kind)
    if rule is not None:
        rule(report, action, at)


def _postback(report: Report, action: Json, at: str) -> None:
    _data(report, action, at)
    for key in ("displayText", "text", "fillInText"):
        report.text(
            action, key, at, limits.ACTION_TEXT_GRAPHEMES, required=False, seen=True, empty=True
        )
    if "displayText" in action and "text" in action:
        report.add(f"{at}.text", "must not stand beside displayText")
    report.choice(action, "inputOption", at, _INPUT_OPTIONS)
    if "fillInText" in action and action.get("inputOption") != "openKeyboard":
        report.add(f"{at}.fillInText", "goes with inputOption openKeyboard only")


def _message(report: Report, action: Json, at: str) -> None:
    report.text(action, "text", at, limits.ACTION_TEXT_GRAPHEMES, seen=True)


def _uri(report: Report, action: Json, at: str) -> None:
    check_uri(report, action, "uri", at)
    other = report.one(action, "altUri", at, required=False)
    if other is not None:
        check_uri(report, other, "desktop", f"{at}.altUri")


def check_uri(report: Report, owner: Json, key: str, at: str) -> None:
    """Look at an address that a tap opens."""
    value = report.text(owner, key, at, limits.URI_CHARACTERS)
    if value and not _URI.fullmatch(value):
        words = "must start with http:, https:, line: or tel:, and be percent-encoded"
        report.add(f"{at}.{key}", words)


def _date_picker(report: Report, action: Json, at: str) -> None:
    _data(report, action, at)
    mode = action.get("mode")
    report.choice(action, "mode", at, tuple(_MODES), required=True)
    if not isinstance(mode, str) or mode not in _MODES:
        return
    for key in ("initial", "min", "max"):
        if key in action and not _is_moment(action[key], mode):
            report.add(f"{at}.{key}", f"is not a {mode}, or not one that LINE can show")
    low, high = action.get("min"), action.get("max")
    if isinstance(low, str) and isinstance(high, str) and low.upper() >= high.upper():
        report.add(f"{at}.max", "must be later than min")


def _is_moment(value: object, mode: str) -> bool:
    shape, parse = _MODES[mode]
    if not isinstance(value, str) or not shape.fullmatch(value):
        return False
    with suppress(ValueError):
        parse(value.upper())
        return mode == "time" or limits.PICKER_FIRST_DAY <= value[:10] <= limits.PICKER_LAST_DAY
    return False


def _clipboard(report: Report, action: Json, at: str) -> None:
    report.text(action, "clipboardText", at, limits.CLIPBOARD_UNITS)


def _switch(report: Report, action: Json, at: str) -> None:
    _data(report, action, at)
    if "richMenuAliasId" not in action:
        report.add(f"{at}.richMenuAliasId", "is required")
    report.pattern(
        action, "richMenuAliasId", at, _ALIAS,
        f"1 to {limits.ALIAS_CHARACTERS} of a-z, 0-9, _ and -",
    )  # fmt: skip


def _data(report: Report, action: Json, at: str) -> None:
    report.text(action, "data", at, limits.POSTBACK_DATA_UNITS, empty=True)


_RULES: Final[dict[str, Callable[[Report, Json, str], None]]] = {
    "postback": _postback,
    "message": _message,
    "uri": _uri,
    "datetimepicker": _date_picker,
    "clipboard": _clipboard,
    "richmenuswitch": _switch,
}
