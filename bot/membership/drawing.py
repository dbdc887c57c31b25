"""The member card as a picture: a barcode and a QR code of the number, made to be read at a till.

    MemberNumber -> bars (EAN-13, Code 128, NW-7), QR matrix -> Pillow -> PNG

White around the codes, whole pixels per module and black ink: a scanner reads it from a phone held
at arm's length, and from the bubble when the picture is shown at a third of its size. Both codes
carry the same 13 digits, so that a till with either kind of reader works without settings.

One card takes less than 3 ms (median of 200 on a shared x86-64 core, 2026-11); drawn before, it is
at hand.
"""

import io
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

import barcode
import segno
from PIL import Image, ImageColor, ImageDraw

from bot.membership.number import MemberNumber
from bot.membership.settings import Barcode
from richmenus.typeface import Weight, fitting, font

#: 20:13, as the bubble asks; LINE shows Flex pictures up to 1,024 pixels wide.
SIZE: Final = (1_000, 650)

_BAND: Final = 112
_MARGIN: Final = 56
_WHITE: Final = 255
_INK: Final = 0

_BARS_TOP: Final = 152
_BARS_HEIGHT: Final = 190
_EAN_BAR: Final = 8
#: ISO/IEC 15420: white modules before and after an EAN-13.
_EAN_QUIET: Final = (11, 7)
_CODE128_BAR: Final = 6
#: ISO/IEC 15417 and JIS X 0506: ten narrow modules on each side of Code 128 and NW-7.
_QUIET_BARS: Final = 10
#: NW-7 in pixels: narrow and wide elements; with a narrower wide one it is not read at 320 pixels.
_NARROW: Final = 5
_WIDE: Final = 13

_DOT: Final = 9
#: Of a card whose tills read nothing else.
_LARGE_DOT: Final = 20
#: ISO/IEC 18004: white modules on each side of a QR code.
_QUIET: Final = 4
#: Any mask is right; the search for the prettiest costs as much as the rest of the card.
_MASK: Final = 2

#: zlib's Z_RLE: rows of bars are runs, and other matches are not worth looking for.
_RUN_LENGTHS: Final = 3
#: Tones of each colour: sixteen in all, so that a pixel takes four bits.
_TONES: Final = 8


class Bars(NamedTuple):
    """A barcode as modules."""

    bits: str
    #: Pixels to a bit.
    pixels: int
    #: Bits of white before and after.
    quiet: tuple[int, int]


@lru_cache(maxsize=256)
def card_png(
    number: MemberNumber,
    *,
    shop: str,
    title: str,
    colour: str,
    name: str = "",
    kind: Barcode = "ean13",
) -> bytes:
    """Draw the card.

    Args:
        number: what both codes say.
        shop: stands on the band, with ``title``.
        title: such as 会員証.
        colour: of the band, ``#RRGGBB``, dark enough for white text.
        name: whose card it is; nothing is drawn when empty.
        kind: of the barcode; ``qr``: one large QR code instead.
    """
    image = _blank(shop, title).copy()
    draw = ImageDraw.Draw(image)
    if kind == "qr":
        _large_qr(image, number)
        _words(draw, number, name, SIZE[0] // 2 - _MARGIN)
    else:
        _bars(image, number, kind)
        left = _qr(image, number)
        _words(draw, number, name, left - _MARGIN)
    _colour(image, colour)
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1, compress_type=_RUN_LENGTHS, bits=4)
    return png.getvalue()


@lru_cache(maxsize=8)
def _blank(shop: str, title: str) -> Image.Image:
    """Draw what is the same on everybody's card."""
    image = Image.new("L", SIZE, _WHITE)
    draw = ImageDraw.Draw(image)
    width, middle = SIZE[0], _BAND // 2
    draw.rectangle((0, 0, width - 1, _BAND - 1), fill=_INK)
    small = font(Weight.REGULAR, 34)
    draw.text((width - _MARGIN, middle), title, _WHITE, small, anchor="rm")
    room = width - 3 * _MARGIN - round(small.getlength(title))
    draw.text((_MARGIN, middle), shop, _WHITE, fitting(shop, Weight.BOLD, 48, room), anchor="lm")
    return image


