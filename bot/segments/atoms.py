"""What evaluators understand: where a value is read, what is asked of it, and and, or, not.

    resolve -> Tree of Atoms -> sql | memory | index

Logic has two values: an atom whose value is missing is false, and its negation is true. Numbers
are compared as doubles, texts by code point, days as their text ``YYYY-MM-DD``. A value of another
JSON type than its source reads is missing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias


class Shape(Enum):
    """What an attribute's JSON value must be to be read."""

    TEXT = "text"  # days too
    NUMBER = "number"
    FLAG = "flag"
    SET = "set"  # a list of texts; an empty one is missing


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the friend's person."""

    key: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Tags:
    """The person's tags: a set."""


@dataclass(frozen=True, slots=True)
class State:
    """How the friend stands to the account: a text."""


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu LINE was last told to show, a text; without one, the account's default."""

    default: str


@dataclass(frozen=True, slots=True)
class FollowedAt:
    """When the friend added the account: an instant, missing unless a friend now."""


@dataclass(frozen=True, slots=True)
class Member:
    """Whether the person has a member number: a flag that is never missing."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Whether the person is a customer in a system of the shop, too: a flag, never missing."""


@dataclass(frozen=True, slots=True)
class SurveyState:
    """How far the friend is with a survey: a text, ``NOT_STARTED`` where nothing is stored."""

    survey: str


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """The question of a survey at which the friend stands: a text, missing once done."""

    survey: str


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """What the friend has answered to one question of a survey: a text."""

    survey: str
    question: str


NOT_STARTED = "not_started"

Source: TypeAlias = (
    Attribute
    | Tags
    | State
    | Menu
    | FollowedAt
    | Member
    | Linked
    | SurveyState
    | SurveyQuestion
    | SurveyAnswer
)


@dataclass(frozen=True, slots=True)
class Known:
    """There is a value."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """The text is one of these."""

    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contains:
    """The text has this somewhere."""

    text: str


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The text begins with this."""

    text: str


@dataclass(frozen=True, slots=True)
class Slice:
    """The characters of a text from ``start`` on, ``length`` of them, are one of these."""

    start: int
    length: int
    values: frozenset[str]


Bound: TypeAlias = str | float | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The value lies between two others, themselves included unless ``over`` or ``under``."""

    low: Bound | None = None
    high: Bound | None = None
    over: bool = False
    under: bool = False


@dataclass(frozen=True, slots=True)
class HasAny:
    """The set has at least one of these."""

    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class HasAll:
    """The set has every one of these."""

    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Is:
    """The flag is this."""

    value: bool


Test: TypeAlias = Known | OneOf | Contains | StartsWith | Slice | Range | HasAny | HasAll | Is


@dataclass(frozen=True, slots=True)
class Atom:
    """One test of one value."""

    source: Source
    test: Test


@dataclass(frozen=True, slots=True)
class And:
    """All of them; none at all is true."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them; none at all is false."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class No:
    """Not this."""

    part: "Tree"


Tree: TypeAlias = And | Or | No | Atom


def sources(tree: Tree) -> frozenset[Source]:
    """Return everything a tree reads."""
    match tree:
        case Atom(source=source):
            return frozenset({source})
        case No(part=part):
            return sources(part)
        case And(parts=parts) | Or(parts=parts):
            return frozenset().union(*map(sources, parts))
