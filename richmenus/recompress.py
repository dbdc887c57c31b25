"""A lighter file of the same picture: every pixel stays where it is, and as like as weight allows.

PNG without loss, PNG with a palette where there are few colours, else JPEG, as good as fits
"""

import io
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

from bot.line import limits
from richmenus.picture import opened

_QUALITIES: Final = (95, 92, 88, 84, 80, 75, 70, 65, 60)
_PALETTE: Final = 256
#: A PNG that is heavier than this many times what is wanted is not made light by more effort.
_HOPE: Final = 1.3


@dataclass(frozen=True, slots=True)
class Recompressed:
    """A lighter picture."""

    data: bytes
    #: ``png`` or ``jpg``.
    ending: str
    #: Of JPEG, 60 to 95; none: nothing was lost.
    quality: int | None = None


def recompress(data: bytes, *, most: int = limits.RICH_MENU_IMAGE_BYTES) -> Recompressed:
    """Write a picture anew, in at most so many bytes.

    Raises:
        PictureError: it cannot be opened.
        ValueError: even the poorest JPEG that is fit to be seen weighs more.
    """
    image = opened(data)
    few = image.getcolors(_PALETTE) is not None
    lossless = image.quantize(_PALETTE, dither=Image.Dither.NONE) if few else image
    written = _saved(lossless, "PNG")
    if most < len(written) <= most * _HOPE:
        written = _saved(lossless, "PNG", optimize=True)
    if len(written) <= most:
        return Recompressed(written, "png")
    for quality in _QUALITIES:
        # Halved colours would fray the edges of coloured words.
        written = _saved(image, "JPEG", quality=quality, subsampling=0)
        if len(written) <= most:
            return Recompressed(written, "jpg", quality)
    raise ValueError(
        f"even as a JPEG of quality {_QUALITIES[-1]} it weighs {len(written):,} bytes; "
        "make the picture simpler, or smaller"
    )


def _saved(image: Image.Image, form: str, **how: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **how)
    return written.getvalue()
