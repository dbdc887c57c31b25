"""Arrival numbers: 63-bit ids that sort by when this install met a thing.

Made by the process, so no row waits for a sequence, and an order on the id is an order of
arrival. 51 bits of microseconds since 2026 (71 years) and 12 bits that differ between processes.
"""

import secrets
import time

#: 2026-01-01T00:00:00Z in microseconds.
_START = 1_767_225_600_000_000
_PROCESS_BITS = 12

_process = secrets.randbits(_PROCESS_BITS)
_last = 0


def number() -> int:
    """Return the next arrival number of this process; each is larger than the one before."""
    global _last  # noqa: PLW0603 - one counter a process is the point
    _last = max(_last + 1, time.time_ns() // 1_000 - _START)
    return (_last << _PROCESS_BITS) | _process


def seconds_since(number: int) -> float:
    """Return how long ago a number was given, by this machine's clock."""
    return (time.time_ns() // 1_000 - _START - (number >> _PROCESS_BITS)) / 1e6


def floor(seconds_ago: float) -> int:
    """Return a number below everything that arrived in the last so many seconds."""
    return max(0, time.time_ns() // 1_000 - _START - int(seconds_ago * 1e6)) << _PROCESS_BITS
