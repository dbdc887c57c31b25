"""Everything the till shows of a member, read in one go.

person -> name, rank, points, coupons usable now, stamps, notes, what was done in the last minutes
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot import keys
from bot.coupons import words
from bot.coupons.campaign import Campaign
from bot.coupons.model import UNDO, Coupon, UnknownCampaignError
from bot.coupons.stamp_rules import Bonus
from bot.coupons.stamps import Card
from bot.membership import linking, notes
from bot.membership.notes import Note
from bot.membership.number import MemberNumber, MemberNumberError
from bot.membership.ranks import Standing
from bot.membership.repository import MEMBERS
from bot.people.repository import PEOPLE
from bot.points.model import Balance, Kind
from bot.purchases import repository as purchases
from bot.purchases.model import Summary
from bot.store import batch
from bot.store.batch import Query
from bot.store.unit import Unit

_NAME: Final = Query(
    "SELECT p.display_name FROM friends f JOIN profiles p ON p.user_id = f.user_id "
    "WHERE f.person_id = :person_id AND p.display_name IS NOT NULL ORDER BY f.id LIMIT 1"
)
_USES: Final = Query(
    "SELECT id, campaign, coupon_id, shop, at FROM redemptions WHERE at > :since "
    "AND person_id = :person_id AND undone_at IS NULL ORDER BY at"
)
_VISITS: Final = Query(
    "SELECT id, shop, at FROM stamp_visits WHERE person_id = :person_id AND card = :card "
    "AND at > :since AND undone_at IS NULL ORDER BY at"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A coupon as the till shows it."""

    coupon: Coupon
    title: str
    worth: str
    until: str
    terms: str
    is_stackable: bool
    is_usable: bool


@dataclass(frozen=True, slots=True)
class Done:
    """Something that can still be taken back."""

    #: kind:id, such as ``redemption:123``.
    what: str
    kind: str
    #: Points or yen; 0: none.
    number: int
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """A member, as the till shows them."""

    person_id: int
    number: str
    name: str
    nickname: str
    standing: Standing
    balance: Balance
    coupons: list[Shown]
    stamps: Card
    stamp_size: int
    next_bonus: Bonus | None
    tags: list[tuple[str, str]]
    bought: Summary
    recent: list[Done]
    notes: list[Note]
    #: Numbers of cards they had before.
    cards: list[str]


async def look(request: web.Request, unit: Unit, person_id: int, *, now: datetime) -> Looked:
    """Read a member."""
    app, connection = request.config_dict, unit.connection
    member, person = await unit.get(MEMBERS, person_id), await unit.get(PEOPLE, person_id)
    profile = await _NAME.rows(connection, person_id=person_id)
    held = await app[keys.COUPONS].held_with_campaigns(unit, person_id, now=now)
    rules = app[keys.STAMPS].rules
    card = await app[keys.STAMPS].card(unit, person_id)
    nickname = str(profile[0][0]) if profile else ""
    name = str(person.attributes.get("name", "")) if person else ""
    return Looked(
        person_id=person_id,
        number=_written(member.number) if member else "",
        name=name or nickname,
        nickname=nickname if name else "",
        standing=await app[keys.RANKS].of(unit, person_id),
        balance=await app[keys.POINTS].balance(unit, person_id, now=now),
        coupons=[_shown(request, coupon, campaign, now) for coupon, campaign in held],
        stamps=card,
        stamp_size=rules.size,
        next_bonus=rules.next_bonus(card.stamps),
        tags=_tags(request, person.tags if person else ()),
        bought=await purchases.summary(connection, person_id),
        recent=await _recent(request, unit, person_id, now),
        notes=await notes.of(connection, person_id),
        cards=[
            number
            for system, number in await linking.numbers(connection, person_id)
            if system == linking.CARD
        ],
    )


async def _recent(request: web.Request, unit: Unit, person_id: int, now: datetime) -> list[Done]:
    """List what was done in the last five minutes, the latest in front."""
    since, connection = now - UNDO, unit.connection
    found: list[Done] = []
    for bill in await purchases.of_person(connection, person_id, limit=10):
        if bill.bought_at > since and bill.cancelled_at is None:
            what = f"purchase:{bill.purchase_id}"
            found.append(Done(what, "purchase", bill.amount_yen, "", bill.bought_at))
    changes = await request.config_dict[keys.POINTS].history(unit, person_id, limit=20)
    taken_back = {change.reverses for change in changes}
    for change in changes:
        is_own = change.source.startswith(("purchase:", "stamp:"))
        if change.at <= since or is_own or change.change_id in taken_back:
            continue
        if change.kind in {Kind.SPEND, Kind.ADJUST}:
            what = f"points:{change.change_id}"
            found.append(Done(what, change.kind.value, change.points, "", change.at))
    for row in await _USES.rows(connection, person_id=person_id, since=since):
        title = _title(request, row[1])
        found.append(Done(f"redemption:{row[0]}", "coupon", 0, title, batch.instant(row[4])))
    card = request.config_dict[keys.STAMPS].rules.key
    visits = await _VISITS.rows(connection, person_id=person_id, card=card, since=since)
    found += [Done(f"visit:{row[0]}", "stamp", 0, "", batch.instant(row[2])) for row in visits]
    return sorted(found, key=lambda done: done.at, reverse=True)


def _title(request: web.Request, campaign: str) -> str:
    """Return a campaign's title; one that was deleted since has its key."""
    try:
        return request.config_dict[keys.COUPONS].campaigns[campaign].title
    except UnknownCampaignError:
        return campaign


def _shown(request: web.Request, coupon: Coupon, campaign: Campaign, now: datetime) -> Shown:
    wallet = request.config_dict[keys.WALLET]
    return Shown(
        coupon=coupon,
        title=words.title_of(campaign, coupon.prize),
        worth=words.worth(wallet, words.value_of(campaign, coupon.prize)),
        until=words.good_until(wallet, coupon, now),
        terms=campaign.terms,
        is_stackable=campaign.stackable,
        is_usable=coupon.valid_from <= now,
    )


def _tags(request: web.Request, tags: tuple[str, ...]) -> list[tuple[str, str]]:
    known: Any = request.config_dict[keys.PEOPLE].vocabulary.tags
    found = []
    for key in tags:
        try:
            tag = known[key]
        except LookupError:
            continue
        found.append((tag.label.ja, tag.label.en))
    return found


def _written(number: str) -> str:
    try:
        return MemberNumber(number).shown
    except MemberNumberError:
        return number
