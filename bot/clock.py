"""Time. Everything asks here: tests can stand still, and the demo follows the emulator."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

Clock: TypeAlias = Callable[[], datetime]

#: LINE counts months and days here, and screens show it.
TOKYO = ZoneInfo("Asia/Tokyo")


def utc_now() -> datetime:
    """Return the current instant, timezone-aware (UTC)."""
    return datetime.now(UTC)


def month_of(at: datetime) -> str:
    """Return the billing month of an instant, such as ``2026-11``; it starts at midnight JST."""
    return f"{at.astimezone(TOKYO):%Y-%m}"
