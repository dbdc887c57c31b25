"""When and where a stamp card was stamped: the friend's own page shows it.

stamp_visits -> visits -> the marks of this card, and the stamps before it
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch
from bot.store.batch import Query

#: Enough for the longest card and the one before.
LATEST: Final = 100

_VISITS: Final = Query(
    "SELECT v.round, v.stamps_after, v.at, coalesce(s.name, ''), v.bonus FROM stamp_visits v "
    "LEFT JOIN shops s ON s.key = v.shop WHERE v.person_id = :person_id AND v.card = :card "
    "AND v.undone_at IS NULL ORDER BY v.at DESC LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One stamp."""

    #: Of which card, from 1.
    round: int
    #: Its place on that card.
    place: int
    at: datetime
    #: Name of the shop; empty: none was named.
    shop: str
    #: ``points:50``, ``coupon:full_card``, or none.
    bonus: str | None


async def visits(connection: AsyncConnection, person_id: int, card: str) -> list[Visit]:
    """Return a person's stamps, the last in front; those taken back are not among them."""
    rows = await _VISITS.rows(connection, person_id=person_id, card=card, limit=LATEST)
    return [Visit(row[0], row[1], batch.instant(row[2]), row[3], row[4]) for row in rows]
