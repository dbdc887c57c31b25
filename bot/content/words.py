"""What a text in a content file may be: never empty, and no longer than its place on the screen.

Lengths count characters as a reader does (grapheme clusters), which is how LINE counts labels.
"""

import re
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, StringConstraints

from bot.line import limits
from bot.line.counting import graphemes, units


def _at_most(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if graphemes(text) > limit:
            raise ValueError(f"{graphemes(text)} characters where {limit} fit; shorten it")
        return text

    return AfterValidator(check)


_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _seen(text: str) -> str:
    if found := _CONTROL.search(text):
        raise ValueError(f"holds the invisible character U+{ord(found[0]):04X}; delete it")
    return text


Words: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_seen)
]


def _at_most_units(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if units(text) > limit:
            raise ValueError(f"{units(text)} characters where {limit} fit; shorten it")
        return text

    return AfterValidator(check)


#: A few lines in a bubble; what notifications show of it, too.
Lines: TypeAlias = Annotated[Words, _at_most_units(500)]

#: The label over a value.
Caption: TypeAlias = Annotated[Words, _at_most_units(40)]

#: A message of its own.
MessageText: TypeAlias = Annotated[Words, _at_most_units(limits.TEXT_UNITS)]

#: On a button, a quick reply or an area of a menu.
Label: TypeAlias = Annotated[Words, _at_most(limits.LABEL_GRAPHEMES)]

#: The one line at the head of a bubble; longer ones would be set too small.
Title: TypeAlias = Annotated[Words, _at_most(16)]

#: Under a rich menu.
BarText: TypeAlias = Annotated[Words, _at_most(limits.CHAT_BAR_TEXT_GRAPHEMES)]

#: What notifications and the list of talks show for a bubble; LINE takes more, phones show less.
AltText: TypeAlias = Annotated[Words, _at_most(100)]

#: A name in files and on the wire, such as ``welcome``.
Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
