"""What conditions mean, friend by friend."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.clock import TOKYO
from bot.people import derived
from bot.segments.memory import predicate
from bot.segments.resolve import resolve
from tests.segments.samples import CATALOGUE, TODAY, condition, facts, progress, rule


def fits(values: Any, today: date = TODAY, **known: Any) -> bool:
    return predicate(resolve(rule(values), CATALOGUE, today))(facts(**known))


def asks(field: str, op: str, value: Any = None, *, today: date = TODAY, **known: Any) -> bool:
    return predicate(resolve(condition(field, op, value), CATALOGUE, today))(facts(**known))


def born(day: str) -> dict[str, Any]:
    return {"attributes": {"birth_date": day}}


@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29)])
@pytest.mark.parametrize("birth", ["1996-02-28", "1996-02-29", "1996-03-01", "2026-02-28"])
def test_ages_are_those_of_the_person_s_own_page(birth: str, today: date) -> None:
    age = derived.age(derived.Facts(birth_date=birth), today)
    for number in range(40):
        assert asks("age", "=", number, today=today, **born(birth)) is (number == age)
        assert asks("age", ">=", number, today=today, **born(birth)) is (
            age is not None and age >= number
        )


def test_whoever_is_still_to_be_born_has_no_age() -> None:
    for op, value in (("<", 5), ("<=", 0), (">=", 0), ("!=", 3), ("set", None)):
        assert not asks("age", op, value, **born("2026-04-02"))
    assert asks("age", "not_set", **born("2026-04-02"))


@pytest.mark.parametrize("hour", [0, 23])
@pytest.mark.parametrize("days", [0, 1, 30])
def test_friendship_counts_midnights_in_tokyo(days: int, hour: int) -> None:
    since = datetime(2026, 4, 1, hour, tzinfo=TOKYO) - timedelta(days=days)
    for number in (0, 1, 2, 29, 30, 31):
        assert asks("friendship_days", "=", number, followed_at=since) is (number == days)
        assert asks("friendship_days", "<", number, followed_at=since) is (days < number)
        assert asks("friendship_days", ">=", number, followed_at=since) is (days >= number)


def test_a_friendship_of_tomorrow_is_of_no_days() -> None:
    ahead = datetime(2026, 4, 2, 0, 30, tzinfo=TOKYO)
    assert asks("friendship_days", "=", 0, followed_at=ahead)
    assert asks("friendship_days", "<=", 0, followed_at=ahead)
    assert not asks("friendship_days", ">=", 1, followed_at=ahead)
    assert not asks("friendship_days", "<", 0, followed_at=ahead)


def test_who_blocked_the_account_has_no_friendship_days_and_cannot_be_reached() -> None:
    assert not asks("friendship_days", ">=", 0, state="blocked")
    assert not asks("effective_friend", "is", value=True, state="blocked")
    assert asks("effective_friend", "is", value=False, state="blocked")


def test_a_comparison_with_what_is_missing_is_false_and_its_negation_true() -> None:
    for field, op, value in (
        ("attribute.sex", "is", "female"),
        ("attribute.sex", "is_not", "female"),
        ("attribute.sex", "none_of", ["female"]),
        ("attribute.likes", "none_of", ["loaf"]),
        ("attribute.spent", "!=", 0),
        ("attribute.spent", "<", 10),
        ("attribute.letters", "is", False),
        ("attribute.birth_date", "before", "2026-01-01"),
        ("age", "<", 99),
    ):
        one = {"field": field, "op": op, "value": value}
        assert not fits(one)
        assert fits({"not": one})


def test_without_tags_none_of_them_is_there() -> None:
    assert asks("tag", "none_of", ["vip"])
    assert asks("tag", "is_not", "vip")
    assert asks("tag", "not_set")
    assert not asks("tag", "none_of", ["vip"], tags=("regular", "vip"))
    assert asks("tag", "all_of", ["vip", "regular"], tags=("regular", "vip"))


def test_a_value_of_another_type_is_missing() -> None:
    assert not asks("attribute.spent", "set", attributes={"spent": "12"})
    assert not asks("attribute.spent", "=", 1, attributes={"spent": True})
    assert not asks("attribute.likes", "any_of", ["loaf"], attributes={"likes": "loaf"})


def test_relative_days_count_from_the_day_they_are_given() -> None:
    week = ("attribute.birth_date", "within_last", 7)
    assert asks(*week, **born("2026-03-25"))
    assert asks(*week, **born("2026-04-01"))
    assert not asks(*week, **born("2026-03-24"))
    assert not asks(*week, **born("2026-04-02"))
    assert asks(*week, today=date(2026, 4, 2), **born("2026-04-02"))
    assert asks("attribute.birth_date", "within_next", 1, **born("2026-04-02"))


def test_who_has_not_come_for_long_is_who_once_came() -> None:
    long = ("purchase.last", "before_last", 90)
    for day, is_long in (("2026-01-01", False), ("2025-12-31", True), ("2026-04-02", False)):
        bought = {"purchase.last": day}
        assert asks(*long, attributes=bought) is is_long
        assert asks("purchase.last", "within_last", 90, attributes=bought) is (day == "2026-01-01")
    assert not asks(*long)


def test_birthdays_come_round() -> None:
    today, month = "anniversary_today", "anniversary_month"
    assert asks("attribute.birth_date", today, **born("1990-04-01"))
    assert not asks("attribute.birth_date", today, **born("1990-04-02"))
    assert asks("attribute.birth_date", month, "this", **born("1990-04-30"))
    assert asks("attribute.birth_date", month, "next", **born("1990-05-01"))
    assert asks(
        "attribute.birth_date", month, "next", today=date(2026, 12, 1), **born("1990-01-01")
    )
    assert asks("attribute.birth_date", month, 12, **born("1990-12-24"))


def test_in_common_years_leap_day_birthdays_are_kept_on_the_28th() -> None:
    leapling = born("1996-02-29")
    op = "anniversary_today"
    assert asks("attribute.birth_date", op, today=date(2026, 2, 28), **leapling)
    assert not asks("attribute.birth_date", op, today=date(2026, 3, 1), **leapling)
    assert not asks("attribute.birth_date", op, today=date(2028, 2, 28), **leapling)
    assert asks("attribute.birth_date", op, today=date(2028, 2, 29), **leapling)


def test_surveys_are_not_started_left_at_a_question_or_done() -> None:
    assert asks("survey.tea", "is", "not_started")
    left = progress("paused", "cake", tea="green")
    assert asks("survey.tea", "any_of", ["asking", "paused"], surveys=left)
    assert asks("survey.tea.question", "is", "cake", surveys=left)
    assert asks("survey.tea.answer.tea", "is", "green", surveys=left)
    done = progress("done", tea="black", birthday="1990-05-12")
    assert asks("survey.tea", "is", "done", surveys=done)
    assert asks("survey.tea.question", "not_set", surveys=done)
    assert asks("survey.tea.answer.birthday", "before", "2000-01-01", surveys=done)


def test_a_friend_without_a_menu_of_their_own_sees_the_default() -> None:
    assert asks("menu", "is", "guest")
    assert asks("menu", "is", "member", menu="member")


def test_nothing_required_fits_everybody_and_no_choice_nobody() -> None:
    assert fits({"all": []})
    assert not fits({"any": []})
