"""What the lint can find: a code, how bad it is, where, and the values behind it.

Screens put their own words to the code and the values; ``say`` has the command line's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

#: What the words of a finding are filled with; numbers stay numbers.
Values: TypeAlias = dict[str, str | int | float]


class Code(StrEnum):
    """Kinds of findings. A code is never reused, and its values keep their names."""

    #: The file cannot be a picture of a menu at all.
    FORMAT = "format"
    BROKEN = "broken"
    #: More pixels than are ever decoded.
    TOO_MANY_PIXELS = "too_many_pixels"
    WEIGHT = "weight"
    PIXELS = "pixels"
    RATIO = "ratio"
    #: The picture and the menu are not of one size.
    SIZE_DIFFERS = "size_differs"
    #: The name ends otherwise than the content says.
    MISNAMED = "misnamed"
    #: Programs show these in different ways, so that nobody knows what friends will see.
    CMYK = "cmyk"
    TURNED = "turned"
    ANIMATED = "animated"
    NO_AREAS = "no_areas"
    TOO_MANY_AREAS = "too_many_areas"
    OUTSIDE = "outside"
    OVERLAP = "overlap"
    NO_ACTION = "no_action"
    UNCOVERED = "uncovered"
    TINY_AREA = "tiny_area"
    LOW_CONTRAST = "low_contrast"
    SMALL_TEXT = "small_text"
    CUT_LABEL = "cut_label"
    BLANK_AREA = "blank_area"


class Severity(StrEnum):
    """Errors keep a menu from LINE; warnings are for eyes."""

    ERROR = "error"
    WARNING = "warning"


_WARNINGS: Final = frozenset(
    {
        Code.MISNAMED,
        Code.CMYK,
        Code.TURNED,
        Code.ANIMATED,
        Code.UNCOVERED,
        Code.TINY_AREA,
        Code.LOW_CONTRAST,
        Code.SMALL_TEXT,
        Code.CUT_LABEL,
        Code.BLANK_AREA,
    }
)

_WORDS: Final = {
    Code.FORMAT: "is {found}, LINE takes PNG and JPEG; save it as one of them",
    Code.BROKEN: "is a {found} that is cut off or damaged; export it again",
    Code.TOO_MANY_PIXELS: (
        "claims {width}x{height} pixels and is not opened; LINE's largest are {most}x{most_height}"
    ),
    Code.WEIGHT: "weighs {bytes:,} bytes, LINE takes {most:,}; use --recompress",
    Code.PIXELS: (
        "has {width}x{height} pixels, LINE takes {least} to {most} across and {least_height} "
        "or more in height; make it {better_width}x{better_height}"
    ),
    Code.RATIO: "is {ratio:.2f} times as wide as high, LINE wants {least} or more; make it lower",
    Code.SIZE_DIFFERS: (
        "has {width}x{height} pixels, the menu {menu_width}x{menu_height}; "
        "make both the same, the picture or size:"
    ),
    Code.MISNAMED: "is a {found} by content, whatever its name says",
    Code.CMYK: "has the four colours of print, which phones show otherwise; save it as RGB",
    Code.TURNED: "is turned by its EXIF, which LINE may not follow; save it as it should be seen",
    Code.ANIMATED: "moves, and LINE shows its first picture; save that alone",
    Code.NO_AREAS: "the menu has no area to tap; add one",
    Code.TOO_MANY_AREAS: "{count} areas, LINE takes {most}",
    Code.OUTSIDE: "{label} leaves the picture by {pixels} pixels; shrink it",
    Code.OVERLAP: "{label} and {other} overlap by {width}x{height} pixels; move one",
    Code.NO_ACTION: "{label} does nothing when tapped; give it an action",
    Code.UNCOVERED: "{percent}% of the picture can be tapped in vain",
    Code.TINY_AREA: (
        "{label} is {width}x{height} points on a phone; fingers want {least} or more each way"
    ),
    Code.LOW_CONTRAST: "{label}: its strongest contrast is {ratio}:1; words want {least}:1",
    Code.SMALL_TEXT: "{label}: words about {points} points high on a phone; {least} can be read",
    Code.CUT_LABEL: "{label} and {other}: something crosses the line between them",
    Code.BLANK_AREA: "{label}: nothing is to be seen there",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a picture or its areas."""

    code: Code
    #: Index of the area it is about; none: the whole.
    area: int | None = None
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How bad it is; follows from the code."""
        return Severity.WARNING if self.code in _WARNINGS else Severity.ERROR

    def __str__(self) -> str:
        return _WORDS[self.code].format(**self.values)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return those that keep a menu from LINE."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
