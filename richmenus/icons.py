"""The pictures on our menus, drawn by us: masks that a tile fills with its colour."""

from collections.abc import Callable
from functools import cache
from typing import Final

from PIL import Image

from richmenus.looks import Icon
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


def _coupon(pen: Pen) -> None:
    """A ticket, torn along its dots, with a percent sign."""
    pen.box((2, 22), (98, 78), radius=8)
    pen.box((8, 28), (92, 72), radius=3, erase=True)
    for y in (22, 78):
        pen.dot((34, y), 7, erase=True)
    for y in (37, 46, 55, 64):
        pen.dot((34, y), 2.2)
    pen.line((56, 63), (72, 37), width=4.8)
    for centre in ((55, 41), (73, 59)):
        pen.dot(centre, 7)
        pen.dot(centre, 2.8, erase=True)


def _staff(pen: Pen) -> None:
    """A person of the shop, and what they say."""
    pen.dot((34, 42), 17)
    pen.shape(
        ((4, 96), (4, 74), (16, 64), (34, 64)),
        ((34, 64), (52, 64), (64, 74), (64, 96)),
        ((64, 96), (44, 96), (24, 96), (4, 96)),
    )
    pen.box((50, 6), (98, 42), radius=10)
    pen.polygon((60, 38), (74, 38), (58, 54))
    for x in (62, 74, 86):
        pen.dot((x, 24), 3.4, erase=True)


def _link(pen: Pen) -> None:
    """A page of the web, and the way out to it."""
    pen.box((6, 16), (86, 92), radius=9)
    pen.box((12, 36), (80, 86), radius=4, erase=True)
    for x in (17, 28, 39):
        pen.dot((x, 26), 3.2, erase=True)
    pen.line((30, 74), (58, 48), width=6)
    pen.line((38, 46), (60, 46), (60, 68), width=6)


def _phone(pen: Pen) -> None:
    """A receiver, and its ringing."""
    pen.shape(
        ((14, 20), (20, 12), (28, 10), (33, 18)),
        ((33, 18), (37, 24), (40, 31), (42, 37)),
        ((42, 37), (43, 43), (38, 46), (34, 50)),
        ((34, 50), (39, 60), (46, 67), (55, 72)),
        ((55, 72), (59, 67), (63, 63), (69, 65)),
        ((69, 65), (76, 68), (82, 71), (87, 75)),
        ((87, 75), (94, 81), (90, 88), (82, 92)),
        ((82, 92), (62, 98), (12, 54), (14, 20)),
    )
    pen.stroke(((58, 26), (68, 28), (76, 36), (78, 46)), width=6)
    pen.stroke(((58, 9), (78, 11), (93, 26), (95, 46)), width=6)


def _calendar(pen: Pen) -> None:
    """A month with one day chosen."""
    pen.box((8, 16), (92, 94), radius=9)
    pen.box((14, 38), (86, 88), radius=4, erase=True)
    for x in (30, 70):
        pen.line((x, 8), (x, 22), width=7)
    for y in (51, 66, 79):
        for x in (27, 42, 58, 73):
            pen.dot((x, y), 3.6)
    pen.dot((58, 66), 8)


def _tab(pen: Pen) -> None:
    """Two sheets, the one behind looking out."""
    pen.box((24, 8), (96, 66), radius=9)
    pen.box((30, 22), (90, 60), radius=4, erase=True)
    pen.box((0, 28), (80, 96), radius=9, erase=True)
    pen.box((4, 32), (76, 92), radius=9)
    pen.box((10, 48), (70, 86), radius=4, erase=True)
    pen.line((24, 67), (54, 67), width=6)
    pen.line((44, 56), (55, 67), (44, 78), width=6)


def _talk(pen: Pen) -> None:
    """A speech bubble with two lines of words."""
    pen.box((4, 12), (96, 78), radius=16)
    pen.polygon((24, 74), (46, 74), (22, 96))
    pen.box((10, 18), (90, 72), radius=11, erase=True)
    pen.line((28, 38), (72, 38), width=6)
    pen.line((28, 54), (58, 54), width=6)


def _bread(pen: Pen) -> None:
    """A loaf of the shop, cut three times, still warm."""
    pen.shape(
        ((4, 66), (4, 44), (24, 36), (50, 36)),
        ((50, 36), (76, 36), (96, 44), (96, 66)),
        ((96, 66), (96, 88), (84, 92), (50, 92)),
        ((50, 92), (16, 92), (4, 88), (4, 66)),
    )
    for x in (28, 50, 72):
        pen.line((x + 6, 48), (x - 6, 68), width=6, erase=True)
    for x in (32, 50, 68):
        pen.stroke(
            ((x, 26), (x - 6, 20), (x + 6, 14), (x, 6)),
            width=4.5,
        )


def _points(pen: Pen) -> None:
    """Two coins, one behind the other, with a P."""
    pen.dot((64, 38), 34)
    pen.dot((64, 38), 28, erase=True)
    pen.dot((40, 60), 40, erase=True)
    pen.dot((40, 60), 36)
    pen.dot((40, 60), 30, erase=True)
    pen.line((33, 44), (33, 78), width=7)
    pen.stroke(
        ((33, 44), (41, 44), (54, 42), (54, 53)),
        ((54, 53), (54, 64), (41, 62), (33, 62)),
        width=7,
    )


def _stamps(pen: Pen) -> None:
    """A card with two rows of places, some stamped."""
    pen.box((2, 16), (98, 86), radius=9)
    pen.box((8, 22), (92, 80), radius=4, erase=True)
    for place, (x, y) in enumerate((x, y) for y in (38, 64) for x in (24, 50, 76)):
        pen.dot((x, y), 10)
        if place > 3:  # noqa: PLR2004 - the fifth place on is still free
            pen.dot((x, y), 6.5, erase=True)
        else:
            pen.line((x - 4.5, y), (x - 1, y + 4), (x + 5, y - 4), width=3, erase=True)


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
    Icon.COUPON: _coupon,
    Icon.STAFF: _staff,
    Icon.HELP: _help,
    Icon.LINK: _link,
    Icon.PHONE: _phone,
    Icon.CALENDAR: _calendar,
    Icon.TAB: _tab,
    Icon.TALK: _talk,
    Icon.BREAD: _bread,
    Icon.POINTS: _points,
    Icon.STAMPS: _stamps,
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
