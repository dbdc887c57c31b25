"""Six ways to break the bot on purpose; the bench must find each.

They replace functions of the running child, never a line of the program.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import signals
from bot.inbox import repository as inbox
from bot.inbox.intake import Intake, IntakeClosedError
from bot.inbox.model import Received
from bot.outbox import carrier, ledger, policy
from bot.outbox import repository as outbox
from bot.outbox.model import Call, Kind
from bot.outbox.policy import Route
from bot.signals import Signals
from bot.store.batch import Query


def _replace(target: object, **by: object) -> None:
    for name, value in by.items():
        if not hasattr(target, name):
            raise AttributeError(f"{target!r} has no {name} to break")
        setattr(target, name, value)


def no_dedupe() -> None:
    """Take every delivery for a new event."""
    receive = inbox.receive

    async def take_all(
        engine: AsyncEngine, events: Sequence[Received], *, new_lanes: Sequence[str]
    ) -> set[int]:
        fresh = [replace(e, webhook_event_id=f"{e.webhook_event_id}.{e.event_id}") for e in events]
        return await receive(engine, fresh, new_lanes=new_lanes)

    _replace(inbox, receive=take_all)


def ack_before_commit() -> None:
    """Answer LINE first and store afterwards."""
    put = Intake.put
    tasks: set[asyncio.Task[None]] = set()

    async def put_later(self: Intake, events: Sequence[Received]) -> int:
        async def store() -> None:
            with suppress(SQLAlchemyError, OSError, IntakeClosedError):
                await put(self, events)

        task = asyncio.create_task(store())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return len(events)

    _replace(Intake, put=put_later)


def no_lease() -> None:
    """Take calls for ever: what a dead process held is nobody's to take over."""
    row, columns = getattr(outbox, "_row"), getattr(outbox, "_COLUMNS")  # noqa: B009 - private

    def without_lease(*arguments: Any) -> dict[str, Any]:
        return {**row(*arguments), "lease_until": None}

    take = Query(
        "UPDATE outbox SET owner = :owner, lease_until = NULL, "  # noqa: S608 - our own columns
        "doubtful = doubtful OR state = 'sending', state = 'sending' "
        f"WHERE id = ANY(:ids::bigint[]) AND :until > 0 RETURNING {columns}"
    )
    keep = Query(
        "UPDATE outbox SET lease_until = NULL "
        "WHERE id = ANY(:ids::bigint[]) AND owner = :owner AND :until > 0"
    )
    _replace(outbox, _row=without_lease, _LEASE=take, _RENEW=keep)


def reply_retried_as_push() -> None:
    """Push an answer whose reply may have arrived."""
    route = policy.route

    def pushes(call: Call, now: datetime) -> Route:
        is_doubtful = call.kind is Kind.MESSAGE and call.doubtful
        return Route.PUSH if is_doubtful else route(call, now)

    _replace(carrier, route=pushes)


def ledger_after_send() -> None:
    """Count a push once LINE has answered that it took it."""
    count = ledger.count
    attempt = getattr(carrier.Carrier, "_attempt")  # noqa: B009 - private

    async def count_nothing(*_: object, **__: object) -> None:
        return

    async def attempt_and_count(self: Any, call: Call, way: Route) -> Any:
        judged = await attempt(self, call, way)
        if way is Route.PUSH and judged.status == HTTPStatus.OK:
            async with self._engine.begin() as connection:
                await count(connection, call, now=self._clock())
        return judged

    _replace(ledger, count=count_nothing)
    _replace(carrier.Carrier, _attempt=attempt_and_count)


def lost_wakeup() -> None:
    """Trust wake-ups alone: no looking again, and none is heard once Redis has been away."""

    async def wait_for_ever(self: Any, name: str, *, at_most: float) -> None:
        del at_most
        await self._events[name].wait()
        self._events[name].clear()

    _replace(signals, _RECONNECT_SECONDS=1e9)
    _replace(Signals, wait=wait_for_ever)


ALL: Final[dict[str, Callable[[], None]]] = {
    "no-dedupe": no_dedupe,
    "ack-before-commit": ack_before_commit,
    "no-lease": no_lease,
    "reply-retried-as-push": reply_retried_as_push,
    "ledger-after-send": ledger_after_send,
    "lost-wakeup": lost_wakeup,
}


def apply(name: str) -> None:
    """Break the bot in this process."""
    ALL[name]()
