"""How one coupon is made and stored: new, with its serial, or drawn in a lottery.

service, inside its savepoint or its batch -> new -> with_serial -> keep, or draw
"""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.coupons import lottery, repository
from bot.coupons.campaign import Campaign
from bot.coupons.model import Coupon, Draw, Issued, Outcome
from bot.coupons.numbers import draw_number, draw_serial
from bot.store import arrival, batch, news
from bot.store.tables.points import domain_events


class GoneError(Exception):
    """Nothing can be handed out; what was written in the savepoint is taken back."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def new(
    campaign: Campaign,
    person_id: int,
    ordinal: int,
    good: tuple[datetime, datetime | None],
    *,
    why: str,
    now: datetime,
) -> Coupon:
    """Make a coupon that is the person's ``ordinal``-th of the campaign, good in the span."""
    return Coupon(
        coupon_id=arrival.number(),
        number=draw_number(),
        campaign=campaign.key,
        prize=None,
        person_id=person_id,
        ordinal=ordinal,
        is_used=False,
        uses=campaign.most_uses,
        used=0,
        serial=None,
        valid_from=good[0],
        valid_until=good[1],
        why=why,
        issued_at=now,
    )


async def draw(
    connection: AsyncConnection, campaign: Campaign, drawn: lottery.Lottery, coupon: Coupon
) -> Issued:
    """Draw, and store the draw with what it was made from."""
    seed = secrets.token_bytes(32)
    closed = await _closed(connection, campaign, drawn, coupon.issued_at)
    odds = drawn.odds(closed)
    prize = lottery.draw(seed, odds)
    stock = drawn.stocks().get(prize or "")
    if prize is not None and stock is not None:
        most = _allowed(campaign, stock, coupon.issued_at)
        if not await repository.take_one(connection, campaign.key, prize, most=most):
            odds = drawn.odds([*closed, prize])  # somebody took the last one just now
            prize = None
    is_won = prize is not None
    if is_won:
        named = None if prize == lottery.WHOLE else prize
        coupon = await with_serial(connection, campaign, replace(coupon, prize=named))
        await keep(connection, coupon)
    made = Draw(
        draw_id=arrival.number(),
        campaign=campaign.key,
        person_id=coupon.person_id,
        ordinal=coupon.ordinal,
        seed=seed,
        commitment=lottery.commitment(seed),
        odds=tuple(odds),
        prize=prize,
        coupon_id=coupon.coupon_id if is_won else None,
        why=coupon.why,
        drawn_at=coupon.issued_at,
    )
    await repository.insert_draw(connection, made)
    if is_won:
        return Issued(outcome=Outcome.ISSUED, campaign=campaign, coupon=coupon, draw=made)
    return Issued(outcome=Outcome.LOST, campaign=campaign, draw=made)


async def _closed(
    connection: AsyncConnection, campaign: Campaign, drawn: lottery.Lottery, now: datetime
) -> list[str]:
    stocks = drawn.stocks()
    if not stocks:
        return []
    out = await repository.counters(connection, campaign.key)
    return [
        prize
        for prize, stock in stocks.items()
        if out.get(prize, 0) >= _allowed(campaign, stock, now)
    ]


def _allowed(campaign: Campaign, stock: tuple[int, bool], now: datetime) -> int:
    number, is_spread = stock
    first, last = campaign.period.starts, campaign.period.until
    if not is_spread or first is None or last is None:
        return number
    today = now.astimezone(TOKYO).date()
    return lottery.allowance(number, first=first, last=last, today=today)


async def with_serial(connection: AsyncConnection, campaign: Campaign, coupon: Coupon) -> Coupon:
    """Give a coupon its serial code: one of ours, the next of the owner's, or none.

    Raises:
        GoneError: the owner's codes are used up.
    """
    if campaign.serials == "made":
        return replace(coupon, serial=draw_serial())
    if campaign.serials == "pool":
        serial = await repository.take_serial(connection, campaign.key, coupon_id=coupon.coupon_id)
        if serial is None:
            raise GoneError(Outcome.SOLD_OUT)
        return replace(coupon, serial=serial)
    return coupon


async def keep(connection: AsyncConnection, coupon: Coupon) -> None:
    """Store a coupon at once, with the word of it for other systems."""
    await repository.insert(connection, coupon)
    await batch.insert(connection, domain_events, [told(coupon)])


def told(coupon: Coupon) -> dict[str, Any]:
    """Make the row that tells other systems of a new coupon."""
    body = {
        "coupon_id": str(coupon.coupon_id),
        "number": coupon.number,
        "campaign": coupon.campaign,
        "prize": coupon.prize,
        "why": coupon.why,
    }
    return news.row("coupon.issued", coupon.person_id, body, at=coupon.issued_at)
