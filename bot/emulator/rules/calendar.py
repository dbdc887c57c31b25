"""LINE's calendar: months of the bill and days of the statistics are Tokyo's."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

TOKYO: Final = timezone(timedelta(hours=9), "JST")


def month_of(seconds: float) -> str:
    """Return the month of an instant, such as ``2026-11``."""
    return datetime.fromtimestamp(seconds, TOKYO).strftime("%Y-%m")


def day_of(seconds: float) -> str:
    """Return the day of an instant, such as ``20261122``."""
    return datetime.fromtimestamp(seconds, TOKYO).strftime("%Y%m%d")


def iso(seconds: float) -> str:
    """Return an instant as LINE's progress endpoints write it: UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
