"""GET /p/card/{token}: the member card, bright and large, with a code that changes.

    card.show -> bubble -> signed address -> the page; /code -> the next codes

The barcode stands still, as tills of any age read it; the code beside it tells the page from a
photograph of it.
"""

from aiohttp import web
from orjson import dumps

from bot import keys, resources
from bot.membership import symbols, wording
from bot.membership.codes import Kind
from bot.membership.links import Page
from bot.membership.number import MemberNumber
from bot.membership.repository import MEMBERS
from bot.pages.opened import ClosedError, link_of, now_of
from bot.pages.rendering import render
from bot.pages.rotating import shown
from bot.store.unit import Unit


async def card(request: web.Request) -> web.Response:
    """Show it."""
    app, now = request.config_dict, now_of(request)
    link, wallet = link_of(request, Page.CARD), app[keys.WALLET]
    async with app[resources.ENGINE].connect() as connection:
        unit = Unit(connection)
        member = await unit.get(MEMBERS, link.person_id)
        if member is None:
            raise ClosedError
        standing = await app[keys.RANKS].of(unit, link.person_id)
        balance = await app[keys.POINTS].balance(unit, link.person_id, now=now)
    number = MemberNumber(member.number)
    kind = app[keys.CARD_RULES].number.barcode
    rotating = shown(app[keys.CODES], Kind.MEMBER, member.number, now=now)
    return render(
        request,
        "card.html",
        wallet=wallet,
        number=number,
        bars=symbols.bars(number, kind),
        is_square=kind == "qr",
        rank=standing.rank.name,
        to_next=wording.to_next(wallet, app[keys.RANKS].rules, standing),
        has_next=standing.next_rank is not None,
        points=f"{balance.points:,}",
        expiry=wording.expiry(wallet, balance),
        first=rotating["codes"][0],
        rotating=dumps(rotating).decode(),
    )


async def code(request: web.Request) -> web.Response:
    """Send the codes of now."""
    app, link = request.config_dict, link_of(request, Page.CARD)
    async with app[resources.ENGINE].connect() as connection:
        member = await Unit(connection).get(MEMBERS, link.person_id)
    if member is None:
        raise ClosedError
    return web.json_response(
        shown(app[keys.CODES], Kind.MEMBER, member.number, now=now_of(request))
    )
