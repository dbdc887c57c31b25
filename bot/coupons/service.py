"""Handing out coupons, each person's share exactly once.

    greeting, survey, tap, keyword, staff, API -> Coupons.issue -> Issued, for a handler to show

The last coupon of a campaign goes to one: who wants it counts it in a conditional UPDATE, in a
savepoint with everything else that belongs to it. Where there is one for everybody, a batch of
events reads and writes them together. A person is the person: following again or being
linked to another LINE identity earns no second welcome.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.exc import IntegrityError

from bot.clock import TOKYO
from bot.coupons import repository
from bot.coupons.campaign import Campaign
from bot.coupons.giving import GoneError, draw, keep, new, told, with_serial
from bot.coupons.model import (
    Coupon,
    Draw,
    Issued,
    Outcome,
    Stage,
    UnknownCampaignError,
    UnknownCouponError,
)
from bot.coupons.numbers import draw_serial
from bot.coupons.repository import COUPONS_OF
from bot.coupons.shelf import Campaigns
from bot.friends.model import Friend
from bot.people.repository import PEOPLE
from bot.segments.service import Segments
from bot.store.tables.points import domain_events
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
        if unit.is_batch and _is_endless(found):
            try:
                return await self._gather(
                    unit, person_id, found, why=why, now=now, friend=friend, is_earned=is_earned
                )
            except GoneError as gone:
                return Issued(outcome=gone.outcome, campaign=found)
        await unit.write(COUPONS_OF)
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
            except GoneError as gone:
                return Issued(outcome=gone.outcome, campaign=found)
            except IntegrityError:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError

    async def _gather(
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
        """Give what nobody else can take away: read and written with the rest of the batch."""
        whose = (person_id, campaign.key)
        people = ((person, campaign.key) for person in unit.loaded(PEOPLE))
        await unit.preload(COUPONS_OF, [whose, *people])
        coupons = await unit.get(COUPONS_OF, whose) or ()
        again = _known(campaign, coupons, (), why, now)
        if again is not None and (not is_earned or again.is_of(why)):
            return again
        good = await self._admit(unit, person_id, campaign, now, friend)
        coupon = new(campaign, person_id, len(coupons) + 1, good, why=why, now=now)
        if campaign.serials == "made":
            coupon = replace(coupon, serial=draw_serial())
        unit.put(COUPONS_OF, whose, (*coupons, coupon))
        unit.add(domain_events, told(coupon))
        return Issued(outcome=Outcome.ISSUED, campaign=campaign, coupon=coupon)

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
            raise GoneError(Outcome.SOLD_OUT)
        ordinal = max(len(coupons), len(draws)) + 1
        coupon = new(campaign, person_id, ordinal, good, why=why, now=now)
        if campaign.lottery is not None:
            return await draw(connection, campaign, campaign.lottery, coupon)
        coupon = await with_serial(connection, campaign, coupon)
        await keep(connection, coupon)
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
            raise GoneError(Outcome.NOT_YET)
        if closes is not None and now >= closes:
            raise GoneError(Outcome.OVER)
        if campaign.segment is not None and not await self._is_in(unit, campaign, friend, now):
            raise GoneError(Outcome.NOT_FOR_THEM)
        good = campaign.good(now, await _birthday(unit, person_id))
        if good is None:
            raise GoneError(Outcome.NEEDS_BIRTHDAY)
        if good[1] is not None and good[1] <= now:
            raise GoneError(Outcome.OVER)
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
        await unit.write(COUPONS_OF)
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
        await unit.write(COUPONS_OF)
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
        await unit.write(COUPONS_OF)
        coupon = await repository.by_id(unit.connection, coupon_id)
        if coupon is None or coupon.person_id != person_id:
            raise UnknownCouponError
        return coupon


def _is_endless(campaign: Campaign) -> bool:
    """Tell whether the share of one person depends on nobody else's."""
    return campaign.lottery is None and campaign.limit.total is None and campaign.serials != "pool"


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
