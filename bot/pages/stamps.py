"""GET /p/stamps/{token}: the stamp card, each stamp with its day, what is next, and the past."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.clock import TOKYO
from bot.coupons import stamp_history
from bot.coupons.model import CouponError
from bot.coupons.stamp_history import Visit
from bot.membership.links import Page
from bot.pages.opened import link_of
from bot.pages.rendering import render
from bot.store.unit import Unit

#: Stamps listed below the card.
_LISTED: Final = 20
#: A star around 32, 24, where the middle of a stamp's picture is.
_MARK: Final = "M32 10l4.3 8.8 9.7 1.4-7 6.8 1.7 9.6-8.7-4.5-8.7 4.5 1.7-9.6-7-6.8 9.7-1.4z"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the card."""

    number: int
    is_stamped: bool
    #: Month and day of its stamp.
    day: str
    #: What comes with it; empty: nothing.
    bonus: str


async def stamps(request: web.Request) -> web.Response:
    """Show it."""
    app, link = request.config_dict, link_of(request, Page.STAMPS)
    wallet, service = app[keys.WALLET], app[keys.STAMPS]
    rules = service.rules
    async with app[resources.ENGINE].connect() as connection:
        card = await service.card(Unit(connection), link.person_id)
        visits = await stamp_history.visits(connection, link.person_id, rules.key)
        bonuses = {each.at: await _bonus(app, connection, each.written) for each in rules.bonuses}
        given = [await _bonus(app, connection, visit.bonus or "") for visit in visits[:_LISTED]]
    days = {visit.place: _day(visit) for visit in visits if visit.round == card.round}
    ahead = rules.next_bonus(card.stamps)
    return render(
        request,
        "stamps.html",
        wallet=wallet,
        title=rules.name,
        progress=wallet.stamps.progress.format(stamps=card.stamps, size=rules.size),
        places=[
            Place(n, n <= card.stamps, days.get(n, ""), bonuses.get(n, ""))
            for n in range(1, rules.size + 1)
        ],
        is_full=card.stamps >= rules.size,
        ahead=ahead
        and wallet.stamps.next.format(count=ahead.at - card.stamps, bonus=bonuses[ahead.at]),
        filled=card.round - 1 + (card.stamps >= rules.size),
        history=[
            (wallet.pages.stamped_at.format(at=wallet.dates.at(v.at), shop=v.shop).strip(), bonus)
            for v, bonus in zip(visits, given, strict=False)
        ],
        mark=_MARK,
    )


def _day(visit: Visit) -> str:
    local = visit.at.astimezone(TOKYO)
    return f"{local.month}/{local.day}"


async def _bonus(app: Any, connection: AsyncConnection, written: str) -> str:
    """Return what a bonus is called, as a visit keeps it; a campaign that is gone has no name."""
    kind, _, what = written.partition(":")
    if kind == "points":
        return str(app[keys.WALLET].stamps.bonus_points.format(points=f"{int(what):,}"))
    if kind == "coupon":
        with suppress(CouponError):
            return str((await app[keys.COUPONS].campaigns.find(connection, what)).title)
    return ""
