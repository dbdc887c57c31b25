"""What eyes find hard in a picture: pale words, small words, words cut by the line between areas.

    Image + areas -> look -> findings, every one of them a warning

Measured, not understood: nothing here reads. Contrast is taken between neighbouring pixels at the
scale of a phone, so a photograph has it where its details have it. A line of words is a band of
contrast with calm above and below it. Both can err on lively photographs, hence warnings only.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from richmenus.findings import Code, Finding, Values
from richmenus.layout import Bounds

#: Three pixels a point: what a phone shows.
_SCALE: Final = 3
_WIDTH: Final = 375 * _SCALE
#: Web Content Accessibility Guidelines 2.2, 1.4.3: for large words, which menus have.
READABLE: Final = 3.0
#: Height of Japanese letters in points; captions under icons are seldom smaller.
SMALL_POINTS: Final = 9
#: Less is a hairline or the edge of a shadow, not words.
_LINE_POINTS: Final = 4
#: Lower than this everywhere: an empty area.
_BLANK: Final = 1.15
#: Part of an area that the strongest contrast must have, to be more than a speck.
_SHARE: Final = 0.003
#: Frames and rounded corners of tiles lie within so many points of an area's edge.
_FRAME_POINTS: Final = 10
#: Calm that parts lines, and words, in points.
_ROW_GAP: Final = 2
_COLUMN_GAP: Final = 14
#: A line of words is so many times as wide as high.
_WORDY: Final = 3
#: Sharp changes along a line that make words of it: a stripe across it makes two.
_CROSSED: Final = 4
#: Points beside a cut line at which it is looked for: the line itself may run between letters.
_BESIDE: Final = (2, 4)

_BLACK_ON_WHITE: Final = 21.0
_LEVELS: Final = 255

Box = tuple[int, int, int, int]


def look(image: Image.Image, areas: Sequence[tuple[Bounds, str]]) -> list[Finding]:
    """Measure a picture, area by area and along the lines between them."""
    scale = _WIDTH / image.width
    light = _lightness(image)
    edges = _contrast(light)
    found: list[Finding] = []
    for number, (bounds, label) in enumerate(areas):
        box = _box(bounds, scale, light)
        found += _of_area(number, label, edges.crop(box))
    for (one, label), (other, other_label) in combinations(areas, 2):
        line = _line_between(one, other)
        if line is not None and _is_crossed(light, _scaled(line, scale)):
            found.append(Finding(Code.CUT_LABEL, values={"label": label, "other": other_label}))
    return found


def _lightness(image: Image.Image) -> Image.Image:
    """Return a picture of phone size, of which differences are contrast ratios.

    Level = log(luminance + 0.05), stretched from black to white, so that a difference of all
    levels is 21:1. Luminance is taken from grey, whose error is far below what is judged here.
    """
    height = max(1, round(image.height * _WIDTH / image.width))
    grey = image.convert("L").resize((_WIDTH, height), Image.Resampling.BOX)
    return grey.point([_level(value) for value in range(256)])


def _level(value: int) -> int:
    channel = value / 255
    linear = channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own constants
    return round(_LEVELS * math.log((linear + 0.05) / 0.05) / math.log(_BLACK_ON_WHITE))


def _ratio(level: float) -> float:
    return float(_BLACK_ON_WHITE ** (level / _LEVELS))


def _level_of(ratio: float) -> int:
    return round(_LEVELS * math.log(ratio) / math.log(_BLACK_ON_WHITE))


def _contrast(light: Image.Image) -> Image.Image:
    """Return how strongly each pixel's neighbourhood differs within itself."""
    most, least = light.filter(ImageFilter.MaxFilter(5)), light.filter(ImageFilter.MinFilter(5))
    return ImageChops.subtract(most, least)


def _of_area(number: int, label: str, edges: Image.Image) -> Iterator[Finding]:
    strongest = _ratio(_percentile(edges, 1 - _SHARE))
    if strongest < _BLANK:
        yield Finding(Code.BLANK_AREA, number, {"label": label})
        return
    if strongest < READABLE:
        values: Values = {"label": label, "ratio": round(strongest, 1), "least": READABLE}
        yield Finding(Code.LOW_CONTRAST, number, values)
        return
    heights = [height for height in _lines(edges) if height >= _LINE_POINTS]
    if heights and min(heights) < SMALL_POINTS:
        small: Values = {"label": label, "points": round(min(heights)), "least": SMALL_POINTS}
        yield Finding(Code.SMALL_TEXT, number, small)


