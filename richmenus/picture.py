"""A picture as it comes from somewhere: what it really is, told from its first bytes.

    bytes -> header (format, pixels; nothing is decoded) -> opened (decoded, or why not)

A file's name and its claims are not believed: a picture is decoded only when its header promises
no more pixels than LINE takes, so a bomb of a few bytes never becomes gigabytes.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.line import limits

if TYPE_CHECKING:
    from PIL.Image import Image

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
#: What else is dropped into a folder of pictures, by how it begins.
_OTHERS: Final = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"<svg", "SVG"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
    (b"PK\x03\x04", "ZIP"),
)
#: Markers of JPEG that tell the size: SOF0 to SOF15 but DHT, JPG and DAC.
_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_CONTENT_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}
#: More than LINE takes in any shape.
MOST_PIXELS: Final = limits.RICH_MENU_MAX_WIDTH * int(
    limits.RICH_MENU_MAX_WIDTH / limits.RICH_MENU_MIN_RATIO
)


class PictureError(ValueError):
    """The bytes are no picture that LINE takes; ``found`` says what they seem to be."""

    def __init__(self, message: str, *, found: str = "") -> None:
        super().__init__(message)
        self.found = found


class BrokenPictureError(PictureError):
    """The header is right, and what follows is cut off or damaged."""


class Oddity(StrEnum):
    """What programs make different pictures of."""

    #: Four colours, for print.
    CMYK = "cmyk"
    #: EXIF says that it lies on its side, or on its head.
    TURNED = "turned"
    #: Several pictures, one after another.
    ANIMATED = "animated"


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself before it is decoded."""

    #: PNG or JPEG.
    format: str
    width: int
    height: int

    @property
    def content_type(self) -> str:
        """As LINE wants it named."""
        return _CONTENT_TYPES[self.format]


def header(data: bytes) -> Header:
    """Read the header.

    Raises:
        PictureError: neither PNG nor JPEG, or cut off before its size is told.
    """
    if data.startswith(_PNG):
        if len(data) < 24 or data[12:16] != b"IHDR":  # noqa: PLR2004 - signature, length, name, size
            raise BrokenPictureError("a PNG that ends within its header", found="PNG")
        width, height = struct.unpack(">II", data[16:24])
        return Header("PNG", width, height)
    if data.startswith(_JPEG):
        for width, height in _jpeg_sizes(data):
            return Header("JPEG", width, height)
        raise BrokenPictureError("a JPEG that ends within its header", found="JPEG")
    found = seems(data)
    raise PictureError(f"neither PNG nor JPEG but {found}", found=found)


def content_type_of(data: bytes) -> str:
    """Return ``image/png`` or ``image/jpeg``, by content.

    Raises:
        PictureError: it is neither.
    """
    return header(data).content_type


def opened(data: bytes) -> "Image":
    """Decode a picture to its last pixel, as RGB; see-through parts lie on white.

    Raises:
        PictureError: it is neither PNG nor JPEG, or has more pixels than LINE takes.
        BrokenPictureError: it is cut off or damaged.
    """
    from PIL import Image  # noqa: PLC0415 - a process that opens no picture starts without

    told = header(data)
    if told.width * told.height > MOST_PIXELS:
        raise PictureError(f"{told.width}x{told.height} pixels", found=told.format)
    try:
        with Image.open(io.BytesIO(data), formats=(told.format,)) as image:
            image.load()
            if image.mode.startswith("I;16"):  # converted as it is, all but black turns white
                return image.point(lambda value: value / 256).convert("L").convert("RGB")
            if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
                with_alpha = image.convert("RGBA")
                ground = Image.new("RGBA", image.size, "white")
                return Image.alpha_composite(ground, with_alpha).convert("RGB")
            return image.convert("RGB")
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise BrokenPictureError(str(error), found=told.format) from error


def oddities(data: bytes) -> frozenset[Oddity]:
    """Tell what a picture's header says that programs make different pictures of.

    Args:
        data: a PNG or JPEG of no more pixels than LINE takes; it is not decoded.
    """
    from PIL import ExifTags, Image  # noqa: PLC0415 - as in opened

    try:
        with Image.open(io.BytesIO(data), formats=(header(data).format,)) as image:
            is_turned = image.getexif().get(ExifTags.Base.Orientation, 1) not in {0, 1}
            found = {
                Oddity.CMYK: image.mode == "CMYK",
                Oddity.TURNED: is_turned,
                Oddity.ANIMATED: getattr(image, "is_animated", False),
            }
    except (OSError, ValueError, SyntaxError, struct.error):
        return frozenset()  # whoever decodes it says that it is broken
    return frozenset(oddity for oddity, is_so in found.items() if is_so)


def seems(data: bytes) -> str:
    """Name what bytes seem to be, for whoever wonders what went wrong."""
    if not data:
        return "an empty file"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        return {b"avif": "AVIF", b"heic": "HEIC", b"mif1": "HEIC"}.get(data[8:12], "a video")
    for start, name in _OTHERS:
        if data.lstrip()[: len(start)].lower() == start.lower():
            return name
    return "something else"


def _jpeg_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Walk from marker to marker until one tells the size."""
    place = 2
    while place + 9 <= len(data):
        if data[place] != 0xFF:  # noqa: PLR2004 - every marker begins so
            return
        marker = data[place + 1]
        if marker in {0x01, 0xFF} or 0xD0 <= marker <= 0xD8:  # noqa: PLR2004 - without a body
            place += 1 if marker == 0xFF else 2  # noqa: PLR2004 - the fill byte
            continue
        if marker in _SIZES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            yield width, height
            return
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
