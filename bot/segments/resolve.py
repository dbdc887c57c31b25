"""A rule on one day: relative days become days, derived fields become what they derive from.

    Rule + catalogue + today -> Tree of atoms

"Today" is the day in Tokyo; nothing here looks at a clock.
"""

from calendar import isleap
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.clock import TOKYO
from bot.friends.model import Friendship
from bot.segments import model
from bot.segments.atoms import (
    And,
    Atom,
    Attribute,
    Contains,
    FollowedAt,
    HasAll,
    HasAny,
    Is,
    Known,
    No,
    OneOf,
    Or,
    Range,
    Shape,
    Slice,
    Source,
    StartsWith,
    State,
    Test,
    Tree,
)
from bot.segments.catalogue import Age, Catalogue, EffectiveFriend, Field, FriendshipDays, Kind
from bot.segments.operators import Op

#: Where month and day stand in ``YYYY-MM-DD``.
_MONTH: Final = (5, 2)
_MONTH_AND_DAY: Final = (5, 5)


def resolve(rule: model.Rule, catalogue: Catalogue, today: date) -> Tree:
    """Return the plain tests that a rule means on a day."""
    match rule:
        case model.All(parts=parts):
            return And(tuple(resolve(part, catalogue, today) for part in parts))
        case model.AnyOf(parts=parts):
            return Or(tuple(resolve(part, catalogue, today) for part in parts))
        case model.Not(part=part):
            return No(resolve(part, catalogue, today))
        case model.Condition(field=key, op=op, value=value):
            return _condition(catalogue[key], op, value, today)


#: Operators that say no to what another says, of whoever has a value at all.
_OPPOSITES: Final = {Op.IS_NOT: Op.IS, Op.NONE_OF: Op.ANY_OF, Op.UNEQUAL: Op.EQUAL}


def _condition(field: Field, op: Op, value: Any, today: date) -> Tree:
    if op in {Op.SET, Op.NOT_SET}:
        known = _known(field, today)
        return known if op is Op.SET else No(known)
    if op in _OPPOSITES:
        no = No(_condition(field, _OPPOSITES[op], value, today))
        return no if field.is_always_known else And((_known(field, today), no))
    if isinstance(field.reads, EffectiveFriend):
        is_friend = Atom(State(), OneOf(frozenset({Friendship.FRIEND.value})))
        return is_friend if value else No(is_friend)
    return Atom(_source(field), _test(field, op, value, today))


def _known(field: Field, today: date) -> Tree:
    # Nobody has an age before birth.
    test = _aged(0, None, today) if isinstance(field.reads, Age) else Known()
    return Atom(_source(field), test)


def _source(field: Field) -> Source:
    match field.reads:
        case Age(attribute=key):
            return Attribute(key, Shape.TEXT)
        case FriendshipDays():
            return FollowedAt()
        case EffectiveFriend():
            return State()
        case source:
            return source


def _test(field: Field, op: Op, value: Any, today: date) -> Test:  # noqa: PLR0911 - one a kind
    if isinstance(field.reads, Age):
        return _aged(*_whole(op, value), today)
    if isinstance(field.reads, FriendshipDays):
        return _followed(*_whole(op, value), today)
    match field.kind:
        case Kind.NUMBER:
            return _numbers(op, value)
        case Kind.DATE:
            return _day(op, value, today)
        case Kind.MULTI:
            return _items(op, value)
        case Kind.BOOLEAN:
            return Is(value)
        case Kind.TEXT | Kind.CHOICE:
            return _words(op, value)


def _words(op: Op, value: Any) -> Test:
    match op:
        case Op.CONTAINS:
            return Contains(value)
        case Op.STARTS_WITH:
            return StartsWith(value)
        case _:
            return OneOf(frozenset({value} if op is Op.IS else value))


def _items(op: Op, value: Any) -> Test:
    if op is Op.ALL_OF:
        return HasAll(frozenset(value))
    return HasAny(frozenset({value} if op is Op.IS else value))


def _numbers(op: Op, value: Any) -> Range:
    match op:
        case Op.LESS | Op.AT_MOST:
            return Range(high=float(value), under=op is Op.LESS)
        case Op.MORE | Op.AT_LEAST:
            return Range(low=float(value), over=op is Op.MORE)
        case _:
            low, high = (value, value) if op is Op.EQUAL else value
            return Range(low=float(low), high=float(high))


def _whole(op: Op, value: Any) -> tuple[int | None, int | None]:
    """Return the lowest and the highest whole number that fit."""
    match op:
        case Op.LESS | Op.AT_MOST:
            return None, value - (op is Op.LESS)
        case Op.MORE | Op.AT_LEAST:
            return value + (op is Op.MORE), None
        case _:
            low, high = (value, value) if op is Op.EQUAL else value
            return low, high


def _aged(low: int | None, high: int | None, today: date) -> Range:
    """Return the days of birth of people between two ages.

    A day that its year does not have, such as a 29 February, sorts where it would be. Whoever is
    still to be born has no age.
    """
    return Range(
        low=None if high is None else f"{today.year - high - 1:04}-{today:%m-%d}",
        over=high is not None,
        high=f"{today.year - max(low or 0, 0):04}-{today:%m-%d}",
    )


def _followed(low: int | None, high: int | None, today: date) -> Test:
    """Return when friendships of so many days began; a day still to come counts as today."""
    if high is not None and high < 0:
        return OneOf(frozenset())
    start = None if high is None else _midnight(today - timedelta(days=high))
    if low is None or low <= 0:
        return Known() if start is None else Range(low=start)
    return Range(low=start, high=_midnight(today - timedelta(days=low - 1)), under=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)


def _day(op: Op, value: Any, today: date) -> Test:
    match op:
        case Op.ANNIVERSARY_MONTH:
            return Slice(*_MONTH, frozenset({f"{_month(value, today):02}"}))
        case Op.ANNIVERSARY_TODAY:
            return Slice(*_MONTH_AND_DAY, _anniversaries(today))
        case Op.BEFORE_LAST:
            return Range(high=_text(today - timedelta(days=value)), under=True)
        case Op.BEFORE | Op.AFTER:
            return Range(low=value, over=True) if op is Op.AFTER else Range(high=value, under=True)
        case _:
            low, high = _days(op, value, today)
            return Range(low=low, high=high)


def _days(op: Op, value: Any, today: date) -> tuple[str, str]:
    match op:
        case Op.BETWEEN:
            return value[0], value[1]
        case Op.WITHIN_LAST:
            return _text(today - timedelta(days=value)), _text(today)
        case Op.WITHIN_NEXT:
            return _text(today), _text(today + timedelta(days=value))
        case _:
            return value, value


def _text(day: date) -> str:
    return day.isoformat()


def _month(value: str | int, today: date) -> int:
    if isinstance(value, int):
        return value
    return today.month if value == "this" else today.month % 12 + 1


def _anniversaries(today: date) -> frozenset[str]:
    """Return the month and day of today; in common years 28 February stands for the 29th too."""
    days = {f"{today:%m-%d}"}
    if days == {"02-28"} and not isleap(today.year):
        days.add("02-29")
    return frozenset(days)
