"""The dispatcher: takes leased calls to LINE, one after another for each friend.

    worker's own commit ─┐
    sweep (due, orphaned) ┴─▶ lane ─▶ carrier ─▶ marks (every 20 ms)

Whoever hands a call over holds its lease. The dispatcher renews the leases of what it carries;
if this process dies they run out, and another dispatcher's sweep goes on.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import metrics
from bot.clock import Clock
from bot.outbox import repository
from bot.outbox.carrier import Carrier
from bot.outbox.model import Call
from bot.outbox.policy import Verdict
from bot.signals import OUTBOX, Signals
from bot.store.engine import single_statements

_log = structlog.get_logger(__name__)

MARK_SECONDS: Final = 0.02
SWEEP_SECONDS: Final = 1.0
#: Under load every mark wakes the sweep; it need not look more often than this.
REST_SECONDS: Final = 0.1
SWEEP_LIMIT: Final = 500
RENEW_SECONDS: Final = 8.0
#: Calls under way before no more events are taken from the inbox.
BACKLOG: Final = 512
#: What a process waits for calls under way when it is asked to stop.
STOP_SECONDS: Final = 4.0


class Dispatcher:
    """Sends what the outbox holds."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        carrier: Carrier,
        signals: Signals,
        clock: Clock,
        owner: str,
        sweeps: bool = True,
    ) -> None:
        self._engine = engine
        self._marking = single_statements(engine)
        self._carrier = carrier
        self._signals = signals
        self._clock = clock
        self._owner = owner
        self._sweeps = sweeps
        self._lanes: dict[str, deque[Call]] = {}
        self._carried: set[int] = set()
        self._verdicts: list[Verdict] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False
        self._ending = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def carried(self) -> int:
        """How many calls are under way here, or not yet recorded."""
        return len(self._carried)

    async def has_room(self) -> None:
        """Return once few enough calls are under way: the friends in line wait in the inbox."""
        while len(self._carried) > BACKLOG and not self._stopping:
            self._room.clear()
            await self._room.wait()

    def submit(self, calls: Iterable[Call]) -> None:
        """Take calls whose lease this process holds."""
        for call in calls:
            if call.call_id in self._carried:
                continue
            self._carried.add(call.call_id)
            lane = self._lanes.get(call.lane)
            if lane is None:
                self._lanes[call.lane] = deque([call])
                self._spawn(call.lane)
            else:
                lane.append(call)

    def start(self) -> None:
        """Begin to mark, to renew leases and, where asked to, to sweep."""
        loops = [self._mark, self._renew, *([self._sweep] if self._sweeps else [])]
        self._loops = [asyncio.create_task(loop(), name=loop.__name__) for loop in loops]

    async def stop(self) -> None:
        """Finish what is under way; what is not finished in time keeps its lease until it ends."""
        self._stopping = True
        self._room.set()
        if self._tasks:
            _, unfinished = await asyncio.wait(list(self._tasks), timeout=STOP_SECONDS)
            for task in unfinished:
                task.cancel()  # it may have been sent: nobody may touch it before the lease ends
        await self._end_loops()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._write_marks()

    async def _end_loops(self) -> None:
        """Let each come to the end of its statement: one that is cut off takes a connection."""
        self._ending.set()
        self._signals.notify(OUTBOX)
        if self._loops:
            _, unfinished = await asyncio.wait(self._loops, timeout=1.0)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def _rest(self, seconds: float) -> None:
        """Wait, unless it is time to end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()

    async def sweep_once(self) -> Sequence[Call]:
        """Lease what is due or orphaned and carry it; return what was found."""
        async with self._engine.begin() as connection:
            found = await repository.claim_due(
                connection, owner=self._owner, now=self._clock(), limit=SWEEP_LIMIT
            )
        self.submit(found)
        return found

    def _spawn(self, lane: str) -> None:
        task = asyncio.create_task(self._run_lane(lane), name="lane")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_lane(self, lane: str) -> None:
        calls = self._lanes[lane]
        try:
            while calls:
                await self._carry(calls.popleft())
        finally:
            del self._lanes[lane]
            self._carried.difference_update(call.call_id for call in calls)

    async def _carry(self, call: Call) -> None:
        try:
            settled = await self._carrier.carry(call, is_stopping=lambda: self._stopping)
        except Exception:  # noqa: BLE001 - nothing may end a friend's lane
            # A bug, or the database went away: the lease runs out and the call is found again.
            _log.exception("dispatcher.failed", outbox_id=call.call_id)
            self._carried.discard(call.call_id)
        else:
            self._verdicts.append(settled)

    async def _mark(self) -> None:
        while not self._ending.is_set():
            await self._rest(MARK_SECONDS)
            if self._verdicts and not await self._write_marks():
                await self._rest(SWEEP_SECONDS)

    async def _write_marks(self) -> bool:
        """Record verdicts; while the database is away they are kept and written later."""
        verdicts, self._verdicts = self._verdicts, []
        if not verdicts:
            return True
        try:
            async with self._marking.begin() as connection:
                await repository.settle(connection, verdicts, owner=self._owner, now=self._clock())
        except (SQLAlchemyError, OSError, TimeoutError):
            _log.exception("dispatcher.cannot_record", calls=len(verdicts))
            self._verdicts = verdicts + self._verdicts
            return False
        except asyncio.CancelledError:
            self._verdicts = verdicts + self._verdicts  # stop() writes them once more
            raise
        for settled in verdicts:
            call = settled.call
            self._carried.discard(call.call_id)
            metrics.labelled(metrics.SETTLED, call.kind.value, call.state.value).inc()
        self._room.set()
        self._signals.notify(OUTBOX)
        return True

    async def _renew(self) -> None:
        while not self._ending.is_set():
            await self._rest(RENEW_SECONDS)
            if not self._carried:
                continue
            try:
                async with self._engine.begin() as connection:
                    await repository.renew(
                        connection, list(self._carried), owner=self._owner, now=self._clock()
                    )
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("dispatcher.cannot_renew", calls=len(self._carried))

    async def _sweep(self) -> None:
        while not self._stopping:
            await self._signals.wait(OUTBOX, at_most=SWEEP_SECONDS)
            if self._ending.is_set():
                return
            try:
                while await self.sweep_once():
                    pass
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("dispatcher.cannot_sweep")
                await self._rest(SWEEP_SECONDS)
            await self._rest(REST_SECONDS)
