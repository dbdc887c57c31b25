"""A few words as a picture, where a member card would stand."""

import io
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

from bot.membership.drawing import SIZE
from richmenus.typeface import Weight, font

_CHARACTERS: Final = 18
_TEXT: Final = 44
_LEADING: Final = 76
_INK: Final = 60
_PAPER: Final = 246


@lru_cache(maxsize=8)
def notice_png(words: str) -> bytes:
    """Draw the words, centred, in lines that a phone shows well."""
    image = Image.new("L", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    lines = _lines(words)
    top = (SIZE[1] - _LEADING * len(lines)) // 2 + _LEADING // 2
    for index, line in enumerate(lines):
        place = (SIZE[0] // 2, top + index * _LEADING)
        draw.text(place, line, fill=_INK, font=font(Weight.REGULAR, _TEXT), anchor="mm")
    png = io.BytesIO()
    image.save(png, "PNG", optimize=True)
    return png.getvalue()


def _lines(words: str) -> list[str]:
    """Break after a full stop where there is one, and where a line is full."""
    lines: list[str] = []
    for sentence in words.replace("。", "。\n").splitlines():
        lines += [sentence[i : i + _CHARACTERS] for i in range(0, len(sentence), _CHARACTERS)]
    return lines
