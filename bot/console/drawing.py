"""Charts as pictures of lines and bars that a template draws, and how long things took in words.

figures by day -> Chart (numbers on a canvas of its own) -> inline SVG, coloured by the stylesheet
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.conversations.figures import Figures, together

WIDTH: Final = 640
HEIGHT: Final = 180
_LEFT: Final = 44
_TOP: Final = 10
_BOTTOM: Final = 24
#: More days than this are drawn as weeks: a bar a day would be a hair.
_MOST_DAYS: Final = 62
_LABELS: Final = 8
_STEPS: Final = (1, 2, 5, 10, 20, 30, 60)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it says, and where it stands."""

    label: str
    values: tuple[int | None, ...]
    x: float
    width: float
    #: Top and height of each value.
    spans: tuple[tuple[float, float], ...]
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart on a canvas of ``WIDTH`` by ``HEIGHT``."""

    bars: Sequence[Bar]
    #: Heights of lines across, and what they stand for.
    lines: Sequence[tuple[float, int]]
    is_empty: bool
    is_weekly: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


def days_a_bar(first: date, last: date) -> int:
    """Return how many days one bar stands for."""
    return 7 if (last - first).days >= _MOST_DAYS else 1


def answers(rows: Sequence[Figures], first: date, last: date) -> Chart:
    """Draw how many talks were handed over, and how many were answered."""
    return _chart(rows, first, last, lambda f: (f.asked, len(f.first_answers)))


def waits(rows: Sequence[Figures], first: date, last: date) -> Chart:
    """Draw the usual wait for a first answer, in minutes, begun minutes included."""
    return _chart(rows, first, last, lambda f: (_minutes(f.first_answers.median),))


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else -(-seconds // 60)


def _chart(
    rows: Sequence[Figures],
    first: date,
    last: date,
    of: Callable[[Figures], tuple[int | None, ...]],
) -> Chart:
    width = days_a_bar(first, last)

    def begin(day: date) -> date:
        return first + timedelta(days=(day - first).days // width * width)

    known = together(rows, lambda row: begin(row.day or first))
    days = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, width)]
    values = [of(known.get(day, Figures())) for day in days]
    top = _ceiling(max((value or 0 for each in values for value in each), default=0))
    room = (WIDTH - _LEFT) / len(days)
    every = -(-len(days) // _LABELS)
    bars = [
        Bar(
            label=f"{day.month}/{day.day}",
            values=value,
            x=round(_LEFT + number * room, 1),
            width=round(room, 1),
            spans=tuple(_span(one or 0, top) for one in value),
            is_labelled=number % every == 0,
        )
        for number, (day, value) in enumerate(zip(days, values, strict=True))
    ]
    marks = sorted({0, top // 2, top}) if top > 1 else [0, top]
    lines = [(round(_span(mark, top)[0], 1), mark) for mark in marks]
    return Chart(bars, lines, not any(v for each in values for v in each), width > 1)


def _span(value: int, top: int) -> tuple[float, float]:
    high = (HEIGHT - _TOP - _BOTTOM) * value / top
    return round(HEIGHT - _BOTTOM - high, 1), round(high, 1)


def _ceiling(most: int) -> int:
    """Return a round number at or above the highest value."""
    scale = 1
    while True:
        for step in _STEPS:
            if step * scale >= most:
                return max(step * scale, 2)
        scale *= 60


def duration(seconds: int | None) -> tuple[str, int, int]:
    """Return the larger unit of a time, how many of it, and how many of the next smaller one."""
    if seconds is None:
        return "", 0, 0
    if seconds < 60:  # noqa: PLR2004 - a minute
        return "s", seconds, 0
    if seconds < 3_600:  # noqa: PLR2004 - an hour
        return "m", *divmod(seconds, 60)
    if seconds < 86_400:  # noqa: PLR2004 - a day
        return "h", seconds // 3_600, seconds % 3_600 // 60
    return "d", seconds // 86_400, seconds % 86_400 // 3_600


def since(moment: datetime | None, now: datetime) -> int | None:
    """Return the whole seconds since a moment."""
    return None if moment is None else max(0, int((now - moment).total_seconds()))
