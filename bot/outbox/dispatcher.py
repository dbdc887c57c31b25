"""The dispatcher: takes leased calls to LINE, one after another for each friend.

    worker's own commit ─┐
    sweep (due, orphaned) ┴─▶ lane ─▶ policy.route ─▶ LINE ─▶ policy.verdict ─▶ marks (every 20 ms)

Whoever hands a call over holds its lease. The dispatcher renews the leases of what it carries;
if this process dies they run out, and another dispatcher's sweep goes on.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.line.answers import Answer, Outcome
from bot.line.client import LineClient
from bot.line.rates import Rates, bucket_of
from bot.metrics import CALLS, FREE, PAID, SETTLED
from bot.outbox import ledger, repository
from bot.outbox.model import Call, Kind, State, Via, packed
from bot.outbox.policy import Route, Verdict, route, verdict, without_sending
from bot.outbox.requests import (
    CannotSendError,
    Reachable,
    Request,
    Requesters,
    message_request,
)
from bot.signals import OUTBOX, Signals

_log = structlog.get_logger(__name__)

IN_FLIGHT: Final = 256
MARK_SECONDS: Final = 0.02
SWEEP_SECONDS: Final = 1.0
#: Under load every mark wakes the sweep; it need not look more often than this.
GATHER_SECONDS: Final = 0.03
SWEEP_LIMIT: Final = 500
RENEW_SECONDS: Final = 8.0
#: A call that waits longer than this goes back to the database, for any dispatcher to find.
PATIENT_SECONDS: Final = 10.0
BUBBLES: Final = 5


class Dispatcher:
    """Sends what the outbox holds."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        line: LineClient,
        rates: Rates,
        signals: Signals,
        clock: Clock,
        owner: str,
        requesters: Requesters,
        is_reachable: Reachable,
        sweeps: bool = True,
    ) -> None:
        self._engine = engine
        self._line = line
        self._rates = rates
        self._signals = signals
        self._clock = clock
        self.owner = owner
        self._requesters = requesters
        self._is_reachable = is_reachable
        self._sweeps = sweeps
        self._lanes: dict[str, deque[Call]] = {}
        self._carried: set[int] = set()
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._verdicts: list[Verdict] = []
        self._marked = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False

    @property
    def carried(self) -> int:
        """How many calls are under way here."""
        return len(self._carried)

    def submit(self, calls: Iterable[Call]) -> None:
        """Take calls whose lease this process holds."""
        for call in calls:
            self._carried.add(call.call_id)
            lane = self._lanes.get(call.lane)
            if lane is None:
                self._lanes[call.lane] = deque([call])
                self._spawn(call.lane)
            else:
                lane.append(call)

    def start(self) -> None:
        """Begin to mark, to renew leases and, where asked to, to sweep."""
        loops: list[Callable[[], asyncio._CoroutineLike[None]]] = [self._mark, self._renew]
        if self._sweeps:
            loops.append(self._sweep)
        self._loops = [asyncio.create_task(loop(), name=loop.__name__) for loop in loops]

    async def stop(self, *, within: float = 4.0) -> None:
        """Finish what is under way; what is not finished in time goes back to the outbox."""
        self._stopping = True
        if self._tasks:
            _, unfinished = await asyncio.wait(list(self._tasks), timeout=within)
            for task in unfinished:
                task.cancel()  # its call keeps its lease until that runs out: it may have been sent
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, *self._tasks, return_exceptions=True)
        await self._write_marks()

    async def drain(self) -> None:
        """Wait until everything submitted so far has been sent and recorded."""
        while self._carried or self._verdicts:
            await asyncio.sleep(0.002)

    # -- one friend's calls ---------------------------------------------------------------------

    def _spawn(self, lane: str) -> None:
        task = asyncio.create_task(self._run_lane(lane), name="lane")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_lane(self, lane: str) -> None:
        calls = self._lanes[lane]
        try:
            while calls:
                call = calls.popleft()
                try:
                    settled = await self._carry(call)
                except Exception:  # a bug must not stop the friend's other calls
                    _log.exception("dispatcher.failed", outbox_id=call.call_id)
                    self._carried.discard(call.call_id)  # its lease runs out; the sweep finds it
                else:
                    self._verdicts.append(settled)
        finally:
            del self._lanes[lane]
            for call in calls:
                self._carried.discard(call.call_id)

    async def _carry(self, call: Call) -> Verdict:
        """Try until the call is settled, or has to wait long enough to be put back."""
        while True:
            if self._stopping:
                return _put_back(Verdict(call), self._clock())
            way = route(call, self._clock())
            if way in {Route.HOLD, Route.EXPIRE, Route.ASK}:
                if call.via is Via.PUSH and not call.doubtful:
                    await self._void(call, "nothing could be sent in time")
                return without_sending(call, way)
            if way is Route.PUSH and call.via is None:
                begun = await self._begin_push(call)
                if isinstance(begun, Verdict):
                    return begun
                call = begun
            judged = await self._attempt(call, way)
            if judged.trouble is not None or judged.call.state is State.FAILED:
                await self._troubled(judged, way)
            if judged.is_settled:
                return judged
            if judged.wait > PATIENT_SECONDS:
                return _put_back(judged, self._clock() + timedelta(seconds=judged.wait))
            call = judged.call
            if judged.wait:
                await asyncio.sleep(judged.wait)

    async def _attempt(self, call: Call, way: Route) -> Verdict:
        try:
            request = await self._request(call, way)
        except CannotSendError as error:
            return Verdict(replace(call, state=State.FAILED), error=str(error))
        if request is None:
            return Verdict(replace(call, state=State.SENT))
        bucket = bucket_of(request.method, request.path)
        if not self._rates.try_take(bucket):
            await self._rates.take(bucket)
            if route(call, self._clock()) is not way:
                return Verdict(call)  # its turn came too late for this way
        async with self._slots:
            answer = await self._send(request)
        if call.kind is not Kind.MESSAGE:
            answer = await self._requesters[call.kind].answered(call, answer)
        judged = verdict(call, way, answer, self._clock())
        if judged.trouble is Outcome.RATE_LIMITED:
            self._rates.slow_down(bucket, judged.wait)
        if judged.call.state is State.SENT and call.kind is Kind.MESSAGE:
            via = Via.PUSH if way is Route.PUSH else Via.REPLY
            (PAID if via is Via.PUSH else FREE).inc()
            judged = replace(judged, call=replace(judged.call, via=via))
        return judged

    async def _request(self, call: Call, way: Route) -> Request | None:
        if call.kind is Kind.MESSAGE:
            return message_request(call, way)
        return await self._requesters[call.kind].request(call)

    async def _send(self, request: Request) -> Answer:
        if request.body is not None:
            return await self._line.send(request.path, request.body, retry_key=request.retry_key)
        return await self._line.call(request.method, request.path)

    # -- pushes: counted before they leave ------------------------------------------------------

    async def _begin_push(self, call: Call) -> Call | Verdict:
        """Decide on a push: pack what can go along, count it, and fix it before it leaves."""
        if not await self._is_reachable(call.lane):
            error = "the friend has blocked the account: nothing was sent, nothing is billed"
            return Verdict(replace(call, state=State.FAILED), error=error)
        now = self._clock()
        async with self._engine.begin() as connection:
            along: list[Call] = []
            bubbles = call.bubbles
            for later in await repository.companions(connection, call, now=now):
                if bubbles + later.bubbles > BUBBLES:
                    break
                along.append(later)
                bubbles += later.bubbles
            call = replace(packed(call, *along), via=Via.PUSH, pushed_at=now)
            if not await repository.begin_push(connection, call, owner=self.owner, now=now):
                return Verdict(replace(call, state=State.WAITING), error="the lease was lost")
            await repository.pack(connection, along, into=call.call_id, now=now)
            await ledger.count(connection, call, now=now)
        return call

    async def _troubled(self, judged: Verdict, way: Route) -> None:
        call = judged.call
        _log.warning(
            "dispatcher.refused",
            outbox_id=call.call_id,
            way=way.value,
            state=call.state.value,
            status=judged.status,
            request_id=judged.request_id,
            error=judged.error,
        )
        CALLS.labels(kind=call.kind.value, state=call.state.value).inc()
        if (way is Route.PUSH and call.via is None) or call.state is State.FAILED:
            await self._void(call, judged.error or "refused")

    async def _void(self, call: Call, reason: str) -> None:
        async with self._engine.begin() as connection:
            await ledger.void(connection, call.call_id, reason=reason, now=self._clock())

    # -- loops ----------------------------------------------------------------------------------

    async def _mark(self) -> None:
        while True:
            await asyncio.sleep(MARK_SECONDS)
            if self._verdicts:
                await self._write_marks()

    async def _write_marks(self) -> None:
        """Record verdicts; while the database is away they are kept and written later."""
        verdicts, self._verdicts = self._verdicts, []
        if not verdicts:
            return
        try:
            async with self._engine.begin() as connection:
                await repository.settle(connection, verdicts, owner=self.owner, now=self._clock())
        except (SQLAlchemyError, OSError, TimeoutError):
            _log.exception("dispatcher.cannot_record", calls=len(verdicts))
            self._verdicts = verdicts + self._verdicts
            await asyncio.sleep(0 if self._stopping else SWEEP_SECONDS)
            return
        for settled in verdicts:
            self._carried.discard(settled.call.call_id)
            SETTLED.labels(kind=settled.call.kind.value, state=settled.call.state.value).inc()
        self._signals.notify(OUTBOX)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
                if self._carried:
                    async with self._engine.begin() as connection:
                        await repository.renew(
                            connection, list(self._carried), owner=self.owner, now=self._clock()
                        )

    async def _sweep(self) -> None:
        while not self._stopping:
            await self._signals.wait(OUTBOX, at_most=SWEEP_SECONDS)
            await asyncio.sleep(GATHER_SECONDS)
            try:
                while await self.sweep_once():
                    pass
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("dispatcher.cannot_sweep")
                await asyncio.sleep(SWEEP_SECONDS)

    async def sweep_once(self) -> Sequence[Call]:
        """Lease what is due or orphaned and carry it; return what was found."""
        async with self._engine.begin() as connection:
            found = await repository.claim_due(
                connection, owner=self.owner, now=self._clock(), limit=SWEEP_LIMIT
            )
        self.submit(call for call in found if call.call_id not in self._carried)
        return found


def _put_back(judged: Verdict, due_at: datetime) -> Verdict:
    return replace(judged, call=replace(judged.call, state=State.WAITING, due_at=due_at))
