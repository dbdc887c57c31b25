"""Small pictures of large ones, made of bytes that nobody vouches for.

The size is read before the pixels: a small file that unfolds into a giant picture is refused.
What comes out is a fresh JPEG: no place, no camera, nothing that was hidden behind the picture.
"""

import asyncio
import io
from dataclasses import dataclass
from typing import Final

#: A phone's largest picture has 50 million pixels; a bomb has billions.
MOST_PIXELS: Final = 60_000_000
THUMBNAIL: Final = 480
#: Of what stands beside a name.
ICON: Final = 256
_QUALITY: Final = 82
_FRAME: Final = (640, 360)
_HOLE: Final = 32


class PictureError(ValueError):
    """Bytes that are no picture, a broken one, or one that is too large to unfold."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture, and the size of the large one as it is looked at."""

    jpeg: bytes
    width: int
    height: int


async def thumbnail(data: bytes, *, side: int = THUMBNAIL) -> Thumbnail:
    """Make a small picture, in a thread.

    Args:
        data: a JPEG, PNG, GIF or WebP.
        side: what its longer side may measure.

    Raises:
        PictureError: it cannot be made.
    """
    return await asyncio.to_thread(_thumbnail, data, side)


async def square(data: bytes, *, side: int = ICON) -> bytes:
    """Cut the middle of a picture out as a square PNG, in a thread.

    Raises:
        PictureError: it cannot be made.
    """
    return await asyncio.to_thread(_square, data, side)


async def blank_frame() -> Thumbnail:
    """Draw a strip of film, for a video into which nobody could look."""
    return await asyncio.to_thread(_blank_frame)


def _blank_frame() -> Thumbnail:
    from PIL import Image, ImageDraw  # noqa: PLC0415 - as below

    picture = Image.new("RGB", _FRAME, "#2b3038")
    draw = ImageDraw.Draw(picture)
    width, height = _FRAME
    for left in range(_HOLE // 2, width, 2 * _HOLE):
        for top in (_HOLE // 2, height - _HOLE - _HOLE // 2):
            draw.rounded_rectangle((left, top, left + _HOLE, top + _HOLE), 6, "#4a515c")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return Thumbnail(out.getvalue(), width, height)


def _square(data: bytes, side: int) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415 - as below

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureError(f"{picture.width} × {picture.height} pixels are too many")
            turned = ImageOps.exif_transpose(picture).convert("RGBA")
            out = io.BytesIO()
            ImageOps.fit(turned, (side, side)).save(out, "PNG")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(f"not a picture: {type(error).__name__}") from error
    return out.getvalue()


def _thumbnail(data: bytes, side: int) -> Thumbnail:
    from PIL import Image, ImageOps  # noqa: PLC0415 - a process without pictures starts without

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise PictureError(f"{width} × {height} pixels are too many")
            picture.draft("RGB", (side * 2, side * 2))  # a JPEG is unfolded small at once
            turned = ImageOps.exif_transpose(picture)
            if (turned.width > turned.height) != (width > height):
                width, height = height, width
            small = turned.convert("RGB")
            small.thumbnail((side, side))
            out = io.BytesIO()
            small.save(out, "JPEG", quality=_QUALITY)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(f"not a picture: {type(error).__name__}") from error
    return Thumbnail(out.getvalue(), width, height)
