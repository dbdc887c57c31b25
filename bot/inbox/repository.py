"""The queries of the inbox.

The order of locks is always lanes, then inbox rows; whoever holds a lane's lock is the only one
who handles its events. The rows are read in a statement of their own after the lock: one
statement for both would read rows that another worker has just closed (an old snapshot).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.inbox.model import Claimed, Received
from bot.store import arrival, batch
from bot.store.batch import Query, StaleRowError
from bot.store.tables import inbox as tables
from bot.store.types import from_ms

_RECEIVE = Query(
    "WITH fresh AS (INSERT INTO events (id, webhook_event_id, lane, kind, message_id, "
    "occurred_at, received_at, reply_until, payload) SELECT * FROM json_to_recordset("
    ":rows::json) AS u(id bigint, webhook_event_id text, lane text, kind text, message_id text, "
    "occurred_at bigint, received_at bigint, reply_until bigint, payload bytea) "
    "ON CONFLICT (webhook_event_id) DO NOTHING RETURNING id, lane, occurred_at) "
    "INSERT INTO inbox (event_id, lane, occurred_at) SELECT id, lane, occurred_at FROM fresh "
    "RETURNING event_id"
)
_KNOWN = Query(
    "SELECT webhook_event_id FROM events WHERE webhook_event_id = ANY(:webhook_event_ids::text[])"
)
_RENEW_EVENT = Query(
    "UPDATE events SET reply_until = :until WHERE webhook_event_id = :webhook_event_id "
    "AND reply_until < :until"
)
_RENEW_CALL = Query(
    "UPDATE outbox SET reply_token = :token, reply_until = :until, due_at = :now, "
    "state = 'waiting' WHERE lane = :lane AND state IN ('waiting', 'held') AND why = :why "
    "AND kind = 'message' AND via IS NULL AND NOT doubtful"
)
_FREE_LANES = Query(
    "SELECT l.key FROM lanes l WHERE (l.retry_at IS NULL OR l.retry_at <= :now) AND l.key IN ("
    "SELECT i.lane FROM inbox i JOIN lanes o ON o.key = i.lane "
    "WHERE i.event_id > :floor AND (o.retry_at IS NULL OR o.retry_at <= :now) "
    "ORDER BY i.event_id LIMIT :limit) FOR UPDATE SKIP LOCKED"
)
_OPEN_ROWS = Query(
    "SELECT e.id, e.webhook_event_id, i.lane, e.kind, i.occurred_at, e.reply_until, i.attempts, "
    "CASE WHEN e.kind = 'message' AND EXISTS (SELECT 1 FROM events u WHERE "
    "u.message_id = e.message_id AND u.kind = 'unsend') THEN NULL ELSE e.payload END "
    "FROM inbox i JOIN events e ON e.id = i.event_id WHERE i.lane = ANY(:lanes::text[]) "
    "ORDER BY i.lane, i.occurred_at, i.event_id LIMIT :limit"
)
_CLOSE = Query("DELETE FROM inbox WHERE event_id = ANY(:ids::bigint[])")
_COUNT_ATTEMPT = Query(
    "UPDATE inbox SET attempts = attempts + 1 WHERE event_id = ANY(:ids::bigint[])"
)
_REST = Query("UPDATE lanes SET retry_at = :retry_at WHERE key = :lane")
_MASK = Query(
    "UPDATE events SET payload = NULL WHERE message_id = :message_id AND kind <> 'unsend'"
)
_ERASE = Query("UPDATE events SET payload = NULL WHERE id = :event_id")
_OLDEST = Query("SELECT min(event_id) FROM inbox")
_DEPTH = Query("SELECT count(*), min(occurred_at) FROM inbox")


async def receive(
    engine: AsyncEngine, events: Sequence[Received], *, new_lanes: Sequence[str]
) -> set[int]:
    """Queue events that are not known yet; return the arrival numbers of those.

    A redelivery of a known event renews the life of its unused reply token, and nothing else.
    On PostgreSQL the engine may be one of single statements: each is safe by itself.
    """
    # In one order everywhere, or two processes that meet each other's events deadlock.
    ordered = sorted(
        {e.webhook_event_id: e for e in reversed(events)}.values(),
        key=lambda e: e.webhook_event_id,
    )
    async with engine.begin() as connection:
        return await _receive(connection, ordered, new_lanes)


async def _receive(
    connection: AsyncConnection, events: Sequence[Received], new_lanes: Sequence[str]
) -> set[int]:
    lanes = [{"key": lane} for lane in new_lanes]
    await batch.insert(connection, tables.lanes, lanes, or_ignore=True)
    if batch.is_postgres(connection):
        fresh = await _insert_postgres(connection, events)
    else:
        fresh = await _insert_sqlite(connection, events)
    for event in events:
        if event.is_redelivery and event.reply_until and event.event_id not in fresh:
            await _renew(connection, event)
    return fresh


async def _insert_postgres(connection: AsyncConnection, events: Sequence[Received]) -> set[int]:
    rows = await _RECEIVE.rows(connection, rows=batch.records([_event_row(e) for e in events]))
    return {row[0] for row in rows}


async def _insert_sqlite(connection: AsyncConnection, events: Sequence[Received]) -> set[int]:
    ids = [e.webhook_event_id for e in events]
    known = {row[0] for row in await _KNOWN.rows(connection, webhook_event_ids=ids)}
    fresh = [e for e in events if e.webhook_event_id not in known]
    await batch.insert(connection, tables.events, [_event_row(e) for e in fresh])
    queued = [
        {"event_id": e.event_id, "lane": e.lane, "occurred_at": e.occurred_at} for e in fresh
    ]
    await batch.insert(connection, tables.inbox, queued)
    return {e.event_id for e in fresh}


def _event_row(event: Received) -> dict[str, Any]:
    return {
        "id": event.event_id,
        "webhook_event_id": event.webhook_event_id,
        "lane": event.lane,
        "kind": event.kind,
        "message_id": event.message_id,
        "occurred_at": event.occurred_at,
        "received_at": event.received_at,
        "reply_until": event.reply_until,
        "payload": event.payload,
    }


async def _renew(connection: AsyncConnection, event: Received) -> None:
    await _RENEW_EVENT.count(
        connection, until=event.reply_until, webhook_event_id=event.webhook_event_id
    )
    await _RENEW_CALL.count(
        connection,
        token=event.reply_token,
        until=event.reply_until,
        now=event.received_at,
        lane=event.lane,
        why=f"event:{event.webhook_event_id}",
    )


async def claim(
    connection: AsyncConnection, *, now: datetime, floor: int, limit: int
) -> list[Claimed]:
    """Lock the lanes that have waited longest and return their open events.

    The claim lasts as long as the transaction: when its process dies, the database lets go.

    Args:
        connection: inside a transaction.
        now: lanes that rest after a failure are left out until it is their time.
        floor: arrival number below which nothing is open, as far as known; it keeps the scan
            away from closed rows that a long snapshot (a backup) keeps from being cleaned up.
        limit: events at most.

    Returns:
        By lane, and in a lane by event time and arrival.
    """
    lanes = [r[0] for r in await _FREE_LANES.rows(connection, now=now, floor=floor, limit=limit)]
    if not lanes:
        return []
    rows = await _OPEN_ROWS.rows(connection, lanes=lanes, limit=limit)
    return [
        Claimed(
            event_id=row[0],
            webhook_event_id=row[1],
            lane=row[2],
            kind=row[3],
            occurred_at=from_ms(row[4]),
            reply_until=None if row[5] is None else from_ms(row[5]),
            attempts=row[6],
            payload=row[7],
        )
        for row in rows
    ]


async def close(connection: AsyncConnection, event_ids: Sequence[int]) -> None:
    """Take handled events out of the queue.

    Raises:
        StaleRowError: one of them was closed by somebody else.
    """
    if event_ids and await _CLOSE.count(connection, ids=list(event_ids)) != len(event_ids):
        raise StaleRowError("inbox: an event was closed twice")


async def rest(
    connection: AsyncConnection, event_ids: Sequence[int], lanes: Iterable[tuple[str, datetime]]
) -> None:
    """Count a failed attempt and let the lanes rest until their time."""
    await _COUNT_ATTEMPT.count(connection, ids=list(event_ids))
    for lane, retry_at in lanes:
        await _REST.count(connection, lane=lane, retry_at=retry_at)


async def bury(connection: AsyncConnection, event: Claimed, *, error: str, now: datetime) -> None:
    """Move an event that keeps failing to the dead letters, and free its lane."""
    await close(connection, [event.event_id])
    await _REST.count(connection, lane=event.lane, retry_at=None)
    row = {"event_id": event.event_id, "lane": event.lane, "attempts": event.attempts + 1}
    row |= {"error": error, "died_at": now}
    await batch.insert(connection, tables.dead_letters, [row])


async def mask(connection: AsyncConnection, message_id: str) -> int:
    """Erase every copy of a message its sender took back; return how many there were."""
    return await _MASK.count(connection, message_id=message_id)


async def erase(connection: AsyncConnection, event_id: int) -> None:
    """Erase one event that its sender took back before it came."""
    await _ERASE.count(connection, event_id=event_id)


async def open_floor(connection: AsyncConnection) -> int:
    """Return an arrival number below which nothing is open.

    It lags: numbers of several processes become visible out of order.
    """
    oldest = (await _OLDEST.rows(connection))[0][0]
    lagging = arrival.floor(seconds_ago=60)
    return lagging if oldest is None else min(oldest - 1, lagging)


async def depth(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """Return how many events are open, and when the oldest of them happened."""
    count, oldest = (await _DEPTH.rows(connection))[0]
    return count, None if oldest is None else from_ms(oldest)


async def keep_rejected(
    engine: AsyncEngine, payload: bytes, *, reason: str, now: datetime
) -> None:
    """Keep what could not be queued, for a person to look at."""
    row = {"id": arrival.number(), "received_at": now, "reason": reason, "payload": payload}
    async with engine.begin() as connection:
        await batch.insert(connection, tables.rejected, [row])


#: How long a lane rests after an attempt; after the last one the event is a dead letter.
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600))
