"""How ``issue_coupon`` is carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.actions.running import Moment
from bot.coupons.model import UnknownCampaignError
from bot.coupons.service import Coupons
from bot.coupons.showing import CouponScreens
from bot.line.messages import Message


class _NamesCoupon(Protocol):
    @property
    def coupon(self) -> str:
        """The key of a campaign."""


@dataclass(frozen=True, slots=True)
class IssuingCoupons:
    """``issue_coupon``."""

    coupons: Coupons
    screens: CouponScreens

    async def __call__(self, moment: Moment, action: _NamesCoupon, /) -> Sequence[Message]:
        """Give the coupon, and show it; who has it already is not told of it again."""
        issued = await self.coupons.issue(
            moment.unit,
            moment.friend.person_id,
            action.coupon,
            why=moment.why,
            now=moment.now,
            friend=moment.friend,
        )
        return self.screens.issued(issued, now=moment.now) if issued.is_new else ()

    def lacks(self, action: _NamesCoupon) -> str | None:
        """Say that there is no such campaign."""
        try:
            self.coupons.campaigns[action.coupon]
        except UnknownCampaignError:
            return f"there is no coupon {action.coupon}; write it in coupons/, or check its name"
        return None
