"""What a coupon costs in friends: how many blocked the account within a day of getting it.

unfollow -> note -> coupons.blocked_at;  per_campaign -> Price, for reports
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query

#: Before every coupon.
EVER: Final = datetime(2026, 1, 1, tzinfo=UTC)
#: A block so soon after a coupon is counted against it.
SOON: Final = timedelta(hours=24)

_NOTE: Final = Query(
    "UPDATE coupons SET blocked_at = :at WHERE person_id = :person_id AND blocked_at IS NULL "
    "AND issued_at <= :at AND issued_at > :past"
)
_COUNT: Final = Query(
    "SELECT campaign, count(*), sum(used), count(blocked_at) FROM coupons "
    "WHERE issued_at >= :since "
    "GROUP BY campaign ORDER BY campaign"
)


@dataclass(frozen=True, slots=True)
class Price:
    """One campaign's price in friends."""

    campaign: str
    issued: int
    #: Uses of them.
    used: int
    #: Of those, whose owner blocked the account within a day.
    blocked: int

    @property
    def rate(self) -> float:
        """Share of coupons, 0 to 1."""
        return self.blocked / self.issued


async def note(connection: AsyncConnection, *, person_id: int, at: datetime) -> None:
    """Note a block on the coupons that came shortly before."""
    await _NOTE.count(connection, person_id=person_id, at=at, past=at - SOON)


async def per_campaign(connection: AsyncConnection, *, since: datetime) -> list[Price]:
    """Count, for coupons handed out since an instant, what was used and followed by a block."""
    rows = await _COUNT.rows(connection, since=since)
    return [Price(row[0], row[1], row[2], row[3]) for row in rows]
