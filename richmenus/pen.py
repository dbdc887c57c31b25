"""Shapes with smooth edges: drawn four times too large, then made small.

    Pen(size).line(...).image() -> a mask: 0 where nothing was drawn, 255 where ink is

Coordinates run from 0 to 100 on both axes, whatever the size of the picture.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

Point: TypeAlias = tuple[float, float]
#: Start, two handles, end.
Curve: TypeAlias = tuple[Point, Point, Point, Point]

_OVERSIZE: Final = 4
_STEPS: Final = 24
_INK: Final = 255
_ERASED: Final = 0


class Pen:
    """Draws one square mask; ``erase=True`` takes ink away instead."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._scale = size * _OVERSIZE / 100
        side = size * _OVERSIZE
        self._image = Image.new("L", (side, side), _ERASED)
        self._draw = ImageDraw.Draw(self._image)

    def line(self, *points: Point, width: float, erase: bool = False) -> None:
        """Draw a line with round ends and corners."""
        ink = _ERASED if erase else _INK
        self._draw.line(self._scaled(points), fill=ink, width=round(width * self._scale))
        for point in points:
            self.dot(point, width / 2, erase=erase)

    def dot(self, centre: Point, radius: float, *, erase: bool = False) -> None:
        """Draw a filled circle."""
        x, y = centre
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.ellipse(box, fill=_ERASED if erase else _INK)

    def box(self, start: Point, end: Point, *, radius: float = 0, erase: bool = False) -> None:
        """Draw a filled rectangle with round corners."""
        box = self._scaled([start, end])
        ink = _ERASED if erase else _INK
        self._draw.rounded_rectangle(box, radius=radius * self._scale, fill=ink)

    def stroke(self, *curves: Curve, width: float) -> None:
        """Draw a line along curves."""
        self.line(*(point for curve in curves for point in bezier(*curve)), width=width)

    def polygon(self, *points: Point, erase: bool = False) -> None:
        """Fill what straight lines enclose."""
        self._draw.polygon(self._scaled(points), fill=_ERASED if erase else _INK)

    def shape(self, *curves: Curve, erase: bool = False) -> None:
        """Fill what curves, end to end, enclose."""
        self.polygon(*(point for curve in curves for point in bezier(*curve)), erase=erase)

    def image(self) -> Image.Image:
        """Return the mask in its final size."""
        return self._image.resize((self._size, self._size), Image.Resampling.LANCZOS)

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self._scale, y * self._scale) for x, y in points]


def bezier(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    """List points along a cubic curve."""
    points = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        s = 1 - t
        weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
        knots = (start, first, second, end)
        x = sum(weight * knot[0] for weight, knot in zip(weights, knots, strict=True))
        y = sum(weight * knot[1] for weight, knot in zip(weights, knots, strict=True))
        points.append((x, y))
    return points
