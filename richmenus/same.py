"""Whether LINE keeps what it was given."""

from collections.abc import Mapping
from typing import Any, Final

from richmenus.picture import PictureError, opened

#: Of 255, on average: how much another encoding of the same picture may differ from it.
_ROUNDING: Final = 4.0
#: Across: small enough to compare quickly, large enough to see another label.
_COMPARED: Final = (500, 340)


def same_object(given: Any, kept: Any) -> bool:
    """Compare objects; LINE may add fields of its own to what it was given."""
    if isinstance(given, Mapping):
        return isinstance(kept, Mapping) and all(
            name in kept and same_object(value, kept[name]) for name, value in given.items()
        )
    if isinstance(given, list):
        return (
            isinstance(kept, list)
            and len(given) == len(kept)
            and all(map(same_object, given, kept))
        )
    return bool(given == kept)


def same_picture(given: bytes, kept: bytes) -> bool:
    """Compare pictures: their bytes, or what they show where LINE has encoded them anew."""
    if given == kept:
        return True
    from PIL import Image, ImageChops, ImageStat  # noqa: PLC0415 - LINE rarely makes it needed

    try:
        one, other = opened(given), opened(kept)
    except PictureError:
        return False
    if one.size != other.size:
        return False
    small = [image.resize(_COMPARED, Image.Resampling.BOX) for image in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean) <= _ROUNDING
