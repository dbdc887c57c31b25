"""Points whose time is over, and those whose time is near.

scheduler -> expire_due -> a change for each person      segments, deliveries -> expiring
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.points.service import Points
from bot.store import batch
from bot.store.batch import Query
from bot.store.unit import Unit

#: People in one transaction.
BATCH: Final = 100

_DUE: Final = Query(
    "SELECT DISTINCT person_id FROM point_lots WHERE remaining > 0 AND expires_at <= :now "
    "ORDER BY person_id LIMIT :limit"
)
_EXPIRING: Final = Query(
    "SELECT id, person_id, remaining, expires_at FROM point_lots WHERE remaining > 0 "
    "AND expires_at > :now AND expires_at <= :until "
    "AND (expires_at > :after_at OR expires_at = :after_at AND id > :after_id) "
    "ORDER BY expires_at, id LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class Expiring:
    """A lot that will expire soon."""

    lot_id: int
    person_id: int
    points: int
    expires_at: datetime


async def expire_due(engine: AsyncEngine, points: Points, *, now: datetime) -> int:
    """Empty every lot whose time is over, a hundred people at a time; return how many people."""
    total = 0
    while True:
        async with engine.begin() as connection:
            rows = await _DUE.rows(connection, now=now, limit=BATCH)
            for (person_id,) in rows:  # in order of id, so that two schedulers wait, not clash
                await points.expire(Unit(connection), person_id, now=now)
        total += len(rows)
        if len(rows) < BATCH:
            return total


async def expiring(
    connection: AsyncConnection,
    *,
    within: timedelta,
    now: datetime,
    after: Expiring | None = None,
    limit: int = 1_000,
) -> Sequence[Expiring]:
    """List lots that expire soon, the first to go in front, from behind one on.

    Whoever tells their owners of it keeps the lot's id: each lot is worth one notice.
    """
    rows = await _EXPIRING.rows(
        connection,
        now=now,
        until=now + within,
        after_at=now if after is None else after.expires_at,
        after_id=0 if after is None else after.lot_id,
        limit=limit,
    )
    return [Expiring(row[0], row[1], row[2], batch.instant(row[3])) for row in rows]
