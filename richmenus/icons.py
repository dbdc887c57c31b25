"""The pictures on our menus, drawn by us: masks that a tile fills with its colour."""

from collections.abc import Callable
from functools import cache
from typing import Final

from PIL import Image

from richmenus.definition import Icon
from richmenus.pen import Pen, Point


def _survey(pen: Pen) -> None:
    """A sheet on a board, two answers ticked, and a pencil."""
    pen.box((14, 12), (76, 96), radius=8)
    pen.box((21, 22), (69, 89), radius=3, erase=True)
    pen.box((30, 4), (60, 24), radius=6)
    pen.dot((45, 12), 3.5, erase=True)
    for y in (40, 58):
        pen.line((29, y), (34, y + 5), (42, y - 5), width=4.5)
        pen.line((50, y), (61, y), width=4.5)
    pen.line((29, 77), (40, 77), width=4.5)
    _pencil(pen, half=9.5, top=(97.2, 26.2), neck=(69.1, 71.9), tip=(60.2, 86.3), erase=True)
    _pencil(pen, half=5.5, top=(93, 33), neck=(69.6, 71), tip=(64, 80.1))
    pen.line((84, 37.5), (93.5, 43.5), width=2.4, erase=True)


def _pencil(
    pen: Pen, *, half: float, top: Point, neck: Point, tip: Point, erase: bool = False
) -> None:
    """Draw a pencil that points down to the left; ``half`` is half its width."""
    across, down = half * 0.852, half * 0.524
    ends = ((top, -1), (top, 1), (neck, 1))
    corners = [(x + side * across, y + side * down) for (x, y), side in ends]
    pen.polygon(*corners, tip, (neck[0] - across, neck[1] - down), erase=erase)
    pen.line(corners[0], corners[1], width=3, erase=erase)


def _card(pen: Pen) -> None:
    """A card with a band, a barcode and two lines of words."""
    pen.box((2, 18), (98, 84), radius=9)
    pen.box((8, 24), (92, 78), radius=4, erase=True)
    pen.box((8, 30), (92, 40))
    x = 17.0
    for width, gap in ((3, 2), (1.5, 2.5), (4.5, 2), (1.5, 2), (3, 3), (1.5, 2), (4.5, 2.5)):
        pen.box((x, 48), (x + width, 70))
        x += width + gap
    pen.line((64, 52), (83, 52), width=4.5)
    pen.line((64, 64), (76, 64), width=4.5)


def _help(pen: Pen) -> None:
    """A speech bubble with a question mark."""
    pen.dot((50, 47), 43)
    pen.shape(((22, 72), (24, 84), (20, 92), (14, 97)), ((14, 97), (30, 97), (42, 94), (50, 86)))
    pen.dot((50, 47), 36, erase=True)
    pen.stroke(
        ((38, 36), (38, 22), (62, 22), (62, 36)),
        ((62, 36), (62, 46), (50, 46), (50, 57)),
        width=7,
    )
    pen.dot((50, 69.5), 4.6)


def swallow(pen: Pen) -> None:
    """A swallow in flight, the shop's sign."""
    pen.shape(
        ((96, 30), (88, 24), (80, 24), (72, 30)),
        ((72, 30), (58, 18), (34, 8), (6, 8)),
        ((6, 8), (28, 18), (44, 30), (52, 44)),
        ((52, 44), (40, 54), (22, 68), (2, 80)),
        ((2, 80), (20, 78), (34, 72), (44, 66)),
        ((44, 66), (34, 76), (26, 86), (20, 98)),
        ((20, 98), (38, 88), (54, 72), (62, 58)),
        ((62, 58), (66, 70), (66, 84), (60, 98)),
        ((60, 98), (76, 84), (82, 64), (80, 46)),
        ((80, 46), (84, 40), (88, 34), (96, 30)),
    )


_DRAWN: Final[dict[Icon, Callable[[Pen], None]]] = {
    Icon.SURVEY: _survey,
    Icon.CARD: _card,
    Icon.HELP: _help,
}


@cache
def icon(name: Icon, size: int) -> Image.Image:
    """Return an icon as a mask."""
    return mask(_DRAWN[name], size)


def mask(paint: Callable[[Pen], None], size: int) -> Image.Image:
    """Draw a picture of a given size."""
    pen = Pen(size)
    paint(pen)
    return pen.image()
