"""How much memory this process holds."""

from pathlib import Path


def memory_mb() -> float:
    """Return the resident megabytes; 0 where the system does not say."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
