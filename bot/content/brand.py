"""The colours of the shop: in bubbles, menus and member cards.

White text stands on ``primary`` and ``member``; ``ink`` and ``muted`` stand on white and ``soft``.
Colours that could not be read there are refused.
"""

from typing import Annotated, Final, Self, TypeAlias

from pydantic import StringConstraints, model_validator

from bot.content.yaml_source import Content

Colour: TypeAlias = Annotated[str, StringConstraints(pattern=r"^#[0-9A-F]{6}$")]

WHITE: Final = "#FFFFFF"
#: Web Content Accessibility Guidelines 2.2, success criterion 1.4.3.
READABLE: Final = 4.5


class Brand(Content):
    """Colours by what they are for."""

    #: Headers and buttons.
    primary: Colour
    #: What belongs to members.
    member: Colour
    #: Small decorations.
    accent: Colour
    ink: Colour
    #: Small print.
    muted: Colour
    #: Panels behind text.
    soft: Colour
    #: Hairlines.
    line: Colour

    @model_validator(mode="after")
    def _readable(self) -> Self:
        pairs = (
            ("white on primary", WHITE, self.primary),
            ("white on member", WHITE, self.member),
            ("ink on soft", self.ink, self.soft),
            ("muted on soft", self.muted, self.soft),
        )
        pale = [
            f"{name} is {contrast(text, ground):.1f}:1"
            for name, text, ground in pairs
            if contrast(text, ground) < READABLE
        ]
        if pale:
            raise ValueError(f"{', '.join(pale)}; raise the contrast to {READABLE}:1")
        return self


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Source: Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance".
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 -- sRGB's own constant
