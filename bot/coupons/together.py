"""Coupons that are not for use with others: whether one was used a moment ago.

Nobody knows where a bill begins: what was used at the same shop within five minutes counts as the
same visit, and staff, who see the bill, have the last word.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.coupons.campaign import Campaign
from bot.coupons.model import UNDO, CouponError
from bot.coupons.shelf import Campaigns
from bot.store.batch import Query

_JUST_USED: Final = Query(
    "SELECT campaign FROM redemptions WHERE person_id = :person_id AND shop = :shop "
    "AND coupon_id <> :coupon_id AND at > :since AND undone_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM redemptions same WHERE same.key = :key) ORDER BY at DESC"
)


class NotTogetherError(CouponError):
    """Another coupon was used a moment ago, and one of both is not for use with others."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} was used a moment ago; one of both stands alone")
        self.title = title


async def require_alone(
    connection: AsyncConnection,
    campaigns: Campaigns,
    campaign: Campaign,
    *,
    coupon_id: int,
    person_id: int,
    shop: str | None,
    key: str,
    now: datetime,
) -> None:
    """See that a coupon may be used beside what was used on this visit.

    Args:
        connection: reads only.
        campaigns: of the account.
        campaign: of the coupon.
        coupon_id: which shall be used.
        person_id: whose.
        shop: where.
        key: of the use; one that happened already is not questioned again.
        now: when.

    Raises:
        NotTogetherError: it may not, as far as anybody but staff can tell.
    """
    rows = await _JUST_USED.rows(
        connection,
        person_id=person_id,
        shop=shop,
        coupon_id=coupon_id,
        since=now - UNDO,
        key=key,
    )
    for (other,) in rows:
        used = await campaigns.find(connection, other)
        if not (campaign.stackable and used.stackable):
            raise NotTogetherError(used.title)
