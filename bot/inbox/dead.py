"""Dead letters: events that kept failing, for a person to look at and to replay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query, instant


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that was given up."""

    event_id: int
    kind: str
    lane: str
    attempts: int
    error: str
    died_at: datetime


_NEWEST = Query(
    "SELECT d.event_id, e.kind, d.lane, d.attempts, d.error, d.died_at FROM dead_letters d "
    "JOIN events e ON e.id = d.event_id ORDER BY d.died_at DESC, d.event_id DESC LIMIT :limit"
)
_PAYLOAD = Query("SELECT payload FROM events WHERE id = :event_id")
_REQUEUE = Query(
    "INSERT INTO inbox (event_id, lane, occurred_at) SELECT e.id, e.lane, e.occurred_at "
    "FROM dead_letters d JOIN events e ON e.id = d.event_id "
    "WHERE e.payload IS NOT NULL AND (d.event_id = :event_id OR :event_id = 0)"
)
#: The lane of a single event goes away with it.
_OPEN_LANES = Query(
    "INSERT INTO lanes (key) SELECT DISTINCT d.lane FROM dead_letters d "
    "WHERE d.event_id = :event_id OR :event_id = 0 ON CONFLICT DO NOTHING"
)
_FORGET = Query(
    "DELETE FROM dead_letters WHERE event_id IN (SELECT event_id FROM inbox) "
    "AND (event_id = :event_id OR :event_id = 0)"
)


async def newest(connection: AsyncConnection, *, limit: int) -> Sequence[DeadLetter]:
    """List dead letters, the newest first."""
    rows = await _NEWEST.rows(connection, limit=limit)
    return [DeadLetter(r[0], r[1], r[2], r[3], r[4], instant(r[5])) for r in rows]


async def payload(connection: AsyncConnection, event_id: int) -> bytes | None:
    """Return an event as LINE sent it; None: unknown, or erased."""
    rows = await _PAYLOAD.rows(connection, event_id=event_id)
    found: bytes | None = rows[0][0] if rows else None
    return found


async def replay(connection: AsyncConnection, event_id: int | None) -> int:
    """Put one dead letter, or all, back in the queue; return how many."""
    await _OPEN_LANES.count(connection, event_id=event_id or 0)
    count = await _REQUEUE.count(connection, event_id=event_id or 0)
    await _FORGET.count(connection, event_id=event_id or 0)
    return count
