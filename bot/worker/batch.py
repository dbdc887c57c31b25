"""One batch of claimed events, handled inside one transaction.

    claimed events -> handlers (in a unit of work) -> outbox + domain rows + closed inbox -> commit

A handler that fails is forgotten in memory, before any SQL; its event is counted as tried and its
friend rests. The other friends of the batch notice nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, metrics
from bot.conversations.repository import CONVERSATIONS
from bot.friends.model import Friend
from bot.friends.repository import FRIENDS
from bot.inbox import repository as inbox
from bot.inbox.model import Claimed, decode
from bot.outbox import repository as outbox
from bot.outbox.model import Call, messages
from bot.outbox.policy import token_lives
from bot.outbox.queue import queue, take_queued
from bot.outbox.riding import SpareToken, ride_along
from bot.people.repository import PEOPLE
from bot.routing import Answer, Context, Messages, Router
from bot.routing.router import answer_of, missing_handler
from bot.store import arrival
from bot.store.unit import Unit
from bot.worker.failures import Failure, count_failures, failure_of

_log = structlog.get_logger(__name__)

#: Reads what most handlers need of a batch's friends, in one statement a kind.
Preload = Callable[[Unit, Sequence[Friend]], Awaitable[None]]
Apology = Callable[[Context], Awaitable[Messages]]


@dataclass(slots=True)
class Result:
    """What came of a batch, to be acted on once it is committed."""

    handled: list[Claimed] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    #: Leased to this process.
    calls: list[Call] = field(default_factory=list)
    #: News of conversations, for the screens of staff.
    talks: list[str] = field(default_factory=list)


class Batch:
    """Handles the events of one claim."""

    def __init__(
        self,
        app: web.Application,
        *,
        router: Router,
        apologise: Apology,
        preloads: Sequence[Preload],
        owner: str | None,
    ) -> None:
        self._app = app
        self._router = router
        self._apologise = apologise
        self._preloads = preloads
        self._owner = owner

    async def run(
        self, connection: AsyncConnection, events: Sequence[Claimed], *, now: datetime
    ) -> Result:
        """Handle the events and write everything; the caller commits."""
        unit = Unit(connection)
        result = Result()
        await self._preload(unit, events)
        talks = self._app[keys.CONVERSATIONS]
        spare: dict[str, SpareToken] = {}
        for _, lane in groupby(events, key=lambda event: event.lane):
            await self._run_lane(unit, list(lane), result, spare, now)
        calls = take_queued(unit)
        await talks.record(unit, calls)
        lanes = {call.lane for call in calls} | spare.keys()
        standing = await outbox.standing(connection, lanes, owner=self._owner, now=now)
        calls = await ride_along(connection, calls, spare, standing.holding, now=now)
        await talks.keep_spare(unit, _unused(spare, calls))
        result.talks = [talk.note for talk in unit.changed(CONVERSATIONS)]
        result.calls = await outbox.insert(
            connection, calls, owner=self._owner, now=now, blocked=standing.blocked
        )
        await unit.flush()
        await inbox.close(connection, [event.event_id for event in result.handled])
        await count_failures(connection, result.failures, now=now)
        return result

    async def _preload(self, unit: Unit, events: Sequence[Claimed]) -> None:
        lanes = list(dict.fromkeys(event.lane for event in events))
        await unit.preload(FRIENDS, lanes)
        friends = [friend for lane in lanes if (friend := await unit.get(FRIENDS, lane))]
        if friends:
            unit.expect(PEOPLE, [friend.person_id for friend in friends])
            for preload in self._preloads:
                await preload(unit, friends)

    async def _run_lane(
        self,
        unit: Unit,
        events: Sequence[Claimed],
        result: Result,
        spare: dict[str, SpareToken],
        now: datetime,
    ) -> None:
        for claimed in events:
            try:
                with unit.event():
                    await self._handle(unit, claimed, spare, now)
            except Exception as error:  # noqa: BLE001 - any bug of a handler ends here
                failure = failure_of(claimed, error)
                result.failures.append(failure)
                if failure.is_last:
                    await self._say_sorry(unit, claimed, now)
                return  # the friend's later events keep their place behind it
            result.handled.append(claimed)

    async def _handle(
        self, unit: Unit, claimed: Claimed, spare: dict[str, SpareToken], now: datetime
    ) -> None:
        call_id = arrival.number()  # the answer goes before whatever else the event causes
        ctx = await self._context(unit, claimed, now)
        if ctx is None:
            return
        with structlog.contextvars.bound_contextvars(
            webhook_event_id=claimed.webhook_event_id, friend_id=ctx.friend.friend_id
        ):
            answer = await self._router.dispatch(ctx)
            if answer is None:
                _log.info("worker.no_handler", add=missing_handler(ctx))
                answer = Answer()
        if answer.messages:
            queue(unit, _reply(ctx, answer, call_id, now))
        elif claimed.reply_until is not None:
            spare[ctx.user_id] = SpareToken(ctx.reply_token, ctx.reply_until, claimed.event_id)
        metrics.labelled(metrics.HANDLED, claimed.kind).inc()

    async def _context(self, unit: Unit, claimed: Claimed, now: datetime) -> Context | None:
        """Open the event for handlers; None: it is recorded, and nobody is to answer it."""
        if claimed.payload is None:  # its sender took it back: before it came, or since
            unit.defer(partial(inbox.erase, event_id=claimed.event_id))
            return None
        event: Mapping[str, Any] = decode(claimed.payload)
        if not _is_of_friend(event) or event.get("mode", "active") != "active":
            return None  # groups have no customer, and in standby another tool has the talk
        why = f"event:{claimed.webhook_event_id}"
        friend = await self._app[keys.FRIENDS].meet(
            unit, claimed.lane, at=claimed.occurred_at, why=why
        )
        talks = self._app[keys.CONVERSATIONS]
        await talks.heard(unit, friend, claimed.event_id, event, at=claimed.occurred_at)
        return Context(
            app=self._app,
            unit=unit,
            friend=friend,
            event_id=claimed.event_id,
            event=event,
            why=why,
            occurred_at=claimed.occurred_at,
            reply_until=claimed.reply_until,
            now=now,
        )

    async def _say_sorry(self, unit: Unit, claimed: Claimed, now: datetime) -> None:
        """Answer an event that ends as a dead letter, if that is still free."""
        try:
            with unit.event():
                ctx = await self._context(unit, claimed, now)
                if ctx is not None and claimed.reply_until is not None:
                    answer = answer_of(await self._apologise(ctx))
                    call = _reply(ctx, answer, arrival.number(), now)
                    if token_lives(call, now):
                        queue(unit, call)
        except Exception:  # noqa: BLE001 - the apology must not cost the record of the failure
            _log.exception("worker.cannot_apologise")


def _unused(spare: Mapping[str, SpareToken], calls: Sequence[Call]) -> dict[str, int]:
    """Return, by user id, the events whose token carries nothing."""
    used = {call.reply_token for call in calls}
    return {
        user_id: token.event_id
        for user_id, token in spare.items()
        if token.token is not None and token.token not in used
    }


def _is_of_friend(event: Mapping[str, Any]) -> bool:
    source = event.get("source")
    if not isinstance(source, dict) or source.get("type") != "user":
        return False
    return isinstance(source.get("userId"), str) and bool(source["userId"])


def _reply(ctx: Context, answer: Answer, call_id: int, now: datetime) -> Call:
    return messages(
        ctx.user_id,
        list(answer.messages),
        why=ctx.why,
        now=now,
        pays=answer.pays,
        call_id=call_id,
        reply_token=ctx.reply_token,
        reply_until=ctx.reply_until,
    )
