"""The two cores of a bench, and what a process has used of them.

One core is the bot's alone. The load, LINE's stand-in, PostgreSQL and Valkey share the other, so
that a figure is the bot's and not the machine's. With more than two cores the rest stay idle.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Cores(NamedTuple):
    """Which core is whose."""

    ours: int
    others: int


def cores() -> Cores:
    """Choose two cores; on a machine with one, everything shares it."""
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(allowed[0], allowed[min(1, len(allowed) - 1)])


def pin(pid: int, core: int) -> None:
    """Keep a process, and what it starts from now on, on one core; 0 is the calling process."""
    os.sched_setaffinity(pid, {core})


@contextmanager
def staying_on(core: int) -> Iterator[None]:
    """Keep this process, and what it starts meanwhile, on one core for a while."""
    before = os.sched_getaffinity(0)
    pin(0, core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, all threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS  # utime and stime, proc(5)


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def busy_seconds(core: int) -> float:
    """Return how long a core has worked since the machine started."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{core}":
            # user, nice, system, (idle, iowait,) irq, softirq, steal
            return sum(int(ticks[i]) for i in (0, 1, 2, 5, 6, 7)) / _TICKS
    return 0.0


def speed_ms(core: int) -> float:
    """Return how long a fixed piece of Python takes on a core just now: the noise."""
    with staying_on(core):
        started = time.perf_counter()
        total = 0
        for number in range(200_000):
            total += number & 7
        return (time.perf_counter() - started) * 1e3
