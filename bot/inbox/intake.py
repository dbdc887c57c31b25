"""Intake: requests that arrive together share one insert.

    webhook -> Intake.put -> (events, inbox, lanes) -> wake the workers

While one insert is on its way the next one gathers, so the batch grows with the load and a lone
event waits for nobody. A failed insert is the caller's answer: LINE redelivers what was not kept.
"""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.inbox import repository
from bot.inbox.model import Received
from bot.signals import INBOX, Signals
from bot.store.engine import is_away, single_statements

_log = structlog.get_logger(__name__)

#: Events in one insert; what is over waits for the next.
BATCH = 500
#: Requests that wait for an insert before new ones are turned away, for LINE to redeliver.
QUEUE = 5_000
#: Two processes that met each other's events can be told to try again by the database.
_TRIES = 3


class IntakeClosedError(Exception):
    """The process is stopping, or more waits than it can take; LINE will redeliver."""


class Intake:
    """Micro-batches received events into the database."""

    def __init__(self, engine: AsyncEngine, signals: Signals) -> None:
        self._engine = single_statements(engine)
        self._signals = signals
        self._waiting: list[tuple[Sequence[Received], asyncio.Future[int]]] = []
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._lanes: set[str] = set()

    async def put(self, events: Sequence[Received]) -> int:
        """Store events; return how many were not known yet.

        Raises:
            IntakeClosedError: nothing was stored.
            SQLAlchemyError: the database would not take them.
        """
        if self._task is None or len(self._waiting) >= QUEUE:
            raise IntakeClosedError
        stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, stored))
        self._more.set()
        return await stored

    def start(self) -> None:
        """Begin to take events."""
        self._task = asyncio.create_task(self._run(), name="intake")

    async def stop(self) -> None:
        """Store what waits, then take no more."""
        task, self._task = self._task, None
        if task is None:
            return
        self._more.set()
        await task

    async def _run(self) -> None:
        while self._task is not None or self._waiting:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                await self._store(self._gather())

    def _gather(self) -> list[tuple[Sequence[Received], asyncio.Future[int]]]:
        size = 0
        for index, (events, _) in enumerate(self._waiting):
            size += len(events)
            if size >= BATCH:
                gathered, self._waiting = self._waiting[: index + 1], self._waiting[index + 1 :]
                return gathered
        gathered, self._waiting = self._waiting, []
        return gathered

    async def _store(self, gathered: list[tuple[Sequence[Received], asyncio.Future[int]]]) -> None:
        try:
            fresh = await self._insert([event for events, _ in gathered for event in events])
        except Exception as error:  # noqa: BLE001 - every waiting request must get its answer
            if len(gathered) > 1 and not is_away(error):
                # One request may hold what the database refuses: the others do not suffer for it.
                for one in gathered:
                    await self._store([one])
                return
            _log.exception("intake.failed", events=sum(len(events) for events, _ in gathered))
            for _, stored in gathered:
                if not stored.cancelled():
                    stored.set_exception(error)
            return
        self._signals.notify(INBOX)
        for events, stored in gathered:
            if not stored.cancelled():
                stored.set_result(sum(event.event_id in fresh for event in events))

    async def _insert(self, events: Sequence[Received]) -> set[int]:
        lanes = {event.lane for event in events} - self._lanes
        for attempt in range(1, _TRIES + 1):
            try:
                fresh = await repository.receive(self._engine, events, new_lanes=sorted(lanes))
                break
            except DBAPIError as error:
                if is_away(error) or attempt == _TRIES:
                    raise
        if len(self._lanes) > 200_000:  # noqa: PLR2004 - a bound on memory, no more
            self._lanes.clear()
        self._lanes |= {lane for lane in lanes if not lane.startswith("event:")}
        return fresh
