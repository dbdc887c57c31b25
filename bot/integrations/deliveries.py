"""Deliveries of events: claimed, settled, tried again for a day, and then listed as dead.

waiting -> (claimed: due later, should the process die) -> delivered
                                                       -> waiting, later each time -> dead
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.api import webhook_deliveries

#: After which time each next attempt follows; the last one repeats until it is too late.
BACKOFF: Final = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 1_800, 3_600, 7_200, 14_400)
)
#: After this a delivery is dead.
TRIED_FOR: Final = timedelta(days=1)
#: A claim lasts longer than any attempt.
LEASE: Final = timedelta(seconds=60)
KEPT: Final = timedelta(days=14)

_DELIVERY: Final = (
    "SELECT id, endpoint_id, event_id, kind, body, state, attempts, due_at, created_at, "
    "settled_at, status, error FROM webhook_deliveries "
)
_CLAIM: Final = Query(
    "UPDATE webhook_deliveries SET due_at = :until, attempts = attempts + 1 WHERE id IN ("
    "SELECT id FROM webhook_deliveries WHERE endpoint_id = :endpoint_id AND state = 'waiting' "
    "AND due_at <= :now ORDER BY due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED) "
    "RETURNING id, endpoint_id, event_id, kind, body, state, attempts, due_at, created_at, "
    "settled_at, status, error"
)
_DELIVERED: Final = Query(
    "UPDATE webhook_deliveries SET state = 'delivered', settled_at = :now, status = :status, "
    "error = NULL WHERE id = :id AND state = 'waiting'"
)
_LATER: Final = Query(
    "UPDATE webhook_deliveries SET due_at = :due_at, status = :status, error = :error "
    "WHERE id = :id AND state = 'waiting'"
)
_DEAD: Final = Query(
    "UPDATE webhook_deliveries SET state = 'dead', settled_at = :now, status = :status, "
    "error = :error WHERE id = :id AND state = 'waiting'"
)
_AGAIN: Final = Query(
    "UPDATE webhook_deliveries SET state = 'waiting', due_at = :now, created_at = :now, "
    "attempts = 0, settled_at = NULL "
    "WHERE id = :id AND endpoint_id = :endpoint_id AND state = 'dead'"
)
_ALL_AGAIN: Final = Query(
    "UPDATE webhook_deliveries SET state = 'waiting', due_at = :now, created_at = :now, "
    "attempts = 0, settled_at = NULL WHERE endpoint_id = :endpoint_id AND state = 'dead'"
)
#: Two parts, so that each finds its own short index among millions that were delivered.
_OPEN: Final = Query(
    "SELECT endpoint_id, 'waiting', count(*) FROM webhook_deliveries "
    "WHERE state = 'waiting' GROUP BY endpoint_id UNION ALL "
    "SELECT endpoint_id, 'dead', count(*) FROM webhook_deliveries "
    "WHERE state = 'dead' GROUP BY endpoint_id"
)
_LIST: Final = Query(
    _DELIVERY + "WHERE endpoint_id = :endpoint_id AND id < :before "
    "AND (:state::text = '' OR state = :state::text) ORDER BY id DESC LIMIT :limit"
)
_PRUNE: Final = Query(
    "DELETE FROM webhook_deliveries WHERE settled_at IS NOT NULL AND settled_at <= :past"
)
#: What waited for an endpoint that was stopped for too long.
_GIVE_UP: Final = Query(
    "UPDATE webhook_deliveries SET state = 'dead', settled_at = :now, error = :error "
    "WHERE state = 'waiting' AND created_at <= :past AND endpoint_id IN "
    "(SELECT id FROM webhook_endpoints WHERE NOT is_active)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint."""

    delivery_id: int
    endpoint_id: int
    event_id: int
    kind: str
    body: bytes
    #: waiting, delivered or dead.
    state: str
    attempts: int
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None
    status: int | None
    error: str | None

    def next_at(self, now: datetime) -> datetime | None:
        """Return when to try again after a failure now; None: it is too late."""
        wait = BACKOFF[min(self.attempts, len(BACKOFF)) - 1]
        return None if now + wait > self.created_at + TRIED_FOR else now + wait


