"""What a customer has and did, beside the talk: rank, points, coupons, purchases, answers.

Each part is shown to those whose role may see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aiohttp import web

from bot import keys
from bot.console.pages.friends.known import Answered, answered
from bot.console.pages.talk.looking import Talking
from bot.console.visitor import clock_of, member_of
from bot.coupons import words as coupon_words
from bot.membership.repository import MEMBERS
from bot.points.model import Balance
from bot.purchases import repository as purchases
from bot.purchases.model import Purchase, Summary
from bot.staff.rights import Right
from bot.store.batch import Query
from bot.store.unit import Unit

_ITEMS: Final = Query(
    "SELECT purchase_id, name, sku, quantity FROM purchase_items "
    "WHERE purchase_id = ANY(:ids::bigint[]) ORDER BY purchase_id, line"
)
_BILLS: Final = 5
_SURVEYS: Final = 5
_MOST_ITEMS: Final = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A coupon the customer has."""

    title: str
    until: str


@dataclass(frozen=True, slots=True)
class Bill:
    """A purchase, with what was bought in words."""

    purchase: Purchase
    items: str

    @property
    def left_yen(self) -> int:
        """What stays of it after returns."""
        return self.purchase.amount_yen - self.purchase.returned_yen


@dataclass(frozen=True, slots=True)
class Belongings:
    """All of it; what the reader may not see is empty."""

    number: str = ""
    rank: str = ""
    balance: Balance | None = None
    bought: Summary = field(default_factory=Summary)
    bills: Sequence[Bill] = ()
    coupons: Sequence[Held] = ()
    #: Those the customer went through, the last first.
    surveys: Sequence[Answered] = ()


async def read(request: web.Request, unit: Unit, talking: Talking) -> Belongings:
    """Read it."""
    member, app, person_id = member_of(request), request.config_dict, talking.person_id
    of_member, now = await unit.get(MEMBERS, person_id), clock_of(request)()
    may_read_points = member.may(Right.POINTS_READ)
    rank, balance, bought = "", None, Summary()
    if may_read_points:
        bought = await purchases.summary(unit.connection, person_id)
    if may_read_points and of_member is not None:
        balance = await app[keys.POINTS].balance(unit, person_id, now=now)
        rank = (await app[keys.RANKS].of(unit, person_id)).rank.name
    return Belongings(
        number="" if of_member is None else of_member.number,
        rank=rank,
        balance=balance,
        bought=bought,
        bills=await _bills(unit, person_id) if bought.count else (),
        coupons=await _coupons(request, unit, person_id, now),
        surveys=await _surveys(request, unit, talking),
    )


async def _bills(unit: Unit, person_id: int) -> list[Bill]:
    found = await purchases.of_person(unit.connection, person_id, limit=_BILLS)
    lines: dict[int, list[str]] = {}
    ids = [each.purchase_id for each in found]
    for purchase_id, name, sku, quantity in await _ITEMS.rows(unit.connection, ids=ids):
        words = name or sku
        lines.setdefault(purchase_id, []).append(f"{words} ×{quantity}" if quantity > 1 else words)
    return [Bill(each, _listed(lines.get(each.purchase_id, []))) for each in found]


def _listed(items: Sequence[str]) -> str:
    more = "…" if len(items) > _MOST_ITEMS else ""
    return "、".join(items[:_MOST_ITEMS]) + more


async def _coupons(request: web.Request, unit: Unit, person_id: int, now: datetime) -> list[Held]:
    if not member_of(request).may(Right.COUPONS_READ):
        return []
    app = request.config_dict
    held = await app[keys.COUPONS].held_with_campaigns(unit, person_id, now=now)
    return [
        Held(
            coupon_words.title_of(campaign, coupon.prize),
            coupon_words.good_until(app[keys.WALLET], coupon, now),
        )
        for coupon, campaign in held
    ]


async def _surveys(request: web.Request, unit: Unit, talking: Talking) -> list[Answered]:
    if not member_of(request).may(Right.SURVEYS_READ):
        return []
    app = request.config_dict
    every = await answered(
        unit.connection,
        app[keys.SURVEYS].definitions,
        talking.friend_id,
        skipped=app[keys.ACCOUNT].survey.skipped,
    )
    done = [(one.done_at, one) for one in every if one.done_at is not None]
    done.sort(key=lambda each: each[0], reverse=True)
    return [one for _, one in done[:_SURVEYS]]
