"""How ``issue_coupon`` is carried out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions.running import Moment
from bot.content.actions import IssueCoupon
from bot.coupons.model import UnknownCampaignError
from bot.coupons.service import Coupons
from bot.coupons.showing import CouponScreens
from bot.line.messages import Message


@dataclass(frozen=True, slots=True)
class IssuingCoupons:
    """``issue_coupon``."""

    coupons: Coupons
    screens: CouponScreens

    async def __call__(self, moment: Moment, action: IssueCoupon, /) -> Sequence[Message]:
        """Give the coupon, and show it; who has it already is not told of it again."""
        issued = await self.coupons.issue(
            moment.unit,
            moment.friend.person_id,
            action.campaign,
            why=moment.why,
            now=moment.now,
            friend=moment.friend,
        )
        is_news = issued.is_new or (issued.draw is not None and issued.draw.why == moment.why)
        return self.screens.issued(issued, now=moment.now) if is_news else ()

    def lacks(self, action: IssueCoupon) -> str | None:
        """Say that there is no such campaign."""
        try:
            self.coupons.campaigns[action.campaign]
        except UnknownCampaignError:
            return f"there is no coupon {action.campaign}; write it in coupons/, or check its name"
        return None
