"""Writing the state to its file a moment after it changed, and at the end."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Final

import structlog

from bot.emulator.platform import Platform
from bot.emulator.storage import UnreadableStateError, decode, encode, write_atomically

_log = structlog.get_logger(__name__)

_PAUSE_SECONDS: Final = 0.5
#: Saving may take this share of the time at most; a large state is saved less often.
_SHARE: Final = 0.05


class Saver:
    """Keeps one state file current."""

    def __init__(self, platform: Platform, path: Path) -> None:
        self._platform = platform
        self._path = path
        self._changed = asyncio.Event()
        self._took = 0.0
        self._writing = threading.Lock()
        #: Numbers of the last snapshot taken, and of the last one written.
        self._taken = 0
        self._written = 0
        platform.on_change = self._changed.set

    def restore(self) -> bool:
        """Take up the saved state; False when there is none.

        Raises:
            UnreadableStateError: the file is not a state of this emulator.
        """
        if not self._path.is_file():
            return False
        try:
            world = decode(self._path.read_bytes())
        except UnreadableStateError as error:
            message = f"{self._path} is no state of this emulator ({error}); move it away"
            raise UnreadableStateError(message) from error
        self._platform.world = world
        self._platform.clock.restore(
            offset_seconds=world.clock_offset_seconds, frozen_at=world.clock_frozen_at
        )
        return True

    async def run(self) -> None:
        """Save after changes, for as long as the app runs."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(max(_PAUSE_SECONDS, self._took / _SHARE))
            self._changed.clear()
            try:
                await asyncio.to_thread(self._write, *self._snapshot())
            except OSError as error:
                _log.warning("emulator.not_saved", path=str(self._path), error=str(error))

    def save(self) -> None:
        """Save now."""
        self._write(*self._snapshot())

    def _write(self, number: int, data: bytes) -> None:
        """Write a snapshot, unless a later one was written meanwhile."""
        with self._writing:
            if number > self._written:
                write_atomically(self._path, data)
                self._written = number

    def _snapshot(self) -> tuple[int, bytes]:
        started = time.perf_counter()
        world, clock = self._platform.world, self._platform.clock
        world.clock_offset_seconds = clock.offset_seconds
        world.clock_frozen_at = clock.frozen_at_seconds
        world.undelivered = self._platform.courier.undelivered()
        data = encode(world)
        self._took = time.perf_counter() - started
        self._taken += 1
        return self._taken, data
