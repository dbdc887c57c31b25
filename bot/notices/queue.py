"""Notices that wait: taken together for one person and way, put off, and settled.

waiting -> (leased: due later, should the process die) -> sent | waiting, later each time | failed
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.notices.model import TRANSITIONS, Kind, State, Step, Way, next_try
from bot.store import batch
from bot.store.batch import Query

#: A lease lasts longer than any attempt.
LEASE: Final = timedelta(minutes=2)
#: What is told in one go; the rest follows.
MOST: Final = 200
_GROUPS: Final = 100

_DUE: Final = Query(
    "SELECT DISTINCT staff_id, way, target FROM staff_notices WHERE state = 'waiting' "
    "AND due_at <= :now LIMIT :limit"
)
_TAKE: Final = Query(
    "SELECT n.id, n.event_id, n.attempts, e.kind, e.friend_id, e.shop_key, e.ref, e.body, e.at "
    "FROM staff_notices n JOIN staff_events e ON e.id = n.event_id "
    "WHERE n.staff_id = :staff_id AND n.way = :way AND n.target = :target "
    "AND n.state = 'waiting' AND n.due_at <= :now ORDER BY n.id LIMIT :limit "
    "FOR UPDATE OF n SKIP LOCKED"
)
_LEASE: Final = Query(
    "UPDATE staff_notices SET due_at = :until, attempts = attempts + 1 "
    "WHERE id = ANY(:ids::bigint[])"
)
_LATER: Final = Query("UPDATE staff_notices SET due_at = :due_at WHERE id = ANY(:ids::bigint[])")
_RETRY: Final = Query(
    "UPDATE staff_notices SET due_at = :due_at, error = :error WHERE id = :id "
    "AND state = 'waiting'"
)
_SETTLE: Final = Query(
    "UPDATE staff_notices SET state = :state, error = :error, settled_at = :now, "
    "outbox_id = :outbox_id WHERE id = ANY(:ids::bigint[]) AND state = 'waiting'"
)
_LAST: Final = Query(
    "SELECT max(settled_at) FROM staff_notices n WHERE staff_id = :staff_id AND way = :way "
    "AND state IN ('sent', 'handed') AND settled_at > :since"
)
#: What became of calls to LINE.
_ARRIVED: Final = Query(
    "UPDATE staff_notices SET settled_at = :now, state = CASE WHEN outbox_id IN "
    "(SELECT id FROM outbox WHERE state IN ('sent', 'packed')) THEN 'sent' ELSE 'failed' END, "
    "error = (SELECT 'line_' || o.state || ': ' || COALESCE(o.error, '') FROM outbox o "
    "WHERE o.id = staff_notices.outbox_id AND o.state NOT IN ('sent', 'packed')) "
    "WHERE state = 'handed' AND outbox_id IN (SELECT id FROM outbox WHERE state IN "
    "('sent', 'packed', 'failed', 'uncertain', 'expired'))"
)


class Group(NamedTuple):
    """Whom, by which way, and there to what."""

    staff_id: int
    way: Way
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to be told."""

    notice_id: int
    event_id: int
    attempts: int
    kind: Kind
    friend_id: int | None
    shop_key: str | None
    ref: int
    body: dict[str, Any]
    at: datetime


async def due(connection: AsyncConnection, *, now: datetime) -> list[Group]:
    """Return for whom something is due."""
    rows = await _DUE.rows(connection, now=now, limit=_GROUPS)
    return [Group(row[0], Way(row[1]), row[2]) for row in rows]


async def take(connection: AsyncConnection, group: Group, *, now: datetime) -> list[Notice]:
    """Return, locked, what is due for one; what another process is at is left to it."""
    rows = await _TAKE.rows(
        connection,
        staff_id=group.staff_id,
        way=group.way.value,
        target=group.target,
        now=now,
        limit=MOST,
    )
    return [
        Notice(
            notice_id=row[0],
            event_id=row[1],
            attempts=row[2],
            kind=Kind(row[3]),
            friend_id=row[4],
            shop_key=row[5],
            ref=row[6],
            body=batch.document(row[7]),
            at=batch.instant(row[8]),
        )
        for row in rows
    ]


async def lease(connection: AsyncConnection, notices: Sequence[Notice], *, now: datetime) -> None:
    """Let nobody else tell them while this process does."""
    await _LEASE.count(connection, ids=_ids(notices), until=now + LEASE)


async def put_off(
    connection: AsyncConnection, notices: Sequence[Notice], *, until: datetime
) -> None:
    """Tell them later."""
    await _LATER.count(connection, ids=_ids(notices), due_at=until)


async def last_told(
    connection: AsyncConnection, group: Group, *, since: datetime
) -> datetime | None:
    """Return when somebody last heard by a way, if that was after ``since``."""
    rows = await _LAST.rows(connection, staff_id=group.staff_id, way=group.way.value, since=since)
    return None if rows[0][0] is None else batch.instant(rows[0][0])


async def settle(
    connection: AsyncConnection,
    notices: Sequence[Notice],
    step: Step,
    *,
    error: str | None = None,
    outbox_id: int | None = None,
    now: datetime,
) -> None:
    """Write what came of them."""
    await _SETTLE.count(
        connection,
        ids=_ids(notices),
        state=TRANSITIONS[State.WAITING, step].value,
        error=error,
        outbox_id=outbox_id,
        now=now,
    )


async def failed(
    connection: AsyncConnection,
    notices: Sequence[Notice],
    *,
    error: str,
    is_final: bool,
    now: datetime,
) -> list[Notice]:
    """Write that an attempt failed; return those that are given up."""
    given_up = []
    for notice in notices:
        is_test = notice.kind is Kind.TEST  # whoever waits for it wants to know
        again = None if is_final or is_test else next_try(notice.attempts + 1, now)
        if again is None:
            given_up.append(notice)
        else:
            await _RETRY.count(connection, id=notice.notice_id, due_at=again, error=error)
    if given_up:
        await settle(connection, given_up, Step.GIVEN_UP, error=error, now=now)
    return given_up


async def hear_of_calls(connection: AsyncConnection, *, now: datetime) -> int:
    """Write what became of those that were handed to the outbox; return how many."""
    return await _ARRIVED.count(connection, now=now)


def _ids(notices: Sequence[Notice]) -> list[int]:
    return [notice.notice_id for notice in notices]
