"""Actions that hand something over: a coupon to the friend, the talk to staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.actions.running import GoneError, Moment
from bot.content.actions import IssueCoupon, StartConversation
from bot.conversations import telling
from bot.conversations.model import BOT
from bot.conversations.rules import TalkRules
from bot.conversations.service import Conversations
from bot.coupons.model import Outcome, UnknownCampaignError
from bot.coupons.service import Coupons
from bot.coupons.showing import CouponScreens
from bot.line.messages import Message
from bot.store import arrival

#: What staff see of why a talk began is one line.
_LONGEST_REASON: Final = 100
_OVER: Final = (Outcome.USED, Outcome.EXPIRED)


@dataclass(frozen=True, slots=True)
class IssuingCoupons:
    """``issue_coupon``."""

    coupons: Coupons
    screens: CouponScreens

    async def __call__(self, moment: Moment, action: IssueCoupon, /) -> Sequence[Message]:
        """Give the coupon, and show it; who holds it already is shown that one.

        Who used it up, or let it pass, is not reminded of that with their thanks.
        """
        try:
            issued = await self.coupons.issue(
                moment.unit,
                moment.friend.person_id,
                action.campaign,
                why=moment.why,
                now=moment.now,
                friend=moment.friend,
            )
        except UnknownCampaignError as error:
            raise GoneError(str(error)) from error
        if issued.outcome in _OVER:
            return ()
        return self.screens.issued(issued, now=moment.now)

    def lacks(self, action: IssueCoupon) -> str | None:
        """Say that there is no such campaign."""
        try:
            self.coupons.campaigns[action.campaign]
        except UnknownCampaignError:
            return no_campaign(
                action.campaign, [campaign.key for campaign in self.coupons.campaigns]
            )
        return None


def no_campaign(key: str, known: Iterable[str]) -> str:
    """Say that there is no such campaign, and which there are."""
    names = ", ".join(sorted(known)) or "none is defined"
    return f"there is no coupon campaign {key}; define it in coupons/, or name one of: {names}"


@dataclass(frozen=True, slots=True)
class HandingOver:
    """``start_conversation``."""

    conversations: Conversations
    rules: TalkRules

    async def __call__(self, moment: Moment, action: StartConversation, /) -> Sequence[Message]:
        """Let staff have the talk, and say when they answer."""
        handoff = await self.conversations.ask(
            moment.unit,
            moment.friend,
            event_id=moment.event_id or arrival.number(),
            reason=(action.topic or moment.reason)[:_LONGEST_REASON],
            by=BOT,
            now=moment.now,
        )
        return telling.handed_over(self.rules.now, handoff, now=moment.now)
