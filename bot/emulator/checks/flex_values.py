"""What property values flex components take: keywords, pixels, percentages, ratios, colours."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from bot.emulator import limits
from bot.emulator.checks.fields import is_color

Accepts: TypeAlias = Callable[[Any], bool]

_PIXELS: Final = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)px\Z")
_SIGNED_PIXELS: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)px\Z")
_PERCENT: Final = re.compile(r"\d+(?:\.\d+)?%\Z")
_SIGNED_PERCENT: Final = re.compile(r"-?\d+(?:\.\d+)?%\Z")
_RATIO: Final = re.compile(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)\Z")
_ANGLE: Final = re.compile(r"(\d+(?:\.\d+)?)deg\Z")
_POSITION: Final = re.compile(r"(\d+(?:\.\d+)?)%\Z")

SPACES: Final = frozenset({"none", "xs", "sm", "md", "lg", "xl", "xxl"})
FONT_SIZES: Final = frozenset({"xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"})
BORDERS: Final = frozenset({"none", "light", "normal", "medium", "semi-bold", "bold"})


def keyword(*choices: str) -> Accepts:
    """Accept one of the words."""
    allowed = frozenset(choices)
    return lambda value: isinstance(value, str) and value in allowed


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.match(value) is not None


def length(words: frozenset[str], *, percent: bool = False, signed: bool = False) -> Accepts:
    """Accept a keyword, pixels, and where allowed a percentage or a negative."""
    pixels = _SIGNED_PIXELS if signed else _PIXELS
    share = _SIGNED_PERCENT if signed else _PERCENT

    def accepts(value: Any) -> bool:
        return (
            (isinstance(value, str) and value in words)
            or _matches(pixels, value)
            or (percent and _matches(share, value))
        )

    return accepts


def ratio(value: Any) -> bool:
    """Accept ``width:height``, each 1 to 100000, the height at most three widths."""
    match = _RATIO.match(value) if isinstance(value, str) else None
    if match is None:
        return False
    width, height = float(match[1]), float(match[2])
    return (
        1 <= width <= limits.FLEX_RATIO_MAX
        and 1 <= height <= limits.FLEX_RATIO_MAX
        and height <= width * limits.FLEX_RATIO_TALLEST
    )


def count(value: Any) -> bool:
    """Accept a whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def flag(value: Any) -> bool:
    """Accept true or false."""
    return isinstance(value, bool)


def words(value: Any) -> bool:
    """Accept any string."""
    return isinstance(value, str)


def gradient(value: Any) -> bool:
    """Accept a linear gradient."""
    return (
        isinstance(value, Mapping)
        and set(value) <= set(_GRADIENT)
        and {"type", "angle", "startColor", "endColor"} <= set(value)
        and all(_GRADIENT[key](item) for key, item in value.items())
    )


def _angle(value: Any) -> bool:
    match = _ANGLE.match(value) if isinstance(value, str) else None
    return match is not None and float(match[1]) < limits.GRADIENT_ANGLE_MAX


def _centre(value: Any) -> bool:
    match = _POSITION.match(value) if isinstance(value, str) else None
    return match is not None and float(match[1]) <= 100  # noqa: PLR2004 - a percentage


_GRADIENT: Final[dict[str, Accepts]] = {
    "type": keyword("linearGradient"),
    "angle": _angle,
    "startColor": is_color,
    "endColor": is_color,
    "centerColor": is_color,
    "centerPosition": _centre,
}

space: Final = length(SPACES)
padding: Final = length(SPACES, percent=True)
offset: Final = length(SPACES, percent=True, signed=True)
border: Final = length(BORDERS)
plain_length: Final = length(frozenset(), percent=True)
font_size: Final = length(FONT_SIZES)
image_size: Final = length(FONT_SIZES | {"full"}, percent=True)
color: Final = is_color
