"""Dead letters: events that kept failing, for a person to look at, to replay or to let be."""

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
    #: Its content is still kept: it can be handled once more.
    can_replay: bool
    friend_id: int | None = None
    #: As LINE has it.
    name: str | None = None


_NEWEST = Query(
    "SELECT d.event_id, e.kind, d.lane, d.attempts, d.error, d.died_at, e.payload IS NOT NULL, "
    "f.id, p.display_name FROM dead_letters d JOIN events e ON e.id = d.event_id "
    "LEFT JOIN friends f ON f.user_id = d.lane LEFT JOIN profiles p ON p.user_id = d.lane "
    "WHERE d.event_id < :before ORDER BY d.event_id DESC LIMIT :limit"
)
_COUNT = Query("SELECT count(*) FROM dead_letters")
_PAYLOAD = Query("SELECT payload FROM events WHERE id = :event_id")
#: In the order of their arrival; whoever is at the others replays those.
_TAKE = Query(
    "SELECT d.event_id FROM dead_letters d WHERE d.event_id > :after "
    "AND EXISTS (SELECT 1 FROM events e WHERE e.id = d.event_id AND e.payload IS NOT NULL) "
    "ORDER BY d.event_id LIMIT :limit FOR UPDATE OF d SKIP LOCKED"
)
_TAKE_ONE = Query(
    "SELECT d.event_id FROM dead_letters d WHERE d.event_id = :event_id "
    "AND EXISTS (SELECT 1 FROM events e WHERE e.id = d.event_id AND e.payload IS NOT NULL) "
    "FOR UPDATE OF d SKIP LOCKED"
)
#: The lane of a single event goes away with it.
_OPEN_LANES = Query(
    "INSERT INTO lanes (key) SELECT DISTINCT d.lane FROM dead_letters d "
    "WHERE d.event_id = ANY(:ids::bigint[]) ON CONFLICT DO NOTHING"
)
_REQUEUE = Query(
    "INSERT INTO inbox (event_id, lane, occurred_at) SELECT e.id, e.lane, e.occurred_at "
    "FROM events e WHERE e.id = ANY(:ids::bigint[])"
)
_FORGET = Query("DELETE FROM dead_letters WHERE event_id = ANY(:ids::bigint[])")
_EVERY = 5_000


async def newest(
    connection: AsyncConnection, *, before: int = 1 << 62, limit: int
) -> Sequence[DeadLetter]:
    """List dead letters, the event that came last first."""
    rows = await _NEWEST.rows(connection, before=before, limit=limit)
    return [
        DeadLetter(r[0], r[1], r[2], r[3], r[4], instant(r[5]), bool(r[6]), r[7], r[8])
        for r in rows
    ]


async def count(connection: AsyncConnection) -> int:
    """Count the dead letters."""
    return int((await _COUNT.rows(connection))[0][0])


async def payload(connection: AsyncConnection, event_id: int) -> bytes | None:
    """Return an event as LINE sent it; None: unknown, or erased."""
    rows = await _PAYLOAD.rows(connection, event_id=event_id)
    found: bytes | None = rows[0][0] if rows else None
    return found


async def replay(connection: AsyncConnection, event_id: int | None) -> int:
    """Put one dead letter, or all, back in the queue; return how many."""
    if event_id is not None:
        taken = await _TAKE_ONE.rows(connection, event_id=event_id)
        return await _requeue(connection, [row[0] for row in taken])
    total, after = 0, 0
    while True:
        done, after = await replay_some(connection, after=after, limit=_EVERY)
        if not done:
            return total
        total += done


async def replay_some(connection: AsyncConnection, *, after: int, limit: int) -> tuple[int, int]:
    """Put the next dead letters back in the queue.

    Args:
        connection: inside a transaction.
        after: where the walk through them stands; 0 at its beginning.
        limit: so many at most.

    Returns:
        How many, and where the walk stands now; none: it is at its end.
    """
    ids = [row[0] for row in await _TAKE.rows(connection, after=after, limit=limit)]
    return await _requeue(connection, ids), ids[-1] if ids else after


async def let_be(connection: AsyncConnection, event_id: int) -> bool:
    """Give an event up for good: it is shown no more; False: there is no such dead letter."""
    return await _FORGET.count(connection, ids=[event_id]) == 1


async def _requeue(connection: AsyncConnection, ids: Sequence[int]) -> int:
    if not ids:
        return 0
    await _OPEN_LANES.count(connection, ids=ids)
    await _REQUEUE.count(connection, ids=ids)
    return await _FORGET.count(connection, ids=ids)
