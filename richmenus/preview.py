"""A menu as its author checks it: the picture, its areas with numbers, and what each tap does.

Version -> preview -> Image
"""

from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from richmenus.findings import Finding, Severity
from richmenus.picture import opened
from richmenus.typeface import Weight, fitting, font
from richmenus.version import Version
from richmenus.words import Language, say_action

_WIDTH: Final = 1_250
_MARGIN: Final = 40
_ROW: Final = 52
_BADGE: Final = 26
_LINE: Final = 5
_HEAD: Final = 96
#: Told apart by eyes that see few colours, too.
_COLOURS: Final = ("#0067B1", "#C4451C", "#3B7A2A", "#8A3FA0", "#A66A00", "#00727A")
_INK: Final = "#222222"
_MUTED: Final = "#6B6B6B"
_MARKS: Final = {Severity.ERROR: "#B3261E", Severity.WARNING: "#A66A00"}


def preview(
    version: Version, findings: Sequence[Finding] = (), *, language: Language = "en"
) -> Image.Image:
    """Draw a menu with its areas, a line about each, and what the lint found.

    Raises:
        PictureError: the picture cannot be opened.
    """
    picture = opened(version.picture)
    scale = _WIDTH / picture.width
    shown = picture.resize((_WIDTH, round(picture.height * scale)), Image.Resampling.LANCZOS)
    areas = version.body["areas"]
    rows = len(areas) + len(findings)
    height = _HEAD + shown.height + _MARGIN + rows * _ROW + _MARGIN
    sheet = Image.new("RGB", (_WIDTH + 2 * _MARGIN, height), "#F4F4F4")
    _head(sheet, version)
    _outline(shown, [area["bounds"] for area in areas], scale)
    sheet.paste(shown, (_MARGIN, _HEAD))
    top = _HEAD + shown.height + _MARGIN
    for number, area in enumerate(areas):
        action = area["action"]
        label = str(action.get("label") or "—")
        _area_row(sheet, top, number, label, say_action(action, language))
        top += _ROW
    for finding in findings:
        _finding_row(sheet, top, finding)
        top += _ROW
    return sheet


def _head(sheet: Image.Image, version: Version) -> None:
    draw = ImageDraw.Draw(sheet)
    size = version.body["size"]
    words = f"{version.key}   {size['width']}×{size['height']}   {version.body['chatBarText']}"
    face = fitting(words, Weight.BOLD, 36, _WIDTH)
    draw.text((_MARGIN, _HEAD // 2), words, _INK, face, anchor="lm")


def _outline(shown: Image.Image, bounds: Sequence[dict[str, int]], scale: float) -> None:
    draw = ImageDraw.Draw(shown)
    for number, one in enumerate(bounds):
        left, top = round(one["x"] * scale), round(one["y"] * scale)
        right = min(round((one["x"] + one["width"]) * scale), shown.width) - 1
        bottom = min(round((one["y"] + one["height"]) * scale), shown.height) - 1
        half = _LINE // 2
        colour = _colour(number)
        draw.rectangle((left + half, top + half, right - half, bottom - half), None, colour, _LINE)
        inset = _BADGE + 2 * _LINE
        _badge(draw, (min(left + inset, right), min(top + inset, bottom)), number)


def _badge(draw: ImageDraw.ImageDraw, centre: tuple[int, int], number: int) -> None:
    x, y = centre
    box = (x - _BADGE, y - _BADGE, x + _BADGE, y + _BADGE)
    draw.ellipse(box, _colour(number), "white", 3)
    draw.text(centre, str(number + 1), "white", font(Weight.BOLD, 30), anchor="mm")


def _area_row(sheet: Image.Image, top: int, number: int, label: str, does: str) -> None:
    draw = ImageDraw.Draw(sheet)
    middle = top + _ROW // 2
    _badge(draw, (_MARGIN + _BADGE, middle), number)
    left = _MARGIN + 3 * _BADGE
    face = fitting(label, Weight.BOLD, 30, _WIDTH // 2 - left)
    draw.text((left, middle), label, _INK, face, anchor="lm")
    start = _MARGIN + _WIDTH // 2
    words = fitting(does, Weight.REGULAR, 28, _WIDTH // 2)
    draw.text((start, middle), does, _MUTED, words, anchor="lm")


def _finding_row(sheet: Image.Image, top: int, finding: Finding) -> None:
    draw = ImageDraw.Draw(sheet)
    words = f"{finding.severity.value}: {finding}"
    face = fitting(words, Weight.REGULAR, 26, _WIDTH)
    draw.text((_MARGIN, top + _ROW // 2), words, _MARKS[finding.severity], face, anchor="lm")


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]
