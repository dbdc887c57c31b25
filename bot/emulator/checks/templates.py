"""Template messages: buttons, confirm, carousel and image carousel."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.actions import IMAGE_CAROUSEL, TEMPLATE, check_action, check_actions
from bot.emulator.checks.counting import graphemes
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings

_RATIOS = ("rectangle", "square")
_SIZES = ("cover", "contain")


def check_template(template: Node, at: At, findings: Findings) -> None:
    """Check the inner structure of a template message."""
    kind = fields.one_of(template, "type", at, findings, tuple(_CHECKERS), required=True)
    if kind is not None:
        _CHECKERS[kind](template, at, findings)


def _buttons(template: Node, at: At, findings: Findings) -> None:
    _picture_style(template, at, findings)
    _card(
        template,
        at,
        findings,
        text_max=limits.BUTTONS_TEXT_MAX,
        beside_max=limits.BUTTONS_TEXT_BESIDE_MAX,
        actions_max=limits.BUTTONS_ACTIONS_MAX,
    )


def _confirm(template: Node, at: At, findings: Findings) -> None:
    most = limits.CONFIRM_TEXT_MAX
    fields.text(template, "text", at, findings, most=most, count=graphemes)
    pair = limits.CONFIRM_ACTIONS
    check_actions(template, "actions", TEMPLATE, at, findings, least=pair, most=pair)


def _carousel(template: Node, at: At, findings: Findings) -> None:
    _picture_style(template, at, findings)
    columns = fields.objects(
        template, "columns", at, findings, least=1, most=limits.CAROUSEL_COLUMNS_MAX
    )
    for index, column in enumerate(columns):
        _card(
            column,
            at.key("columns").item(index),
            findings,
            text_max=limits.CAROUSEL_TEXT_MAX,
            beside_max=limits.CAROUSEL_TEXT_BESIDE_MAX,
            actions_max=limits.CAROUSEL_ACTIONS_MAX,
        )
    _columns_agree(columns, at.key("columns"), findings)


def _columns_agree(columns: Sequence[Node], at: At, findings: Findings) -> None:
    """Check that all columns have as many actions as the first, and titles and images alike."""
    if not columns:
        return
    first = columns[0]
    for index, column in enumerate(columns[1:], start=1):
        if len(column.get("actions") or ()) != len(first.get("actions") or ()):
            message = "The number of actions must be the same in all columns"
            findings.add(at.item(index).key("actions"), message)
        for key in ("title", "thumbnailImageUrl"):
            if (key in column) != (key in first):
                findings.add(at.item(index).key(key), "Must be in all columns or in none")


def _image_carousel(template: Node, at: At, findings: Findings) -> None:
    columns = fields.objects(
        template, "columns", at, findings, least=1, most=limits.CAROUSEL_COLUMNS_MAX
    )
    for index, column in enumerate(columns):
        place = at.key("columns").item(index)
        fields.https(column, "imageUrl", place, findings)
        action = fields.child(column, "action", place, findings, required=True)
        if action is not None:
            check_action(action, IMAGE_CAROUSEL, place.key("action"), findings)


def _picture_style(template: Node, at: At, findings: Findings) -> None:
    fields.one_of(template, "imageAspectRatio", at, findings, _RATIOS)
    fields.one_of(template, "imageSize", at, findings, _SIZES)


def _card(
    card: Node,
    at: At,
    findings: Findings,
    *,
    text_max: int,
    beside_max: int,
    actions_max: int,
) -> None:
    """Check a buttons template or a carousel column."""
    beside = bool(card.get("title") or card.get("thumbnailImageUrl"))
    most = beside_max if beside else text_max
    fields.text(card, "text", at, findings, most=most, count=graphemes)
    most = limits.TEMPLATE_TITLE_MAX
    fields.text(card, "title", at, findings, most=most, required=False, count=graphemes)
    fields.https(card, "thumbnailImageUrl", at, findings, required=False)
    color = card.get("imageBackgroundColor")
    if color is not None and not fields.is_color(color):
        findings.add(at.key("imageBackgroundColor"), "invalid color")
    default = fields.child(card, "defaultAction", at, findings, required=False)
    if default is not None:
        check_action(default, TEMPLATE, at.key("defaultAction"), findings)
    check_actions(card, "actions", TEMPLATE, at, findings, least=1, most=actions_max)


_CHECKERS: Final[dict[str, Callable[[Node, At, Findings], None]]] = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}
