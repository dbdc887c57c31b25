"""How many calls may go now, and when the next may.

    limit -> Pace -> Meter (this process alone), leases.py (all processes, in Redis)

A meter holds one number, the instant at which its bucket would be full again. Every call moves it
one interval on; a call may go while it is less than a bucket ahead of now ("GCRA").
"""

import math
from dataclasses import dataclass
from typing import Final

from bot.line.limits import Limit

#: Of a limit by the second, how much may go at once. LINE names no burst.
BURST_SHARE: Final = 0.1
#: Leases a second that a busy process makes of one bucket.
LEASES_PER_SECOND: Final = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """A limit as a bucket: how fast it fills and how much it holds."""

    #: Seconds between calls.
    interval: float
    #: Calls that may go at once, at least one.
    burst: int
    #: Calls that one process takes for itself at once.
    chunk: int


def pace_of(limit: Limit, scale: float) -> Pace:
    """Read a limit as a bucket.

    A limit by the hour or minute may be used up at once, as publishing a set of menus does; of a
    limit by the second only a part.
    """
    calls = limit.calls * scale
    rate = calls / limit.seconds
    burst = calls if limit.seconds > 1 else calls * BURST_SHARE
    return Pace(1 / rate, max(1, math.floor(burst)), max(1, math.floor(rate / LEASES_PER_SECOND)))


class Meter:
    """One bucket of this process alone."""

    __slots__ = ("_full", "_pace")

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._full = 0.0

    def lease(self, wanted: int, now: float) -> tuple[int, float]:
        """Take up to ``wanted`` calls; return how many, and the seconds to wait if none."""
        interval, burst = self._pace.interval, self._pace.burst
        full = max(self._full, now)
        granted = max(0, min(wanted, math.floor(burst - (full - now) / interval + 0.001)))
        if granted == 0:
            return 0, full - now - (burst - 1) * interval
        self._full = full + granted * interval
        return granted, 0.0

    def pause(self, seconds: float, now: float) -> None:
        """Let nothing go for a while, and no burst after it."""
        until = now + (self._pace.burst - 1) * self._pace.interval + seconds
        self._full = max(self._full, until)
