"""The words and measures that flex components take.

Source: reference, "Flex Message"; guide "Flex Message layout".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

#: LINE: the height of a picture is at most three times its width, each side 1 to 100,000.
RATIO_HEIGHTS: Final = 3
RATIO_SIDE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Kind:
    """What a property takes."""

    fits: Callable[[Any], object]
    words: str


def _words(*choices: str) -> Kind:
    return Kind(choices.__contains__, f"one of {', '.join(choices)}")


def _shape(pattern: str, words: str) -> Kind:
    match = re.compile(pattern).fullmatch
    return Kind(lambda value: isinstance(value, str) and match(value), words)


def _is_ratio(value: Any) -> bool:
    sides = re.fullmatch(r"(\d{1,6}):(\d{1,6})", value) if isinstance(value, str) else None
    if sides is None:
        return False
    width, height = int(sides[1]), int(sides[2])
    within = 1 <= width <= RATIO_SIDE and 1 <= height <= RATIO_SIDE
    return within and height <= RATIO_HEIGHTS * width


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and value >= 0


_PX: Final = r"-?\d+(?:\.\d+)?px"
_GAP: Final = r"none|xs|sm|md|lg|xl|xxl"
_SIZE: Final = r"xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"

BOOL: Final = Kind(lambda value: type(value) is bool, "true or false")
COUNT: Final = Kind(lambda value: type(value) is int and value >= 0, "a whole number from 0")
NUMBER: Final = Kind(_is_number, "a number from 0")
COLOR: Final = _shape(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?", "a colour such as #RRGGBB")
GAP: Final = _shape(f"{_GAP}|{_PX}", "none to xxl, or such as 8px")
EDGE: Final = _shape(rf"{_GAP}|{_PX}|-?\d+(?:\.\d+)?%", "none to xxl, or such as 8px or 5%")
PADDING: Final = _shape(rf"{_GAP}|\d+(?:\.\d+)?(?:px|%)", "none to xxl, or such as 8px or 5%")
LENGTH: Final = _shape(r"\d+(?:\.\d+)?(?:px|%)", "such as 80px or 50%")
BORDER: Final = _shape(f"none|light|normal|medium|semi-bold|bold|{_PX}", "none to bold, or px")
TEXT_SIZE: Final = _shape(f"{_SIZE}|{_PX}", "xxs to 5xl, or such as 14px")
IMAGE_SIZE: Final = _shape(rf"{_SIZE}|full|{_PX}|\d+(?:\.\d+)?%", "xxs to 5xl, full, px or %")
RATIO: Final = Kind(_is_ratio, "w:h, the height at most three times the width")
ANGLE: Final = _shape(r"(?:[0-2]?\d{1,2}|3[0-5]\d)(?:\.\d+)?deg", "an angle such as 90deg")
PIXELS: Final = _shape(r"\d+(?:\.\d+)?px", "such as 4px")

ALIGN: Final = _words("start", "end", "center")
GRAVITY: Final = _words("top", "bottom", "center")

_PLACED: Final = {
    "flex": NUMBER,
    "margin": GAP,
    "position": _words("relative", "absolute"),
    "offsetTop": EDGE,
    "offsetBottom": EDGE,
    "offsetStart": EDGE,
    "offsetEnd": EDGE,
}
_LETTERS: Final = {
    "size": TEXT_SIZE,
    "color": COLOR,
    "weight": _words("regular", "bold"),
    "style": _words("normal", "italic"),
    "decoration": _words("none", "underline", "line-through"),
}

#: What each component's properties take; a property that is not here passes.
COMPONENTS: Final[dict[str, dict[str, Kind]]] = {
    "box": _PLACED
    | {
        "layout": _words("horizontal", "vertical", "baseline"),
        "spacing": GAP,
        "backgroundColor": COLOR,
        "borderColor": COLOR,
        "borderWidth": BORDER,
        "cornerRadius": GAP,
        "width": LENGTH,
        "height": LENGTH,
        "maxWidth": LENGTH,
        "maxHeight": LENGTH,
        "paddingAll": PADDING,
        "paddingTop": PADDING,
        "paddingBottom": PADDING,
        "paddingStart": PADDING,
        "paddingEnd": PADDING,
        "justifyContent": _words(
            "center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"
        ),
        "alignItems": _words("center", "flex-start", "flex-end"),
    },
    "button": _PLACED
    | {
        "style": _words("primary", "secondary", "link"),
        "height": _words("sm", "md"),
        "color": COLOR,
        "gravity": GRAVITY,
        "adjustMode": _words("shrink-to-fit"),
        "scaling": BOOL,
    },
    "image": _PLACED
    | {
        "align": ALIGN,
        "gravity": GRAVITY,
        "size": IMAGE_SIZE,
        "aspectRatio": RATIO,
        "aspectMode": _words("fit", "cover"),
        "backgroundColor": COLOR,
        "animated": BOOL,
    },
    "video": {"aspectRatio": RATIO},
    "icon": _PLACED | {"size": TEXT_SIZE, "aspectRatio": RATIO, "scaling": BOOL},
    "text": _PLACED
    | _LETTERS
    | {
        "align": ALIGN,
        "gravity": GRAVITY,
        "wrap": BOOL,
        "maxLines": COUNT,
        "lineSpacing": PIXELS,
        "adjustMode": _words("shrink-to-fit"),
        "scaling": BOOL,
    },
    "span": _LETTERS,
    "separator": {"margin": GAP, "color": COLOR},
    "filler": {"flex": NUMBER},
}
BACKGROUND: Final = {
    "type": _words("linearGradient"),
    "angle": ANGLE,
    "startColor": COLOR,
    "endColor": COLOR,
    "centerColor": COLOR,
    "centerPosition": _shape(r"(?:\d{1,2}(?:\.\d+)?|100)%", "a percentage"),
}
BLOCK_STYLE: Final = {"backgroundColor": COLOR, "separator": BOOL, "separatorColor": COLOR}
BUBBLE: Final = {
    "size": _words("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"),
    "direction": _words("ltr", "rtl"),
}
