"""What follows from other facts and is never stored: it is worked out when it is asked for.

    Facts (a person, their LINE identities, their membership) + today in Tokyo -> value

This is the one place that says what these words mean. ``bot.segments`` says the same in SQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from bot.clock import TOKYO
from bot.people.bilingual import Bilingual
from bot.people.definition import Attribute, BooleanAttribute, NumberAttribute

#: The attribute that ages are counted from.
BIRTH_DATE: Final = "birth_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What derived attributes are derived from."""

    #: The attribute ``birth_date`` as it is stored, ``YYYY-MM-DD``.
    birth_date: str | None = None
    #: Since when the LINE identities that are friends now have been so without a break, the
    #: earliest of them; None: none of the person's identities is a friend.
    friend_since: datetime | None = None
    #: An identity of the person was tied to a customer of the shop's own system.
    linked_at: datetime | None = None
    #: The person was given a member number.
    joined_at: datetime | None = None


Value: TypeAlias = Callable[[Facts, date], Any]


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived attribute: how it is called, and what it is; None: it cannot be said."""

    attribute: Attribute
    value: Value


def age(facts: Facts, today: date) -> int | None:
    """Count the birthdays so far; one on 29 February comes on 1 March in other years."""
    birth = _day(facts.birth_date)
    if birth is None:
        return None
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    return years if years >= 0 else None


def _day(stored: object) -> date | None:
    """Read a day; a value from before the attribute was one is none."""
    try:
        return date.fromisoformat(str(stored)) if stored is not None else None
    except ValueError:
        return None


def friendship_days(facts: Facts, today: date) -> int | None:
    """Count the midnights in Tokyo since the person last added the account."""
    if facts.friend_since is None:
        return None
    return max(0, (today - facts.friend_since.astimezone(TOKYO).date()).days)


def effective_friend(facts: Facts, today: date) -> bool:
    """Whether a message can reach the person: a friend who has not blocked the account."""
    del today
    return facts.friend_since is not None


def linked(facts: Facts, today: date) -> bool:
    """Whether an identity is tied to a customer of the shop's own system, blocked or not."""
    del today
    return facts.linked_at is not None


def member(facts: Facts, today: date) -> bool:
    """Whether the person has a member number."""
    del today
    return facts.joined_at is not None


def today_in_tokyo(now: datetime) -> date:
    """Return the day that derived attributes are worked out for."""
    return now.astimezone(TOKYO).date()


def _number(key: str, *, ja: str, en: str, unit: Bilingual) -> NumberAttribute:
    label = Bilingual(ja=ja, en=en)
    return NumberAttribute(key=key, kind="number", label=label, whole=True, minimum=0, unit=unit)


def _boolean(key: str, *, ja: str, en: str) -> BooleanAttribute:
    return BooleanAttribute(key=key, kind="boolean", label=Bilingual(ja=ja, en=en))


_YEARS: Final = Bilingual(ja="歳", en="years")
_DAYS: Final = Bilingual(ja="日", en="days")

#: Every derived attribute by key.
DERIVED: Final[Mapping[str, Derived]] = {
    derived.attribute.key: derived
    for derived in (
        Derived(_number("age", ja="年齢", en="Age", unit=_YEARS), age),
        Derived(
            _number("friendship_days", ja="友だち期間", en="Friend for", unit=_DAYS),
            friendship_days,
        ),
        Derived(
            _boolean("effective_friend", ja="有効友だち", en="Effective friend"), effective_friend
        ),
        Derived(_boolean("linked", ja="ID連携", en="ID linked"), linked),
        Derived(_boolean("member", ja="会員", en="Member"), member),
    )
}
