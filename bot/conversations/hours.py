"""When a shop is open: hours by weekday, holidays of Japan, and days that are different.

    {mon: [["10:00", "19:00"]], …, holiday: […]}, [{on: "2026-12-31", hours: []}] -> OpeningHours

A day without hours is closed. Without ``holiday`` a holiday is a day like the others. Times are
Tokyo's; an evening that ends after midnight is written as ending at 24:00 or later ("26:00").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, Self, TypeAlias

from bot.clock import TOKYO

#: Minutes after midnight: from, to.
Span: TypeAlias = tuple[int, int]

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY: Final = "holiday"
_LOOKS_AHEAD: Final = 60
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
_LATEST: Final = 30 * 60
_WEEKDAYS: Final = "月火水木金土日"


class HoursError(ValueError):
    """Hours that cannot be read; the message names the day and what to write."""


@lru_cache(maxsize=1_024)
def is_holiday(day: date) -> bool:
    """Whether a day is a public holiday in Japan, substitutes included."""
    import jpholiday  # noqa: PLC0415 - only a process that asks for hours loads the calendar

    return bool(jpholiday.is_holiday(day))


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The hours of one shop; without any, it never closes."""

    days: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, hours: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]] = ()) -> Self:
        """Read hours as shops keep them.

        Raises:
            HoursError: a day or a time is not one.
        """
        days = {}
        for day, spans in hours.items():
            if day not in (*DAYS, HOLIDAY):
                raise HoursError(f"{day} is no day; write one of {', '.join((*DAYS, HOLIDAY))}")
            days[day] = _spans(day, spans)
        special = {}
        for exception in exceptions:
            on = str(exception.get("on", ""))
            try:
                day_on = date.fromisoformat(on)
            except ValueError:
                raise HoursError(f"{on!r} is no day; write one such as 2026-12-31") from None
            special[day_on] = _spans(on, exception.get("hours") or [])
        return cls(days, special)

    def on(self, day: date) -> tuple[Span, ...]:
        """Return the hours of a day."""
        if day in self.exceptions:
            return self.exceptions[day]
        if HOLIDAY in self.days and is_holiday(day):
            return self.days[HOLIDAY]
        return self.days.get(DAYS[day.weekday()], ())

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        return not self.days or any(start <= at < end for start, end in self._around(at))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when the shop opens next, or None: it does not, as far as anybody said."""
        day = at.astimezone(TOKYO).date()
        for ahead in range(_LOOKS_AHEAD):
            for start, _ in self._of(day + timedelta(days=ahead)):
                if start > at:
                    return start
        return None

    def shown(self, at: datetime) -> str:
        """Return the hours of a day as friends read them, such as 10:00〜19:00; empty: closed."""
        spans = self.on(at.astimezone(TOKYO).date())
        return "、".join(f"{_clock(start)}〜{_clock(end)}" for start, end in spans)

    def _around(self, at: datetime) -> list[tuple[datetime, datetime]]:
        day = at.astimezone(TOKYO).date()
        return self._of(day - timedelta(days=1)) + self._of(day)

    def _of(self, day: date) -> list[tuple[datetime, datetime]]:
        midnight = datetime.combine(day, time(), TOKYO)
        return [
            (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
            for start, end in self.on(day)
        ]


def shown_moment(at: datetime, *, now: datetime) -> str:
    """Return a moment ahead as friends read it: 10:00, 明日 10:00 or 11月24日（火）10:00."""
    moment, today = at.astimezone(TOKYO), now.astimezone(TOKYO).date()
    days = (moment.date() - today).days
    clock = f"{moment.hour}:{moment.minute:02}"
    if days == 0:
        return f"本日 {clock}"
    if days == 1:
        return f"明日 {clock}"
    return f"{moment.month}月{moment.day}日（{_WEEKDAYS[moment.weekday()]}）{clock}"


def _spans(day: str, spans: object) -> tuple[Span, ...]:
    if not isinstance(spans, list | tuple):
        raise HoursError(f'{day}: write a list such as [["10:00", "19:00"]]')
    read = []
    for span in spans:
        if not isinstance(span, list | tuple) or len(span) != 2:  # noqa: PLR2004 - from and to
            raise HoursError(f'{day}: write each span as ["10:00", "19:00"]')
        start, end = _minutes(day, span[0]), _minutes(day, span[1])
        if end <= start:
            raise HoursError(f"{day}: {span[1]} is not after {span[0]}; after midnight is 24:30")
        read.append((start, end))
    return tuple(sorted(read))


def _minutes(day: str, written: object) -> int:
    found = _TIME.fullmatch(written) if isinstance(written, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else _LATEST + 1
    if minutes > _LATEST:
        raise HoursError(f"{day}: {written!r} is no time; write one such as 10:00")
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