async def claim(
    connection: AsyncConnection, endpoint_id: int, *, limit: int, now: datetime
) -> list[Delivery]:
    """Take what is due for an endpoint, the oldest in front; nobody else takes it for a while."""
    rows = await _CLAIM.rows(
        connection, endpoint_id=endpoint_id, now=now, until=now + LEASE, limit=limit
    )
    return sorted(map(_delivery, rows), key=lambda each: each.delivery_id)


async def settle(
    connection: AsyncConnection,
    delivery: Delivery,
    *,
    status: int | None,
    error: str | None,
    now: datetime,
) -> bool:
    """Write what came of an attempt; True: it was the last one, and the delivery is dead."""
    said = {"id": delivery.delivery_id, "status": status}
    if error is None:
        await _DELIVERED.count(connection, **said, now=now)
        return False
    due_at = delivery.next_at(now)
    if due_at is None:
        await _DEAD.count(connection, **said, now=now, error=error)
        return True
    await _LATER.count(connection, **said, due_at=due_at, error=error)
    return False


async def list_some(
    connection: AsyncConnection,
    endpoint_id: int,
    *,
    state: str = "",
    before: int = 1 << 62,
    limit: int,
) -> Sequence[Delivery]:
    """Return the deliveries of an endpoint, the newest in front."""
    rows = await _LIST.rows(
        connection, endpoint_id=endpoint_id, state=state, before=before, limit=limit
    )
    return [_delivery(row) for row in rows]


async def send_again(
    connection: AsyncConnection, endpoint_id: int, delivery_id: int, *, now: datetime
) -> bool:
    """Try a dead delivery for another day; False: it is not dead, or another endpoint's."""
    changed = await _AGAIN.count(connection, id=delivery_id, endpoint_id=endpoint_id, now=now)
    return changed == 1


async def send_all_again(connection: AsyncConnection, endpoint_id: int, *, now: datetime) -> int:
    """Try every dead delivery of an endpoint for another day; return how many."""
    return await _ALL_AGAIN.count(connection, endpoint_id=endpoint_id, now=now)


async def count_open(connection: AsyncConnection) -> dict[tuple[int, str], int]:
    """Return how many deliveries wait, and how many are dead, by endpoint and state."""
    return {(row[0], row[1]): row[2] for row in await _OPEN.rows(connection)}


async def add(
    connection: AsyncConnection,
    endpoint_id: int,
    *,
    event_id: int,
    kind: str,
    body: bytes,
    now: datetime,
) -> None:
    """Send one thing that is not of an event, such as a trial."""
    row = {
        "id": arrival.number(),
        "endpoint_id": endpoint_id,
        "event_id": event_id,
        "kind": kind,
        "body": body,
        "state": "waiting",
        "attempts": 0,
        "due_at": now,
        "created_at": now,
    }
    await batch.insert(connection, webhook_deliveries, [row])


async def prune(connection: AsyncConnection, *, now: datetime) -> None:
    """Forget what was settled long ago; give up what waits for an endpoint that stays stopped."""
    await _GIVE_UP.count(
        connection, now=now, past=now - TRIED_FOR, error="the endpoint is stopped"
    )
    await _PRUNE.count(connection, past=now - KEPT)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        delivery_id=row[0],
        endpoint_id=row[1],
        event_id=row[2],
        kind=row[3],
        body=bytes(row[4]),
        state=row[5],
        attempts=row[6],
        due_at=batch.instant(row[7]),
        created_at=batch.instant(row[8]),
        settled_at=None if row[9] is None else batch.instant(row[9]),
        status=row[10],
        error=row[11],
    )
