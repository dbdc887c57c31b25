"""LINE's calendar: months of the bill and days of the statistics are Tokyo's."""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

TOKYO: Final = timezone(timedelta(hours=9), "JST")
_AHEAD_SECONDS: Final = 9 * 3600
_DAY_SECONDS: Final = 86400
_EPOCH: Final = date(1970, 1, 1)


def month_of(seconds: float) -> str:
    """Return the month of an instant, such as ``2026-11``."""
    return _names(_number(seconds))[0]


def day_of(seconds: float) -> str:
    """Return the day of an instant, such as ``20261122``."""
    return _names(_number(seconds))[1]


def _number(seconds: float) -> int:
    """Return how many days of Tokyo began before an instant, counted from 1970."""
    return int((seconds + _AHEAD_SECONDS) // _DAY_SECONDS)


@lru_cache(maxsize=64)
def _names(number: int) -> tuple[str, str]:
    """Return month and day by number; every billed call asks for both."""
    day = _EPOCH + timedelta(days=number)
    return f"{day:%Y-%m}", f"{day:%Y%m%d}"


def iso(seconds: float) -> str:
    """Return an instant as LINE's progress endpoints write it: UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
