"""How much memory this process holds, and how much of the processors its work has taken."""

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")


def memory_mb() -> float:
    """Return the resident megabytes; 0 where the system does not say."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def cpu_seconds(server: int | None = None) -> float:
    """Return the processor time of this process, and of a server's processes; 0 if unknown.

    Args:
        server: the process that started the server's others.
    """
    mine = os.times()
    return mine.user + mine.system + (0.0 if server is None else _of_children(server))


def _of_children(parent: int) -> float:
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[1]) == parent:
            ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / _TICKS
