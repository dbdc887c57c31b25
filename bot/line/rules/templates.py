"""Messages in LINE's ready-made layouts.

Source: reference, "Template messages".
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from bot.line import limits
from bot.line.rules.actions import IMAGE_CAROUSEL, TEMPLATE, check_action
from bot.line.rules.report import Json, Report

_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")


def check_template(report: Report, message: Json, at: str) -> None:
    """Look at a template message."""
    report.text(message, "altText", at, limits.ALT_TEXT_UNITS)
    template = report.one(message, "template", at)
    if template is None:
        return
    kind = template.get("type")
    if not isinstance(kind, str):
        report.add(f"{at}.template.type", "is required")
        return
    rule = _RULES.get(kind)
    if rule is not None:
        rule(report, template, f"{at}.template")


def _buttons(report: Report, template: Json, at: str) -> None:
    _panel(report, template, at, limits.BUTTONS_TEXT_GRAPHEMES, limits.BUTTONS_ACTIONS)
    _look(report, template, at)


def _confirm(report: Report, template: Json, at: str) -> None:
    report.text(template, "text", at, limits.CONFIRM_TEXT_GRAPHEMES, seen=True)
    _actions(report, template, at, limits.CONFIRM_ACTIONS, limits.CONFIRM_ACTIONS)


def _carousel(report: Report, template: Json, at: str) -> None:
    columns = report.many(template, "columns", at, 1, limits.CAROUSEL_COLUMNS)
    for place, column in columns:
        _panel(report, column, place, limits.CAROUSEL_TEXT_GRAPHEMES, limits.CAROUSEL_ACTIONS)
    _look(report, template, at)
    _alike(report, [column for _, column in columns], f"{at}.columns")


def _image_carousel(report: Report, template: Json, at: str) -> None:
    for place, column in report.many(template, "columns", at, 1, limits.CAROUSEL_COLUMNS):
        report.url(column, "imageUrl", place)
        action = report.one(column, "action", place)
        if action is not None:
            check_action(report, action, f"{place}.action", IMAGE_CAROUSEL)


def _panel(report: Report, panel: Json, at: str, text_limit: int, most_actions: int) -> None:
    """Look at what buttons and carousel columns share."""
    if panel.get("title") or panel.get("thumbnailImageUrl"):
        text_limit = limits.TITLED_TEXT_GRAPHEMES
    report.text(panel, "text", at, text_limit, seen=True)
    report.text(
        panel, "title", at, limits.TEMPLATE_TITLE_GRAPHEMES, required=False, seen=True, empty=True
    )
    report.url(panel, "thumbnailImageUrl", at, required=False)
    report.pattern(panel, "imageBackgroundColor", at, _COLOR, "a colour such as #RRGGBB")
    _actions(report, panel, at, 1, most_actions)
    default = report.one(panel, "defaultAction", at, required=False)
    if default is not None:
        check_action(report, default, f"{at}.defaultAction", TEMPLATE)


def _look(report: Report, template: Json, at: str) -> None:
    report.choice(template, "imageAspectRatio", at, ("rectangle", "square"))
    report.choice(template, "imageSize", at, ("cover", "contain"))


def _actions(report: Report, owner: Json, at: str, low: int, high: int) -> None:
    for place, action in report.many(owner, "actions", at, low, high):
        check_action(report, action, place, TEMPLATE)


def _alike(report: Report, columns: Sequence[Json], at: str) -> None:
    """Columns of a carousel have the same number of actions, and titles and pictures together."""
    actions = [column.get("actions") for column in columns]
    if len({len(each) for each in actions if isinstance(each, list)}) > 1:
        report.add(at, "must all have the same number of actions")
    for key in ("title", "thumbnailImageUrl"):
        if len({bool(column.get(key)) for column in columns}) > 1:
            report.add(at, f"must all have a {key}, or none")


_RULES: Final[dict[str, Callable[[Report, Json, str], None]]] = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}
