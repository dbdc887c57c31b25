"""Handing out coupons, each person's share exactly once.

    greeting, survey, tap, keyword, staff, API -> Coupons.issue -> Issued, for a handler to show

The last coupon of a campaign goes to one: who wants it counts it in a conditional UPDATE, in a
savepoint with everything else that belongs to it. A person is the person: following again or being
linked to another LINE identity earns no second welcome.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.coupons import lottery, repository
from bot.coupons.campaign import Campaign
from bot.coupons.model import (
    Coupon,
    Draw,
    Issued,
    Outcome,
    Stage,
    UnknownCampaignError,
    UnknownCouponError,
)
from bot.coupons.numbers import draw_number, draw_serial
from bot.coupons.shelf import Campaigns
from bot.friends.model import Friend
from bot.people.repository import PEOPLE
from bot.segments.service import Segments
from bot.store import arrival, news
from bot.store.unit import Unit

#: Somebody may take the same ordinal, or a drawn number may be taken: look again so often.
_TRIES: Final = 4

BIRTH_DATE: Final = "birth_date"


class Coupons:
    """The coupons of an account's people."""

    def __init__(self, campaigns: Campaigns, segments: Segments | None = None) -> None:
        self.campaigns = campaigns
        self._segments = segments

    async def issue(
        self,
        unit: Unit,
        person_id: int,
        campaign: str,
        *,
        why: str,
        now: datetime,
        friend: Friend | None = None,
        is_earned: bool = False,
    ) -> Issued:
        """Give a person a coupon of a campaign, or say why not; written at once.

        Asked again, it shows what the person has: another coupon follows when the one before is
        used or over, and only up to the campaign's limit. The same ``why`` never gives two.

        Args:
            unit: of the transaction.
            person_id: who shall have it.
            campaign: its key.
            why: what caused it, such as ``event:<webhookEventId>`` or ``staff:3:<key>``.
            now: when.
            friend: as whom the person is asked whether they are in the campaign's segment.
            is_earned: a bonus that is due: given beside others and past each person's limit.

        Raises:
            UnknownCampaignError: the account has no such campaign.
        """
        found = await self.campaigns.find(unit.connection, campaign)
        for attempt in range(_TRIES):
            try:
                async with unit.connection.begin_nested():
                    return await self._issue(
                        unit,
                        person_id,
                        found,
                        why=why,
                        now=now,
                        friend=friend,
                        is_earned=is_earned,
                    )
            except _GoneError as gone:
                return Issued(outcome=gone.outcome, campaign=found)
            except IntegrityError:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError

    async def _issue(
        self,
        unit: Unit,
        person_id: int,
        campaign: Campaign,
        *,
        why: str,
        now: datetime,
        friend: Friend | None,
        is_earned: bool,
    ) -> Issued:
        connection = unit.connection
        coupons = await repository.of_campaign(connection, person_id, campaign.key)
        draws: Sequence[Draw] = ()
        if campaign.lottery is not None:
            draws = await repository.draws(connection, person_id, campaign.key)
        again = _known(campaign, coupons, draws, why, now)
        if again is not None and (not is_earned or again.is_of(why)):
            return again
        good = await self._admit(unit, person_id, campaign, now, friend)
        most = campaign.limit.total
        if most is not None and not await repository.take_one(
            connection, campaign.key, "", most=most
        ):
            raise _GoneError(Outcome.SOLD_OUT)
        coupon = Coupon(
            coupon_id=arrival.number(),
            number=draw_number(),
            campaign=campaign.key,
            prize=None,
            person_id=person_id,
            ordinal=max(len(coupons), len(draws)) + 1,
            is_used=False,
            uses=campaign.most_uses,
            used=0,
            serial=None,
            valid_from=good[0],
            valid_until=good[1],
            why=why,
            issued_at=now,
        )
        if campaign.lottery is not None:
            return await _draw(connection, campaign, campaign.lottery, coupon)
        coupon = await _with_serial(connection, campaign, coupon)
        await _keep(connection, coupon)
        return Issued(outcome=Outcome.ISSUED, campaign=campaign, coupon=coupon)

    async def _admit(
        self,
        unit: Unit,
        person_id: int,
        campaign: Campaign,
        now: datetime,
        friend: Friend | None,
    ) -> tuple[datetime, datetime | None]:
        """Return from when until when the coupon would be good."""
        opens, closes = campaign.opens_at(), campaign.closes_at()
        if opens is not None and now < opens:
            raise _GoneError(Outcome.NOT_YET)
        if closes is not None and now >= closes:
            raise _GoneError(Outcome.OVER)
        if campaign.segment is not None and not await self._is_in(unit, campaign, friend, now):
            raise _GoneError(Outcome.NOT_FOR_THEM)
        good = campaign.good(now, await _birthday(unit, person_id))
        if good is None:
            raise _GoneError(Outcome.NEEDS_BIRTHDAY)
        if good[1] is not None and good[1] <= now:
            raise _GoneError(Outcome.OVER)
        return good

    async def _is_in(
        self, unit: Unit, campaign: Campaign, friend: Friend | None, now: datetime
    ) -> bool:
        if self._segments is None or friend is None:
            return False
        today = now.astimezone(TOKYO).date()
        return campaign.segment in await self._segments.of(unit, friend, today=today)

    async def greet(
        self, unit: Unit, friend: Friend, *, why: str, now: datetime
    ) -> Sequence[Issued]:
        """Give a new friend what greets; a person who had it as somebody else gets nothing."""
        greeting = [campaign for campaign in self.campaigns if campaign.greets]
        asked = [
            await self.issue(unit, friend.person_id, campaign.key, why=why, now=now, friend=friend)
            for campaign in greeting
        ]
        return [issued for issued in asked if issued.is_new]

    async def held(self, unit: Unit, person_id: int, *, now: datetime) -> Sequence[Coupon]:
        """Return what a person can use, now or soon; what ends first stands in front."""
        return await repository.held(unit.connection, person_id, now=now)

    async def held_with_campaigns(
        self, unit: Unit, person_id: int, *, now: datetime
    ) -> Sequence[tuple[Coupon, Campaign]]:
        """Return the same with their campaigns; one whose campaign was deleted cannot be shown."""
        found = []
        for coupon in await self.held(unit, person_id, now=now):
            with suppress(UnknownCampaignError):
                campaign = await self.campaigns.find(unit.connection, coupon.campaign)
                found.append((coupon, campaign))
        return found

    async def offered(
        self, unit: Unit, friend: Friend, *, now: datetime
    ) -> Sequence[tuple[Campaign, bool]]:
        """Return the public campaigns a friend could still take, and whether each has run out."""
        open_now = [c for c in self.campaigns if c.visibility == "public" and _is_open(c, now)]
        if not open_now:
            return []
        had = await repository.had(unit.connection, friend.person_id)
        fitting = [c for c in open_now if c.key not in had]
        if any(c.segment for c in fitting):
            fitting = [
                c for c in fitting if c.segment is None or await self._is_in(unit, c, friend, now)
            ]
        limited = [c.key for c in fitting if c.limit.total is not None]
        issued = await repository.issued(unit.connection, limited) if limited else {}
        return [(c, issued.get(c.key, 0) >= (c.limit.total or 1 << 62)) for c in fitting]

    async def of(self, unit: Unit, person_id: int, coupon_id: int) -> Coupon:
        """Return a coupon of a person.

        Raises:
            UnknownCouponError: it is not theirs, or nobody's.
        """
        coupon = await repository.by_id(unit.connection, coupon_id)
        if coupon is None or coupon.person_id != person_id:
            raise UnknownCouponError
        return coupon