def _percentile(image: Image.Image, share: float) -> int:
    """Return the level below which this share of all pixels lies."""
    counts, reached = image.histogram(), 0
    wanted = share * sum(counts)
    for level, count in enumerate(counts):
        reached += count
        if reached >= wanted:
            return level
    return _LEVELS


def _lines(edges: Image.Image) -> list[float]:
    """Return the heights of what looks like lines of words, in points.

    The area is cut at calm rows, each band at calm columns, and each block at calm rows again.
    """
    frame = _FRAME_POINTS * _SCALE
    if min(edges.size) <= 3 * frame:
        frame = 0
    inner = edges.crop((frame, frame, edges.width - frame, edges.height - frame))
    ink = inner.point([_LEVELS * (level >= _level_of(READABLE)) for level in range(256)])
    heights = []
    for top, bottom in _runs(_rows(ink), _ROW_GAP):
        band = ink.crop((0, top, ink.width, bottom))
        for left, right in _runs(_columns(band), _COLUMN_GAP):
            block = band.crop((left, 0, right, band.height))
            for start, end in _runs(_rows(block), _ROW_GAP):
                # The neighbourhood that contrast is taken from makes letters higher by its own.
                height = end - start - 4
                if right - left >= _WORDY * height:
                    heights.append(height / _SCALE)
    return heights


def _rows(ink: Image.Image) -> bytes:
    return ink.resize((1, ink.height), Image.Resampling.BOX).point(_any).tobytes()


def _columns(ink: Image.Image) -> bytes:
    return ink.resize((ink.width, 1), Image.Resampling.BOX).point(_any).tobytes()


def _any(level: int) -> int:
    return _LEVELS if level else 0


def _runs(line: bytes, gap: float) -> list[tuple[int, int]]:
    """Return where something is, from and to; gaps smaller than some points do not part it."""
    runs: list[tuple[int, int]] = []
    start = None
    for place, level in enumerate([*line, 0]):
        if level and start is None:
            start = place
        elif not level and start is not None:
            if runs and start - runs[-1][1] < gap * _SCALE:
                runs[-1] = (runs[-1][0], place)
            else:
                runs.append((start, place))
            start = None
    return runs


def _line_between(one: Bounds, other: Bounds) -> Box | None:
    """Return the line where two areas touch: its ends, on the picture."""
    top, bottom = max(one.y, other.y), min(one.bottom, other.bottom)
    left, right = max(one.x, other.x), min(one.right, other.right)
    if top < bottom and left == right:
        return (left, top, left, bottom)
    if left < right and top == bottom:
        return (left, top, right, top)
    return None


def _is_crossed(light: Image.Image, line: Box) -> bool:
    """Tell whether something changes sharply, again and again, along a line and beside it."""
    return _is_wordy(light, line, 0) or all(
        any(_is_wordy(light, line, side * off * _SCALE) for off in _BESIDE) for side in (-1, 1)
    )


def _is_wordy(light: Image.Image, line: Box, off: int) -> bool:
    """Tell whether a line, moved sideways by some pixels, runs through words."""
    left, top, right, bottom = line
    if left == right:
        x = min(max(left + off, 0), light.width - 1)
        strip = light.crop((x, top, x + 1, bottom))
    else:
        y = min(max(top + off, 0), light.height - 1)
        strip = light.crop((left, y, right, y + 1))
    return _changes(strip.tobytes()) >= _CROSSED


def _changes(line: bytes) -> int:
    """Count how often the level along a line changes by what can be read."""
    step, least = _SCALE, _level_of(READABLE)
    sharp = bytes(abs(a - b) >= least for a, b in zip(line, line[step:], strict=False))
    return len(_runs(sharp, 0))


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (round(value * scale) for value in box)
    return left, top, right, bottom


def _box(bounds: Bounds, scale: float, light: Image.Image) -> Box:
    left, top, right, bottom = _scaled((bounds.x, bounds.y, bounds.right, bounds.bottom), scale)
    return (
        min(left, light.width - 1),
        min(top, light.height - 1),
        min(max(right, left + 1), light.width),
        min(max(bottom, top + 1), light.height),
    )
