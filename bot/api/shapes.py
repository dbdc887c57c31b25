"""The types that fields of the API have: strict, bounded, and told in the document."""

from typing import Annotated, Any, ClassVar, Final, TypeAlias

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from bot.points.model import MOST_POINTS, MOST_YEN

_LONGEST_TEXT: Final = 200


def _whole(value: object) -> object:
    """Take 5.0 for 5: in JSON they are one number, and some languages write it so."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: Behind the bounds of a number, so that the document has them, too.
WHOLE: Final = BeforeValidator(_whole)
#: One line of text without control characters, which no database and no screen wants.
Line: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_LONGEST_TEXT, pattern=r"^[^\x00-\x1f\x7f]+$"),
]
#: Why something is done: a line that says something.
Reason: TypeAlias = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=_LONGEST_TEXT,
        pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$",
    ),
]
#: Ids are larger than JavaScript's numbers can be: they travel as text.
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
Number: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^2[0-9]{12}$"),
    Field(description="Member number: 13 digits, the last a check digit."),
]
Shop: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$"),
    Field(description="Key of a shop. May be left out where the API key has one shop only."),
]
Points: TypeAlias = Annotated[int, Field(ge=1, le=MOST_POINTS), WHOLE]
Yen: TypeAlias = Annotated[int, Field(ge=0, le=MOST_YEN), WHOLE]
Instant: TypeAlias = AwareDatetime
System: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$"),
    Field(description="Name of the other system, such as webshop; card for plastic cards."),
]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=100)]


def exactly_one(*names: str) -> dict[str, Any]:
    """Tell the document that one of these fields is given, and not the others."""
    return {
        "oneOf": [
            {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in names
        ]
    }


class Given(BaseModel):
    """What a caller sends; unknown fields are refused, and nothing is guessed."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shown(BaseModel):
    """What a caller gets."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True)


class Page(Given):
    """Which part of a list."""

    limit: Limit = 20
    cursor: Annotated[
        Id | None, Field(description="next_cursor of the page before; left out: the first page.")
    ] = None
