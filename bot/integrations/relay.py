"""From what happened to what is told: a delivery for each event and endpoint, exactly once.

    domain_events (not told) -> one transaction: deliveries, told -> sender

Events are found by a mark and not by a place in their order: transactions end in another order
than they begin, and whoever reads behind a place misses those that were late.
"""

from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.integrations import deliveries, endpoints
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.api import webhook_deliveries
from bot.store.types import from_ms

#: Events in one transaction.
PIECE: Final = 500
#: The kind of an event that never happened, sent to see whether an endpoint listens.
TRIAL: Final = "trial"

_UNTOLD: Final = Query(
    "SELECT e.id, e.kind, e.body, e.at, m.number FROM domain_events e "
    "LEFT JOIN members m ON m.person_id = e.person_id WHERE NOT e.told "
    "ORDER BY e.id LIMIT :limit FOR UPDATE OF e SKIP LOCKED"
)
_TOLD: Final = Query("UPDATE domain_events SET told = true WHERE id = ANY(:ids::bigint[])")


async def relay(connection: AsyncConnection, *, now: datetime) -> int:
    """Make the deliveries of events that nobody was told of yet; return how many events."""
    rows = await _UNTOLD.rows(connection, limit=PIECE)
    if not rows:
        return 0
    active = await endpoints.list_active(connection, now=now)
    told = [
        {
            "id": arrival.number(),
            "endpoint_id": endpoint.endpoint_id,
            "event_id": row[0],
            "kind": row[1],
            "body": _body(row),
            "state": "waiting",
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        for row in rows
        for endpoint in active
        if row[1] in endpoint.kinds and endpoint.created_at <= from_ms(row[3])
    ]
    await batch.insert(connection, webhook_deliveries, told)
    await _TOLD.count(connection, ids=[row[0] for row in rows])
    return len(rows)


async def try_out(connection: AsyncConnection, endpoint_id: int, *, now: datetime) -> None:
    """Send an event of the kind trial, signed and tried again like any other."""
    event_id = arrival.number()
    body = body_of(event_id, TRIAL, now, None, {})
    await deliveries.add(
        connection, endpoint_id, event_id=event_id, kind=TRIAL, body=body, now=now
    )


def body_of(event_id: int, kind: str, at: datetime, number: str | None, data: Any) -> bytes:
    """Return what is sent of an event, each time the same."""
    said = {
        "id": str(event_id),
        "type": kind,
        "at": at.isoformat(),
        "member": number,
        "data": data,
    }
    return orjson.dumps(said)


def _body(row: Any) -> bytes:
    return body_of(row[0], row[1], from_ms(row[3]), row[4], batch.document(row[2]))
