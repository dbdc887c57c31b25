"""Questions answered with LINE's pickers: a day, a time, or both.

What is typed instead of picked is read, too: 1990/5/12, 平成2年5月12日, 18時30分.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, model_validator

from bot.content.words import Label
from bot.line import limits
from bot.people.dates import parse_day
from bot.people.written import UnreadableError, dashed, plain
from bot.surveys.base import BaseQuestion, DateOutOfRangeError, NotAChoiceError

_FIRST_DAY: Final = date.fromisoformat(limits.PICKER_FIRST_DAY)
_LAST_DAY: Final = date.fromisoformat(limits.PICKER_LAST_DAY)
_TIME: Final = re.compile(r"([01]?\d|2[0-3])(?::|時)([0-5]\d)(?:分)?", re.ASCII)
_HOUR: Final = re.compile(r"([01]?\d|2[0-3])時", re.ASCII)
_DAY_LENGTH: Final = len("2026-04-01")
_MINUTES: Final = 24 * 60


def _pickable(day: date) -> date:
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise ValueError(
            f"LINE's date picker goes from {_FIRST_DAY} to {_LAST_DAY}; choose within"
        )
    return day


Day: TypeAlias = Annotated[date, AfterValidator(_pickable)]


def clock_time(written: Any) -> Any:
    """Read HH:MM; YAML makes a number of minutes of 21:00 without quotes."""
    if type(written) is int and 0 <= written < _MINUTES:
        return f"{written // 60:02}:{written % 60:02}"
    if isinstance(written, str) and (found := _TIME.fullmatch(written)):
        return f"{int(found[1]):02}:{found[2]}"
    raise ValueError("not a time of day; write it like 09:30")


TimeOfDay: TypeAlias = Annotated[str, BeforeValidator(clock_time)]


def _moment(written: Any) -> Any:
    if isinstance(written, datetime):
        written = written.strftime("%Y-%m-%dT%H:%M")
    try:
        at = datetime.strptime(written, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - LINE's have no zone
    except (TypeError, ValueError):
        raise ValueError("not a day and time; write it like 2026-04-01T09:30") from None
    _pickable(at.date())
    return f"{at:%Y-%m-%dT%H:%M}"


Moment: TypeAlias = Annotated[str, BeforeValidator(_moment)]


class _Picked(BaseQuestion):
    #: How LINE calls the picker.
    mode: ClassVar[str]

    #: On the button that opens the picker.
    button: Label

    @property
    def bounds(self) -> dict[str, str]:
        """Return what the picker is given as ``initial``, ``min`` and ``max``."""
        raise NotImplementedError

    def check(self, value: str) -> None:
        """Take a value in range, written as LINE does.

        Raises:
            NotAChoiceError: it is not written so.
            DateOutOfRangeError: it lies outside.
        """
        self._written(value)
        bounds = self.bounds
        if not bounds.get("min", value) <= value <= bounds.get("max", value):
            raise DateOutOfRangeError(f"{self.key}: {value} is not in {bounds}")

    def _written(self, value: str) -> None:
        raise NotImplementedError


class DateQuestion(_Picked):
    """A question answered with the date picker."""

    mode: ClassVar[str] = "date"

    kind: Literal["date"]
    initial: Day
    earliest: Day
    latest: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.earliest <= self.initial <= self.latest or self.earliest == self.latest:
            raise ValueError("earliest, initial and latest must follow each other; reorder them")
        return self

    @property
    def bounds(self) -> dict[str, str]:
        """Return the days of the picker."""
        days = {"initial": self.initial, "min": self.earliest, "max": self.latest}
        return {name: day.isoformat() for name, day in days.items()}

    def read(self, text: str) -> str:
        """Take a day as people write it."""
        try:
            return parse_day(text).isoformat()
        except UnreadableError:
            raise NotAChoiceError(f"{self.key}: what was typed is not a day") from None

    def say(self, value: str) -> str:
        """Put a day into words."""
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"

    def _written(self, value: str) -> None:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise NotAChoiceError(f"{self.key}: not a day: {value!r}") from None
        if value != day.isoformat():
            raise NotAChoiceError(f"{self.key}: not written YYYY-MM-DD: {value!r}")

    def _samples(self) -> list[Any]:
        return [self.earliest.isoformat(), self.latest.isoformat()]


class _Ordered(_Picked):
    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, first, high = map(self.bounds.get, ("min", "initial", "max"))
        if low is not None and high is not None and low >= high:
            raise ValueError("earliest must come before latest; swap them")
        if first is not None and not (low or first) <= first <= (high or first):
            raise ValueError("initial lies outside of earliest and latest; move it between them")
        return self


class TimeQuestion(_Ordered):
    """A question answered with the time picker."""

    mode: ClassVar[str] = "time"

    kind: Literal["time"]
    initial: TimeOfDay | None = None
    earliest: TimeOfDay | None = None
    latest: TimeOfDay | None = None

    @property
    def bounds(self) -> dict[str, str]:
        """Return the times of the picker."""
        times = {"initial": self.initial, "min": self.earliest, "max": self.latest}
        return {name: time for name, time in times.items() if time is not None}

    def read(self, text: str) -> str:
        """Take 9:30, ９時３０分 or 9時."""
        words = plain(text)
        found = _TIME.fullmatch(words) or _HOUR.fullmatch(words)
        if found is None:
            raise NotAChoiceError(f"{self.key}: what was typed is not a time")
        return f"{int(found[1]):02}:{found[2] if found.re is _TIME else '00'}"

    def say(self, value: str) -> str:
        """Put a time into words."""
        return f"{int(value[:2])}時{value[3:]}分"

    def _written(self, value: str) -> None:
        found = _TIME.fullmatch(value)
        if found is None or clock_time(value) != value:
            raise NotAChoiceError(f"{self.key}: not written HH:MM: {value!r}")

    def _samples(self) -> list[Any]:
        return ["09:00"]


class DateTimeQuestion(_Ordered):
    """A question answered with the picker of day and time."""

    mode: ClassVar[str] = "datetime"

    kind: Literal["datetime"]
    initial: Moment | None = None
    earliest: Moment | None = None
    latest: Moment | None = None

    @property
    def bounds(self) -> dict[str, str]:
        """Return the moments of the picker."""
        moments = {"initial": self.initial, "min": self.earliest, "max": self.latest}
        return {name: moment for name, moment in moments.items() if moment is not None}

    def read(self, text: str) -> str:
        """Take a day and a time with a space between."""
        day, _, time = dashed(text).replace("T", " ").partition(" ")
        found = _TIME.fullmatch(time.strip())
        try:
            picked = parse_day(day).isoformat()
        except UnreadableError:
            found = None
        if found is None:
            raise NotAChoiceError(f"{self.key}: what was typed is not a day and time")
        return f"{picked}T{int(found[1]):02}:{found[2]}"

    def say(self, value: str) -> str:
        """Put a moment into words."""
        day = date.fromisoformat(value[:_DAY_LENGTH])
        hour, minute = value[_DAY_LENGTH + 1 :].split(":")
        return f"{day.year}年{day.month}月{day.day}日 {int(hour)}時{minute}分"

    def _written(self, value: str) -> None:
        try:
            right = _moment(value) == value
        except ValueError:
            right = False
        if not right:
            raise NotAChoiceError(f"{self.key}: not written YYYY-MM-DDTHH:MM: {value!r}")

    def _samples(self) -> list[Any]:
        return ["2026-04-01T09:00"]
