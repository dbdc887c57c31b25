"""The worker's loop: claim, handle, commit, hand the calls over, wait for the next signal."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock
from bot.inbox import repository as inbox
from bot.inbox.model import Claimed
from bot.outbox.dispatcher import Dispatcher
from bot.signals import INBOX, OUTBOX, TALKS, Signals
from bot.store.batch import StaleRowError
from bot.store.engine import is_away
from bot.worker.batch import Batch, Result
from bot.worker.failures import count_failures, failure_of

_log = structlog.get_logger(__name__)

BATCH: Final = 200
POLL_SECONDS: Final = 1.0
#: How often the floor of the inbox scan is measured anew; each time one scan goes without it.
FLOOR_SECONDS: Final = 5.0


class Worker:
    """Handles what the inbox holds."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        batch: Batch,
        dispatcher: Dispatcher,
        signals: Signals,
        clock: Clock,
        ticks: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._batch = batch
        self._dispatcher = dispatcher
        self._signals = signals
        self._clock = clock
        self._ticks = ticks
        self._floor = 0
        self._floor_at = float("-inf")
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to claim events."""
        self._task = asyncio.create_task(self._run(), name="worker")

    async def stop(self) -> None:
        """Finish the claimed batch, then claim no more."""
        self._stopping = True
        self._signals.notify(INBOX)
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping:
            try:
                found = await self.work_once()
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("worker.database_away")
                await asyncio.sleep(POLL_SECONDS)
                continue
            except Exception:  # noqa: BLE001 - the loop outlives every bug; the net is the next round
                _log.exception("worker.failed")
                await asyncio.sleep(POLL_SECONDS)
                continue
            if not found:
                await self._signals.wait(INBOX, at_most=POLL_SECONDS)

    async def work_once(self) -> int:
        """Handle one batch; return how many events were claimed."""
        await self._dispatcher.has_room()
        claimed: list[Claimed] = []
        try:
            await self._work(claimed, limit=BATCH)
        except Exception as error:
            if is_away(error) or not claimed:
                raise
            _log.warning("worker.one_by_one", events=len(claimed), error=type(error).__name__)
            await self._one_by_one(len(claimed))
        return len(claimed)

    async def _one_by_one(self, count: int) -> None:
        """Find the event that cannot be written down: each in a transaction of its own."""
        for _ in range(count):
            claimed: list[Claimed] = []
            try:
                await self._work(claimed, limit=1)
            except StaleRowError:
                return  # somebody else was faster: look again
            except Exception as error:
                if is_away(error) or not claimed:
                    raise
                await self._refused(claimed[0], error)
            if not claimed:
                return

    async def _refused(self, event: Claimed, error: Exception) -> None:
        async with self._engine.begin() as connection:
            await count_failures(connection, [failure_of(event, error)], now=self._clock())

    async def _work(self, claimed: list[Claimed], *, limit: int) -> None:
        result = Result()
        async with self._engine.begin() as connection:
            now = self._clock()
            floor = await self._current_floor(connection)
            claimed.extend(await inbox.claim(connection, now=now, floor=floor, limit=limit))
            if not claimed:
                return
            result = await self._batch.run(connection, claimed, now=now)
        self._dispatcher.submit(result.calls)
        self._signals.notify(OUTBOX)
        self._signals.tell(TALKS, result.talks)

    async def _current_floor(self, connection: AsyncConnection) -> int:
        if self._ticks() - self._floor_at > FLOOR_SECONDS:
            self._floor_at = self._ticks()
            self._floor = await inbox.open_floor(connection)
        return self._floor
