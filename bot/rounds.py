"""Loops that are ended between two rounds.

A task that is cancelled in the middle of a statement takes the database connection with it: the
pool never hears of it, and it is closed by the garbage collector, with a complaint.
"""

import asyncio
import contextlib
from types import TracebackType
from typing import Final

#: What a round may still take when its process is asked to stop.
GRACE_SECONDS: Final = 2.0


class Round:
    """Held by a loop while it does something: ``async with self._round``."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._busy = asyncio.Lock()

    async def __aenter__(self) -> None:
        """Begin; once the loop is to end, never."""
        await self._busy.acquire()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End this round."""
        self._busy.release()

    async def end(self, task: asyncio.Task[None] | None) -> None:
        """End the loop: after its round, unless that takes too long."""
        if task is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await self._busy.acquire()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
