"""When a shop is open, over weekends, holidays of Japan and days that are different."""

from datetime import datetime

import pytest

from bot.clock import TOKYO
from bot.conversations.hours import HoursError, OpeningHours, shown_moment

WEEK = {day: [["10:00", "12:00"], ["13:00", "19:00"]] for day in ("mon", "tue", "wed", "thu")}
SHOP = OpeningHours.read(
    WEEK | {"fri": [["18:00", "26:00"]], "holiday": []},
    [{"on": "2026-12-30", "hours": [["10:00", "15:00"]]}, {"on": "2026-12-31", "hours": []}],
)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-04-30 12:00", "本日 13:00"),  # the break at noon
        ("2026-05-01 23:59", ""),  # an evening that ends after midnight
        ("2026-05-02 01:59", ""),
        # Golden Week: Sunday the 3rd is a holiday, and Wednesday the 6th stands in for it.
        ("2026-05-02 02:00", "5月7日（木）10:00"),
        ("2026-05-06 11:00", "明日 10:00"),
        ("2026-09-22 11:00", "9月24日（木）10:00"),  # between two holidays
        ("2026-12-30 15:00", "1月4日（月）10:00"),  # a day of its own, then New Year
        ("2026-12-30 14:59", ""),
    ],
)
def test_the_next_opening_is_one_at_which_somebody_is_there(when: str, opens: str) -> None:
    now = at(when)
    assert SHOP.is_open(now) is not bool(opens)
    opening = SHOP.next_opening(now)
    assert opening is not None
    assert SHOP.is_open(opening)
    if opens:
        assert shown_moment(opening, now=now) == opens


def test_a_holiday_is_a_day_like_the_others_where_nothing_is_said_of_it() -> None:
    assert OpeningHours.read(WEEK).is_open(at("2026-05-04 11:00"))
    assert OpeningHours.read({"holiday": [["9:00", "9:30"]]}).shown(at("2026-05-04 01:00")) == (
        "9:00〜9:30"
    )
    closed_for_good = OpeningHours.read({"mon": []})
    assert (closed_for_good.is_open(at("2026-05-04 11:00")), SHOP.on(at("2026-12-31").date())) == (
        False,
        (),
    )
    assert closed_for_good.next_opening(at("2026-05-04 11:00")) is None


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ({"mon": [["19:00", "10:00"]]}, "24:30"),
        ({"mon": [["10", "19:00"]]}, "10:00"),
        ({"someday": []}, "someday"),
        ({"mon": "10:00-19:00"}, "list"),
    ],
)
def test_hours_that_cannot_be_read_say_what_to_write(hours: dict[str, object], says: str) -> None:
    with pytest.raises(HoursError, match=says):
        OpeningHours.read(hours)
