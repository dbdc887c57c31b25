"""Which operators a field has, and what each of them takes beside it."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from bot.segments.catalogue import Age, Field, FriendshipDays, Kind

Scalar: TypeAlias = bool | int | float | str
#: As written: days are texts ``YYYY-MM-DD``.
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None

#: Of one list.
MOST_VALUES: Final = 100
LONGEST_TEXT: Final = 500
MOST_DAYS: Final = 36_500
#: Doubles count every whole number up to here.
LARGEST_NUMBER: Final = 2**53
OLDEST: Final = 200
#: Control characters, line ends and halves of characters. Wide spaces stand in Japanese names, and
#: joiners in emoji: both are asked for.
_UNWRITTEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Op(StrEnum):
    """What is asked of a field."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    SET = "set"
    NOT_SET = "not_set"
    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    BETWEEN = "between"
    ON = "on"
    BEFORE = "before"
    AFTER = "after"
    #: Today and so many days before, or after, it.
    WITHIN_LAST = "within_last"
    WITHIN_NEXT = "within_next"
    #: Longer ago than so many days: who has not come since.
    BEFORE_LAST = "before_last"
    #: The day comes round in a month, or today: birthdays.
    ANNIVERSARY_MONTH = "anniversary_month"
    ANNIVERSARY_TODAY = "anniversary_today"
    ANY_OF = "any_of"
    ALL_OF = "all_of"
    NONE_OF = "none_of"


_PRESENCE: Final = (Op.SET, Op.NOT_SET)
_TYPED: Final[Mapping[Kind, tuple[Op, ...]]] = MappingProxyType(
    {
        Kind.TEXT: (Op.IS, Op.IS_NOT, Op.CONTAINS, Op.STARTS_WITH),
        Kind.NUMBER: (
            *(Op.EQUAL, Op.UNEQUAL, Op.LESS, Op.AT_MOST, Op.MORE, Op.AT_LEAST, Op.BETWEEN),
        ),
        Kind.DATE: (
            *(Op.ON, Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.WITHIN_LAST, Op.BEFORE_LAST),
            *(Op.WITHIN_NEXT, Op.ANNIVERSARY_MONTH, Op.ANNIVERSARY_TODAY),
        ),
        Kind.CHOICE: (Op.IS, Op.IS_NOT, Op.ANY_OF, Op.NONE_OF),
        Kind.MULTI: (Op.IS, Op.IS_NOT, Op.ANY_OF, Op.ALL_OF, Op.NONE_OF),
        Kind.BOOLEAN: (Op.IS,),
    }
)


def operators(field: Field) -> tuple[Op, ...]:
    """Return what can be asked of a field."""
    # "No tag at all" makes sense, though the list of tags is always there.
    presence = () if field.is_always_known and field.kind is not Kind.MULTI else _PRESENCE
    return (*_TYPED[field.kind], *presence)


def check(field: Field, op: Op, value: Value) -> Value:
    """Return what an operator takes, as it is kept.

    Raises:
        ValueError: says what to write instead.
    """
    if op in {Op.SET, Op.NOT_SET, Op.ANNIVERSARY_TODAY}:
        if value is not None:
            raise ValueError(f"{op} takes no value; remove it")
        return None
    if value is None:
        raise ValueError(f"{op} needs a value; add it")
    if op in {Op.ANY_OF, Op.ALL_OF, Op.NONE_OF}:
        return _several(field, value)
    if op is Op.BETWEEN:
        return _pair(field, value)
    if op in {Op.WITHIN_LAST, Op.BEFORE_LAST, Op.WITHIN_NEXT}:
        return _whole(value, 0, MOST_DAYS, "days")
    if op is Op.ANNIVERSARY_MONTH:
        return (
            value if value in {"this", "next"} else _whole(value, 1, 12, "this, next or a month")
        )
    checked: Value = _CHECKS[field.kind](field, value)
    return checked


def plain(value: Any) -> Any:
    """Return a value of a YAML file as JSON has it: days as texts, lists as tuples."""
    if isinstance(value, list):
        return tuple(plain(item) for item in value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value


def _several(field: Field, value: Value) -> Value:
    if not isinstance(value, tuple) or not value:
        raise ValueError("write a list of at least one value there")
    if len(value) > MOST_VALUES:
        raise ValueError(f"{len(value)} values; at most {MOST_VALUES}")
    return tuple(dict.fromkeys(_text(field, item) for item in value))


def _pair(field: Field, value: Value) -> Value:
    if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise ValueError("write a list of two there: the lowest and the highest")
    low, high = (_CHECKS[field.kind](field, item) for item in value)
    if low > high:
        raise ValueError("the lowest is above the highest; swap them")
    return low, high


def _text(field: Field, value: Value) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("write a text there, in quotes")
    if len(value) > LONGEST_TEXT or _UNWRITTEN.search(value):
        raise ValueError(f"write one line of at most {LONGEST_TEXT} characters")
    if field.choices and value not in field.choices:
        raise ValueError(f"{field.key} has no {value}; choose one of {', '.join(field.choices)}")
    return value


def _number(field: Field, value: Value) -> int | float:
    if isinstance(field.reads, Age):
        return _whole(value, 0, OLDEST, "an age")
    if isinstance(field.reads, FriendshipDays):
        return _whole(value, 0, MOST_DAYS, "days")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("write a number there")  # noqa: TRY004 - shown with its line
    if not abs(value) <= LARGEST_NUMBER:  # what is not a number is not at most anything
        raise ValueError(f"write a number between -{LARGEST_NUMBER} and {LARGEST_NUMBER}")
    return value


def _whole(value: Value, least: int, most: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"write {what}, a whole number from {least} to {most}")
    return value


def _day(field: Field, value: Value) -> str:
    del field
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise ValueError("write a day such as 2026-04-01")
    return day.isoformat()


def _flag(field: Field, value: Value) -> bool:
    del field
    if not isinstance(value, bool):
        raise ValueError("write true or false there")  # noqa: TRY004 - shown with its line
    return value


_CHECKS: Final[Mapping[Kind, Callable[[Field, Value], Any]]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.CHOICE: _text,
        Kind.MULTI: _text,
        Kind.NUMBER: _number,
        Kind.DATE: _day,
        Kind.BOOLEAN: _flag,
    }
)
