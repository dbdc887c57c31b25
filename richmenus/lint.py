"""Looking at a picture and its areas as a friend's thumb and eyes would, before LINE does.

    bytes + areas -> lint -> findings

Nothing is decoded before the header was believed possible. Sizes are judged in points of a phone
375 points wide, the narrowest in common use.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from bot.line import limits
from richmenus.findings import Code, Finding, Values, errors
from richmenus.layout import Bounds
from richmenus.picture import (
    MOST_PIXELS,
    BrokenPictureError,
    Header,
    PictureError,
    header,
    oddities,
    opened,
)
from richmenus.version import Version

#: Across; the narrowest phones in common use.
PHONE_POINTS: Final = 375
#: Apple's Human Interface Guidelines; Material asks for 48.
TAP_POINTS: Final = 44
#: A part of the picture smaller than this may be a margin.
_UNCOVERED_PERCENT: Final = 10
#: What was found of versions, by key and fingerprint; their pictures are not kept for it.
_found: dict[tuple[str, str], tuple[Finding, ...]] = {}
_MOST_FOUND: Final = 256


@dataclass(frozen=True, slots=True)
class LintArea:
    """An area as far as the lint looks at it."""

    bounds: Bounds
    label: str
    has_action: bool = True


def areas_of(body: Mapping[str, Any]) -> tuple[LintArea, ...]:
    """Return the areas of a menu as LINE takes it, or has it."""
    return tuple(
        LintArea(
            Bounds.model_validate(area["bounds"]),
            str((area.get("action") or {}).get("label") or f"area {number}"),
            has_action=bool(area.get("action")),
        )
        for number, area in enumerate(body["areas"], 1)
    )


def lint(
    picture: bytes,
    areas: Sequence[LintArea],
    *,
    size: tuple[int, int] | None = None,
    name: str = "",
) -> list[Finding]:
    """Look at a picture with its areas.

    Args:
        picture: whatever somebody calls a picture.
        areas: in any order.
        size: of the menu; by default the picture's.
        name: of the picture's file.

    Returns:
        Errors first; of one kind in the order of the areas.
    """
    found = list(_of_file(picture, name, size))
    told = _header(picture)
    whole = size or ((told.width, told.height) if told and _is_decodable(told) else None)
    if whole is not None:
        found += _of_areas(areas, whole)
    if told is not None and _is_decodable(told):
        found += (Finding(Code(oddity)) for oddity in sorted(oddities(picture)))
    if told is not None and not errors(found):
        try:
            image = opened(picture)
        except BrokenPictureError as error:
            found.append(Finding(Code.BROKEN, values={"found": error.found}))
        else:
            from richmenus import sight  # noqa: PLC0415 - slow to load, and seldom needed

            found += sight.look(image, [(area.bounds, area.label) for area in areas])
    elif told is not None and _is_decodable(told):
        found += _broken(picture)
    return sorted(found, key=lambda finding: finding.severity.value)


def lint_version(version: Version) -> tuple[Finding, ...]:
    """Look at a version; what was found of it once stays so."""
    name = version.key, version.fingerprint
    found = _found.get(name)
    if found is None:
        size = version.body["size"]["width"], version.body["size"]["height"]
        found = tuple(lint(version.picture, areas_of(version.body), size=size))
        if len(_found) >= _MOST_FOUND:
            _found.clear()
        _found[name] = found
    return found


def _header(picture: bytes) -> Header | None:
    try:
        return header(picture)
    except PictureError:
        return None


def _is_decodable(told: Header) -> bool:
    return told.width * told.height <= MOST_PIXELS


def _broken(picture: bytes) -> Iterator[Finding]:
    try:
        opened(picture)
    except BrokenPictureError as error:
        yield Finding(Code.BROKEN, values={"found": error.found})


def _of_file(picture: bytes, name: str, size: tuple[int, int] | None) -> Iterator[Finding]:
    try:
        told = header(picture)
    except BrokenPictureError as error:
        yield Finding(Code.BROKEN, values={"found": error.found})
        return
    except PictureError as error:
        yield Finding(Code.FORMAT, values={"found": error.found})
        return
    endings = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg")}[told.format]
    if name and not name.lower().endswith(endings):
        yield Finding(Code.MISNAMED, values={"found": told.format})
    if len(picture) > limits.RICH_MENU_IMAGE_BYTES:
        values = {"bytes": len(picture), "most": limits.RICH_MENU_IMAGE_BYTES}
        yield Finding(Code.WEIGHT, values=values)
    yield from _of_pixels(told)
    if size is not None and (told.width, told.height) != size:
        given: Values = {"width": told.width, "height": told.height}
        yield Finding(
            Code.SIZE_DIFFERS, values=given | {"menu_width": size[0], "menu_height": size[1]}
        )


def _of_pixels(told: Header) -> Iterator[Finding]:
    width, height = told.width, told.height
    most = limits.RICH_MENU_MAX_WIDTH
    given: Values = {"width": width, "height": height}
    if not width or not height:
        yield Finding(Code.BROKEN, values={"found": told.format})
        return
    if width * height > MOST_PIXELS and width > most:
        most_height = int(most / limits.RICH_MENU_MIN_RATIO)
        values = given | {"most": most, "most_height": most_height}
        yield Finding(Code.TOO_MANY_PIXELS, values=values)
        return
    if not (limits.RICH_MENU_MIN_WIDTH <= width <= most and height >= limits.RICH_MENU_MIN_HEIGHT):
        least, least_height = limits.RICH_MENU_MIN_WIDTH, limits.RICH_MENU_MIN_HEIGHT
        better = min(most, max(width, least))
        values = given | {"most": most, "least": least, "least_height": least_height}
        values |= {"better_width": better, "better_height": round(height * better / width)}
        yield Finding(Code.PIXELS, values=values)
    if width / height < limits.RICH_MENU_MIN_RATIO:
        values = {"ratio": round(width / height, 2), "least": limits.RICH_MENU_MIN_RATIO}
        yield Finding(Code.RATIO, values=given | values)


def _of_areas(areas: Sequence[LintArea], size: tuple[int, int]) -> Iterator[Finding]:
    width, height = size
    if not areas:
        yield Finding(Code.NO_AREAS)
        return
    if len(areas) > limits.RICH_MENU_AREAS:
        values = {"count": len(areas), "most": limits.RICH_MENU_AREAS}
        yield Finding(Code.TOO_MANY_AREAS, values=values)
    for number, area in enumerate(areas):
        bounds, label = area.bounds, area.label
        out = max(bounds.right - width, bounds.bottom - height)
        if out > 0:
            yield Finding(Code.OUTSIDE, number, {"label": label, "pixels": out})
        if not area.has_action:
            yield Finding(Code.NO_ACTION, number, {"label": label})
        across = round(bounds.width * PHONE_POINTS / width)
        down = round(bounds.height * PHONE_POINTS / width)
        if min(across, down) < TAP_POINTS:
            small: Values = {"label": label, "width": across, "height": down, "least": TAP_POINTS}
            yield Finding(Code.TINY_AREA, number, small)
    yield from _overlaps(areas)
    covered = sum(area.bounds.width * area.bounds.height for area in areas)
    percent = round(100 - 100 * covered / (width * height))
    if percent >= _UNCOVERED_PERCENT:
        yield Finding(Code.UNCOVERED, values={"percent": percent})


def _overlaps(areas: Sequence[LintArea]) -> Iterator[Finding]:
    for (_, one), (number, other) in combinations(enumerate(areas), 2):
        if one.bounds.overlaps(other.bounds):
            left = max(one.bounds.x, other.bounds.x)
            top = max(one.bounds.y, other.bounds.y)
            values: Values = {"label": one.label, "other": other.label}
            values["width"] = min(one.bounds.right, other.bounds.right) - left
            values["height"] = min(one.bounds.bottom, other.bounds.bottom) - top
            yield Finding(Code.OVERLAP, number, values)
