"""Rich menu objects and their images."""

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.actions import RICH_MENU, check_action
from bot.emulator.checks.counting import graphemes
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import ROOT, At, Findings
from bot.emulator.errors import LineError, body_errors

_SPECIFY: Final = "must be specified"
_REQUIRED: Final = ("size", "selected", "name", "chatBarText", "areas")
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}


def check_rich_menu(menu: Node, *, areas_must_fit: bool) -> None:
    """Check a rich menu object.

    Raises:
        LineError: 400 with every violation.
    """
    findings = Findings()
    for key in _REQUIRED:
        if menu.get(key) is None:
            findings.add(ROOT.key(key), _SPECIFY)
    size = fields.child(menu, "size", ROOT, Findings(), required=False)
    if size is not None:
        _check_size(size, ROOT.key("size"), findings)
    fields.boolean(menu, "selected", ROOT)
    for key, most in (
        ("name", limits.MENU_NAME_MAX),
        ("chatBarText", limits.MENU_BAR_TEXT_MAX),
    ):
        fields.text(menu, key, ROOT, findings, most=most, required=False, count=graphemes)
    areas = fields.objects(
        menu, "areas", ROOT, findings, least=0, most=limits.MENU_AREAS_MAX, required=False
    )
    for index, area in enumerate(areas):
        place = ROOT.key("areas").item(index)
        _check_area(area, place, findings)
        if areas_must_fit and size is not None:
            _check_fit(area, size, place, findings)
    if findings:
        raise body_errors(findings.details)


def _check_size(size: Node, at: At, findings: Findings) -> None:
    width = fields.integer(
        size, "width", at, findings, least=limits.MENU_WIDTH_MIN, most=limits.MENU_WIDTH_MAX
    )
    height = fields.integer(size, "height", at, findings, least=limits.MENU_HEIGHT_MIN)
    if width and height and width / height < limits.MENU_RATIO_MIN:
        findings.add(at, f"The aspect ratio must be {limits.MENU_RATIO_MIN} or more")


def _check_area(area: Node, at: At, findings: Findings) -> None:
    bounds = fields.child(area, "bounds", at, findings, required=True)
    if bounds is not None:
        for key, least in (("x", 0), ("y", 0), ("width", 1), ("height", 1)):
            fields.integer(bounds, key, at.key("bounds"), findings, least=least)
    action = fields.child(area, "action", at, findings, required=True)
    if action is not None:
        check_action(action, RICH_MENU, at.key("action"), findings)


def _check_fit(area: Node, size: Node, at: At, findings: Findings) -> None:
    bounds = area.get("bounds") or {}
    try:
        right = bounds["x"] + bounds["width"]
        bottom = bounds["y"] + bounds["height"]
        fits = right <= size["width"] and bottom <= size["height"]
    except (KeyError, TypeError):
        return
    if not fits:
        findings.add(at.key("bounds"), "The area must be inside the menu")


def check_image(data: bytes, content_type: str, size: Node, *, must_match: bool) -> None:
    """Check the bytes of a menu image against what they claim to be.

    Raises:
        LineError: 415 for another type than JPEG or PNG; 400 for a picture LINE refuses.
    """
    form = _FORMATS.get(content_type)
    if form is None:
        raise LineError(415, f"The content type, {content_type}, is not supported")
    refused = LineError(400, "The image size is not allowed for richmenu", [])
    try:
        with Image.open(io.BytesIO(data)) as picture:
            actual, (width, height) = picture.format, picture.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise refused from None
    allowed = (
        actual == form
        and len(data) <= limits.MENU_IMAGE_MAX_BYTES
        and limits.MENU_WIDTH_MIN <= width <= limits.MENU_WIDTH_MAX
        and height >= limits.MENU_HEIGHT_MIN
        and width / height >= limits.MENU_RATIO_MIN
    )
    matches = (width, height) == (size["width"], size["height"])
    if not allowed or (must_match and not matches):
        raise refused
