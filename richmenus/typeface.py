"""BIZ UDPGothic for everything we draw: made to be read small, and the same on every machine."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

FOLDER: Final = Path(__file__).parent / "fonts"


class Weight(StrEnum):
    """Faces of the family."""

    REGULAR = "Regular"
    BOLD = "Bold"


@cache
def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Open a face; sizes are pixels of the em."""
    path = FOLDER / f"BIZUDPGothic-{weight}.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def fitting(text: str, weight: Weight, size: int, width: int) -> ImageFont.FreeTypeFont:
    """Open the largest face, at most ``size``, in which a line is no wider than ``width``."""
    face = font(weight, size)
    while face.getlength(text) > width and size > 1:
        size -= 1
        face = font(weight, size)
    return face
