"""The carrier: takes one leased call to LINE, as often as it is safe.

policy.route -> (push: count it first) -> LINE -> policy.verdict -> again, or settled
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import metrics
from bot.clock import Clock
from bot.line.answers import Answer, Outcome
from bot.line.client import LineClient
from bot.line.limits import MESSAGES_PER_CALL
from bot.line.rates import Rates, bucket_of
from bot.outbox import ledger, repository
from bot.outbox.model import Call, Kind, State, Via, packed
from bot.outbox.policy import Route, Verdict, needs_proof, route, verdict, without_sending
from bot.outbox.proof import surely_until
from bot.outbox.requests import (
    CannotSendError,
    Reachable,
    Request,
    Requesters,
    message_request,
)

_log = structlog.get_logger(__name__)

#: Calls on their way to LINE at once.
IN_FLIGHT: Final = 256
#: A call that waits longer than this goes back to the database, for any dispatcher to find.
PATIENT_SECONDS: Final = 10.0


#: Hears of every message that LINE took, with LINE's answer; raises nothing.
TellSent: TypeAlias = Callable[[Call, Answer], Awaitable[None]]


class Carrier:
    """Carries single calls; whose turn it is, the dispatcher knows."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        line: LineClient,
        rates: Rates,
        clock: Clock,
        owner: str,
        requesters: Requesters,
        is_reachable: Reachable,
        tell_sent: TellSent | None = None,
    ) -> None:
        self._engine = engine
        self._line = line
        self._rates = rates
        self._clock = clock
        self._owner = owner
        self._requesters = requesters
        self._is_reachable = is_reachable
        self._tell_sent = tell_sent
        self._slots = asyncio.Semaphore(IN_FLIGHT)

    async def carry(self, call: Call, *, is_stopping: Callable[[], bool]) -> Verdict:
        """Try until the call is settled, or has to wait long enough to be put back."""
        while not is_stopping():
            judged = await self._step(call)
            if judged.is_settled:
                return judged
            if judged.wait > PATIENT_SECONDS:
                return _put_back(judged, self._clock() + timedelta(seconds=judged.wait))
            call = judged.call
            if judged.wait:
                await asyncio.sleep(judged.wait)
        return _put_back(Verdict(call), self._clock())

    async def _step(self, call: Call) -> Verdict:
        way = route(call, self._clock())
        if way in {Route.HOLD, Route.EXPIRE, Route.ASK}:
            unsent = without_sending(call, way)
            if way is Route.HOLD and call.attempts:
                self._missed(call)
            if call.via is Via.PUSH and not call.doubtful:
                await self._strike(unsent, "nothing could be sent in time")
            return unsent
        if way is Route.PUSH and call.via is None:
            begun = await self._begin_push(call)
            if begun.is_settled:
                return begun
            call = begun.call
        judged = await self._attempt(call, way)
        if judged.trouble is not None or judged.call.state is State.FAILED:
            await self._troubled(judged, way)
        return judged

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
        async with self._slots:
            if route(call, self._clock()) is not way:
                return Verdict(call)  # its turn came too late for this way
            answer = await self._send(request)
        if call.kind is not Kind.MESSAGE:
            answer = await self._requesters[call.kind].answered(call, answer)
        now, until = self._clock(), None
        if needs_proof(call, way, answer):
            async with self._engine.connect() as connection:
                until = await surely_until(connection, call)
        judged = verdict(call, way, answer, now, surely_until=until)
        if judged.trouble is Outcome.RATE_LIMITED:
            self._rates.slow_down(bucket, judged.wait)
        if judged.call.state is State.SENT and judged.call.kind is Kind.MESSAGE:
            (metrics.PAID if way is Route.PUSH else metrics.FREE).inc()
            if self._tell_sent is not None:
                await self._tell_sent(call, answer)
        return judged

    async def _request(self, call: Call, way: Route) -> Request | None:
        if call.kind is Kind.MESSAGE:
            return message_request(call, way)
        return await self._requesters[call.kind].request(call)

    async def _send(self, request: Request) -> Answer:
        if request.body is not None:
            return await self._line.send(request.path, request.body, retry_key=request.retry_key)
        if request.method == "GET":
            return await self._line.ask(request.path)
        return await self._line.call(request.method, request.path)

    async def _begin_push(self, call: Call) -> Verdict:
        """Decide on a push before it leaves: pack what can go along, count it, fix its bytes."""
        if not await self._is_reachable(call.lane):
            error = "the friend has blocked the account: nothing was sent, nothing is billed"
            return Verdict(replace(call, state=State.FAILED), error=error)
        now = self._clock()
        async with self._engine.begin() as connection:
            along: list[Call] = []
            room = MESSAGES_PER_CALL - call.bubbles
            for later in await repository.companions(connection, call, owner=self._owner, now=now):
                if later.bubbles > room:
                    break
                along.append(later)
                room -= later.bubbles
            call = replace(packed(call, *along), via=Via.PUSH, pushed_at=now)
            if not await repository.begin_push(connection, call, owner=self._owner, now=now):
                return Verdict(replace(call, state=State.WAITING), error="the lease was lost")
            await repository.pack(connection, along, into=call.call_id, now=now)
            await ledger.count(connection, call, now=now)
        return Verdict(call)

    def _missed(self, call: Call) -> None:
        """Leave a trace of an answer whose free way was open, and closed with LINE refusing."""
        metrics.MISSED.inc()
        _log.warning("outbox.reply_missed", outbox_id=call.call_id, attempts=call.attempts)

    async def _troubled(self, judged: Verdict, way: Route) -> None:
        """Tell a person, and take a push that did not happen off the bill."""
        call = judged.call
        _log.warning(
            "outbox.trouble",
            outbox_id=call.call_id,
            way=way.value,
            state=call.state.value,
            status=judged.status,
            request_id=judged.request_id,
            error=judged.error,
        )
        metrics.CALLS.labels(kind=call.kind.value, state=call.state.value).inc()
        is_off = call.state is State.FAILED or (call.state is State.PARKED and call.via is None)
        if way is Route.PUSH and is_off:
            await self._strike(judged, judged.error or "refused")

    async def _strike(self, judged: Verdict, reason: str) -> None:
        """Settle a push that did not happen, and take it off the bill, or neither.

        Off the bill alone, whoever takes the call up after a crash would push it uncounted.
        """
        now = self._clock()
        async with self._engine.begin() as connection:
            if await repository.settle_one(connection, judged, owner=self._owner, now=now):
                await ledger.void(connection, judged.call.call_id, reason=reason, now=now)


def _put_back(judged: Verdict, due_at: datetime) -> Verdict:
    return replace(judged, call=replace(judged.call, state=State.WAITING, due_at=due_at))