class _GoneError(Exception):
    """Nothing can be handed out; what was written in the savepoint is taken back."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def _is_open(campaign: Campaign, now: datetime) -> bool:
    opens, closes = campaign.opens_at(), campaign.closes_at()
    return (opens is None or opens <= now) and (closes is None or now < closes)


def _known(
    campaign: Campaign,
    coupons: Sequence[Coupon],
    draws: Sequence[Draw],
    why: str,
    now: datetime,
) -> Issued | None:
    """Return what the person has already, where that is all they get now."""
    if campaign.lottery is not None:
        return _known_draw(campaign, coupons, draws, why, now)
    if not coupons:
        return None
    last = next((coupon for coupon in coupons if coupon.why == why), coupons[-1])
    stage = last.stage(now)
    full = len(coupons) >= campaign.limit.per_person
    if stage is Stage.HELD or full or last.why == why:
        return Issued(outcome=Outcome(stage.value), campaign=campaign, coupon=last)
    if _taken_today([coupon.issued_at for coupon in coupons], campaign, now):
        return Issued(outcome=Outcome.TOMORROW, campaign=campaign, coupon=last)
    return None


def _known_draw(
    campaign: Campaign, coupons: Sequence[Coupon], draws: Sequence[Draw], why: str, now: datetime
) -> Issued | None:
    if not draws:
        return None
    last = next((draw for draw in draws if draw.why == why), draws[-1])
    if last.why == why or len(draws) >= campaign.limit.per_person:
        won = {coupon.coupon_id: coupon for coupon in coupons}
        coupon = None if last.coupon_id is None else won.get(last.coupon_id)
        outcome = Outcome.LOST if coupon is None else Outcome(coupon.stage(now).value)
        return Issued(outcome=outcome, campaign=campaign, coupon=coupon, draw=last)
    if _taken_today([draw.drawn_at for draw in draws], campaign, now):
        return Issued(outcome=Outcome.TOMORROW, campaign=campaign, draw=last)
    return None


def _taken_today(taken: Sequence[datetime], campaign: Campaign, now: datetime) -> bool:
    most = campaign.limit.per_day
    if most is None:
        return False
    today = now.astimezone(TOKYO).date()
    return sum(at.astimezone(TOKYO).date() == today for at in taken) >= most


async def _birthday(unit: Unit, person_id: int) -> date | None:
    person = await unit.get(PEOPLE, person_id)
    written = None if person is None else person.attributes.get(BIRTH_DATE)
    try:
        return date.fromisoformat(str(written)) if written else None
    except ValueError:
        return None


async def _draw(
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
        coupon = await _with_serial(connection, campaign, replace(coupon, prize=named))
        await _keep(connection, coupon)
    draw = Draw(
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
    await repository.insert_draw(connection, draw)
    if is_won:
        return Issued(outcome=Outcome.ISSUED, campaign=campaign, coupon=coupon, draw=draw)
    return Issued(outcome=Outcome.LOST, campaign=campaign, draw=draw)


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


async def _with_serial(connection: AsyncConnection, campaign: Campaign, coupon: Coupon) -> Coupon:
    if campaign.serials == "made":
        return replace(coupon, serial=draw_serial())
    if campaign.serials == "pool":
        serial = await repository.take_serial(connection, campaign.key, coupon_id=coupon.coupon_id)
        if serial is None:
            raise _GoneError(Outcome.SOLD_OUT)
        return replace(coupon, serial=serial)
    return coupon


async def _keep(connection: AsyncConnection, coupon: Coupon) -> None:
    await repository.insert(connection, coupon)
    body = {
        "coupon_id": str(coupon.coupon_id),
        "number": coupon.number,
        "campaign": coupon.campaign,
        "prize": coupon.prize,
        "why": coupon.why,
    }
    await news.note(connection, "coupon.issued", coupon.person_id, body, at=coupon.issued_at)
