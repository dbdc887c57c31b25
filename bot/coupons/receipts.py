"""What a friend is told of a use of their coupon: for free, at the next chance.

Redemption -> a bubble to each LINE identity of the person, held until it can leave with a reply
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content import Account
from bot.content.wallet import Wallet
from bot.coupons import words
from bot.coupons.campaign import Campaign
from bot.coupons.model import Coupon, Redemption
from bot.line.messages import Message, flex
from bot.outbox.model import messages
from bot.outbox.queue import queue
from bot.store.batch import Query
from bot.store.unit import Unit
from flex_templates import render

#: After this it is no news to the friend.
KEEPS: Final = timedelta(days=7)

_FRIENDS: Final = Query(
    "SELECT user_id FROM friends WHERE person_id = :person_id AND state = 'friend'"
)
_SHOP: Final = Query("SELECT name FROM shops WHERE key = :shop")


class Receipts:
    """Writes receipts in the words and colours of the account."""

    def __init__(self, account: Account, wallet: Wallet) -> None:
        self._account = account
        self._wallet = wallet

    async def used(
        self, unit: Unit, redemption: Redemption, coupon: Coupon, campaign: Campaign
    ) -> None:
        """Tell that a coupon was used, when and where."""
        texts = self._wallet.coupons
        bubble = render(
            "receipt",
            account=self._account,
            title=texts.receipt_title,
            coupon=words.title_of(campaign, coupon.prize),
            at=await self.where(unit.connection, redemption),
            text=None,
        )
        await self._tell(unit, redemption, flex(texts.receipt_alt, bubble), now=redemption.at)

    async def undone(
        self, unit: Unit, redemption: Redemption, coupon: Coupon, campaign: Campaign
    ) -> None:
        """Tell that a use was taken back."""
        texts, at = self._wallet.coupons, redemption.undone_at or redemption.at
        bubble = render(
            "receipt",
            account=self._account,
            title=texts.undone_title,
            coupon=words.title_of(campaign, coupon.prize),
            at=self._wallet.dates.at(at),
            text=texts.undone_text,
        )
        await self._tell(unit, redemption, flex(texts.undone_alt, bubble), now=at)

    async def where(self, connection: AsyncConnection, redemption: Redemption) -> str:
        """Say when and where a coupon was used, such as 11/21 18:03 駅前店."""
        at = self._wallet.dates.at(redemption.at)
        shop = await shop_name(connection, redemption.actor.shop)
        return self._wallet.coupons.used_at.format(at=at, shop=shop).strip()

    async def _tell(
        self, unit: Unit, redemption: Redemption, message: Message, *, now: datetime
    ) -> None:
        for user_id in await _friends_of(unit.connection, redemption.person_id):
            why = f"redemption:{redemption.redemption_id}"
            queue(unit, messages(user_id, [message], why=why, now=now, keeps_for=KEEPS))


async def shop_name(connection: AsyncConnection, shop: str | None) -> str:
    """Return what a shop is called; empty: nobody knows it."""
    if shop is None:
        return ""
    rows = await _SHOP.rows(connection, shop=shop)
    return str(rows[0][0]) if rows else ""


async def _friends_of(connection: AsyncConnection, person_id: int) -> Sequence[str]:
    return [row[0] for row in await _FRIENDS.rows(connection, person_id=person_id)]
