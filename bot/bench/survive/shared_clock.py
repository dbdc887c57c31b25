"""One virtual time for all processes: a file of eight bytes that each of them maps.

The offset to the machine's clock is moved by the bench alone, at the moment it moves LINE's.
"""

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_OFFSET: Final = struct.Struct("d")


class SharedClock:
    """A clock that follows the bench."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_OFFSET.pack(0.0))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _OFFSET.size)

    def seconds(self) -> float:
        """Return the virtual instant in seconds since 1970."""
        offset: float = _OFFSET.unpack_from(self._memory)[0]
        return time.time() + offset

    def now(self) -> datetime:
        """Return the virtual instant, timezone-aware (UTC)."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float) -> None:
        """Move time ahead for everybody who maps the file."""
        offset: float = _OFFSET.unpack_from(self._memory)[0]
        _OFFSET.pack_into(self._memory, 0, offset + seconds)