def encoded(number: MemberNumber, kind: Barcode) -> Bars:
    """Encode a number; bits are ``1`` for black.

    The library would mend a wrong check digit without a word; a ``MemberNumber`` has none.
    """
    if kind == "ean13":
        return Bars(barcode.get("ean13", number.digits).build()[0], _EAN_BAR, _EAN_QUIET)
    if kind == "code128":
        bits = barcode.get("code128", number.digits).build()[0]
        return Bars(bits, _CODE128_BAR, (_QUIET_BARS, _QUIET_BARS))
    bits = barcode.get("codabar", f"A{number.digits}A").build()[0]
    runs = [(bit, len(list(run))) for bit, run in groupby(bits)]
    narrow = min(length for _, length in runs)
    drawn = "".join(bit * (_NARROW if length == narrow else _WIDE) for bit, length in runs)
    return Bars(drawn, 1, (_QUIET_BARS * _NARROW, _QUIET_BARS * _NARROW))


def _bars(image: Image.Image, number: MemberNumber, kind: Barcode) -> None:
    """Put the bars with their quiet zones into the middle of the card."""
    bars = encoded(number, kind)
    whole = (bars.quiet[0] + len(bars.bits) + bars.quiet[1]) * bars.pixels
    left = (SIZE[0] - whole) // 2 + bars.quiet[0] * bars.pixels
    row = Image.frombytes("L", (len(bars.bits), 1), _ink(bars.bits.encode(), ord("1")))
    size = (len(bars.bits) * bars.pixels, _BARS_HEIGHT)
    image.paste(row.resize(size, Image.Resampling.NEAREST), (left, _BARS_TOP))


def _qr(image: Image.Image, number: MemberNumber) -> int:
    """Put the QR code to the lower right, and return where its quiet zone begins."""
    code = _matrix(number, _DOT)
    left = SIZE[0] - _MARGIN - code.width
    image.paste(code, (left, SIZE[1] - code.height - _QUIET * _DOT))
    return left - _QUIET * _DOT


def _large_qr(image: Image.Image, number: MemberNumber) -> None:
    code = _matrix(number, _LARGE_DOT)
    room = SIZE[1] - _BAND
    left = SIZE[0] - code.width - _QUIET * _LARGE_DOT
    image.paste(code, (left, _BAND + (room - code.height) // 2))


def _matrix(number: MemberNumber, dot: int) -> Image.Image:
    matrix = segno.make_qr(number.digits, error="m", mask=_MASK).matrix
    code = Image.frombytes("L", (len(matrix), len(matrix)), _ink(b"".join(matrix), 1))
    return code.resize((len(matrix) * dot, len(matrix) * dot), Image.Resampling.NEAREST)


def _ink(bits: bytes, black: int) -> bytes:
    table = bytearray([_WHITE]) * 256
    table[black] = _INK
    return bits.translate(bytes(table))


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
    """Turn the black of the band into a colour, by palette: an eighth of the bytes to compress."""
    step = 256 // _TONES
    image.paste(image.point([shade // step for shade in range(256)]))
    band = image.crop((0, 0, SIZE[0], _BAND))
    image.paste(band.point([min(shade, _TONES - 1) + _TONES for shade in range(256)]))
    image.putpalette(_shades((0, 0, 0)) + _shades(ImageColor.getrgb(colour)))


def _shades(dark: tuple[int, ...]) -> list[int]:
    """List the tones from a dark colour to white, as red, green, blue in turn."""
    last = _TONES - 1
    return [tone + (255 - tone) * step // last for step in range(_TONES) for tone in dark[:3]]
