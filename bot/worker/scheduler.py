"""What happens by the clock: erasing what was kept long enough, giving up what waited too long."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import metrics
from bot.clock import Clock, utc_now
from bot.inbox import housekeeping as inbox
from bot.inbox import repository as inbox_queries
from bot.outbox import housekeeping as outbox
from bot.outbox import repository as outbox_queries
from bot.rounds import Round
from bot.segments.index import changes

_log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 15.0
#: Texts of friends and of answers are erased after this; ids, counts and outcomes stay longer.
KEEP_CONTENT: Final = timedelta(days=7)
KEEP_ROWS: Final = timedelta(days=30)


#: Does what is due at a moment of the clock.
Job: TypeAlias = Callable[[datetime], Awaitable[object]]


class Scheduler:
    """Runs what is due."""

    def __init__(self, engine: AsyncEngine, clock: Clock, *, jobs: Sequence[Job] = ()) -> None:
        """Choose what is done besides housekeeping; each job opens transactions of its own."""
        self._engine = engine
        self._clock = clock
        self._jobs = tuple(jobs)
        self._task: asyncio.Task[None] | None = None
        self._round = Round()

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="scheduler")

    async def stop(self) -> None:
        """End; what was under way is rolled back and comes again."""
        await self._round.end(self._task)

    async def _run(self) -> None:
        while True:
            try:
                async with self._round:
                    await self.run_once()
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("scheduler.failed")
            await asyncio.sleep(EVERY_SECONDS)

    async def run_once(self) -> None:
        """Do everything that is due now."""
        now = self._clock()
        async with self._engine.begin() as connection:
            await outbox_queries.expire_held(connection, now=now)
            await outbox.erase(connection, content=now - KEEP_CONTENT, rows=now - KEEP_ROWS)
            await inbox.erase(connection, content=now - KEEP_CONTENT, rows=now - KEEP_ROWS)
            await changes.prune(connection, now=utc_now())  # the database's clock wrote it
            depth, oldest = await inbox_queries.depth(connection)
            waiting = await outbox_queries.depth(connection)
        for job in self._jobs:
            await job(now)
        metrics.INBOX_DEPTH.set(depth)
        metrics.INBOX_AGE.set((now - oldest).total_seconds() if oldest else 0.0)
        for state in outbox_queries.OPEN:
            metrics.OUTBOX_DEPTH.labels(state=state.value).set(waiting.get(state, (0, now))[0])
