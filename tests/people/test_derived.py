"""Derived attributes, at the moment of asking."""

from datetime import UTC, date, datetime

import pytest

from bot.people.derived import DERIVED, Facts, today_in_tokyo

TODAY = date(2026, 4, 1)


def derive(key: str, facts: Facts, today: date = TODAY) -> object:
    return DERIVED[key].value(facts, today)


@pytest.mark.parametrize(
    ("birth", "today", "age"),
    [
        ("そのうち", date(2026, 4, 1), None),
        ("1990-04-01", date(2026, 4, 1), 36),
        ("1990-04-02", date(2026, 4, 1), 35),
        ("2004-02-29", date(2026, 2, 28), 21),
        ("2004-02-29", date(2026, 3, 1), 22),
        ("2004-02-29", date(2028, 2, 29), 24),
        ("2026-04-01", date(2026, 4, 1), 0),
        ("2026-04-02", date(2026, 4, 1), None),
        (None, date(2026, 4, 1), None),
    ],
)
def test_age_counts_birthdays(birth: str | None, today: date, age: int | None) -> None:
    assert derive("age", Facts(birth_date=birth), today) == age


def test_a_day_in_tokyo_begins_at_three_in_the_afternoon_utc() -> None:
    assert today_in_tokyo(datetime(2026, 3, 31, 14, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert today_in_tokyo(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == TODAY


def test_friendship_days_count_the_midnights_in_tokyo() -> None:
    before_midnight = Facts(friend_since=datetime(2026, 3, 31, 14, 59, tzinfo=UTC))
    after_midnight = Facts(friend_since=datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    assert derive("friendship_days", before_midnight) == 1
    assert derive("friendship_days", after_midnight) == 0
    assert derive("friendship_days", Facts()) is None


def test_who_blocked_the_account_is_no_effective_friend() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert derive("effective_friend", Facts(friend_since=since)) is True
    assert derive("effective_friend", Facts(linked_at=since, joined_at=since)) is False


def test_linked_and_member_are_facts_of_their_own() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert derive("linked", Facts(linked_at=since)) is True
    assert derive("member", Facts(linked_at=since)) is False
    assert derive("member", Facts(joined_at=since)) is True


def test_a_derived_value_fits_its_own_attribute() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    facts = Facts(birth_date="1990-04-01", friend_since=since, linked_at=since, joined_at=since)
    for derived in DERIVED.values():
        derived.attribute.check(derived.value(facts, TODAY))
