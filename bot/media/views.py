"""GET /media/card/{token}.png: a member's card, for whoever holds its address."""

import asyncio
from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.content import Account
from bot.membership.links import PATH, CardLinkError
from bot.membership.number import MemberNumber
from bot.membership.settings import Barcode

CARD_ROUTE: Final = PATH + "/{token}.png"
_AN_HOUR: Final = "private, max-age=3600"


async def card(request: web.Request) -> web.Response:
    """Draw the card; an address that has expired shows where to find a new one."""
    account = request.app[keys.ACCOUNT]
    try:
        link = request.app[keys.CARD_LINKS].read(request.match_info["token"])
    except CardLinkError:
        raise web.HTTPNotFound from None
    if link.expires_at <= request.app[resources.CLOCK]():
        png = await asyncio.to_thread(_notice, account.card.expired)
        # 200: LINE shows no picture that comes with an error status, and this one says what to do.
        return web.Response(
            body=png, content_type="image/png", headers={"Cache-Control": "no-store"}
        )
    kind = request.app[keys.CARD_RULES].number.barcode
    png = await asyncio.to_thread(_card, account, MemberNumber(link.number), kind)
    return web.Response(body=png, content_type="image/png", headers={"Cache-Control": _AN_HOUR})


def _card(account: Account, number: MemberNumber, kind: Barcode) -> bytes:
    from bot.membership.drawing import card_png  # noqa: PLC0415 - a process that draws no card
    # starts without what draws

    brand, shop = account.brand, account.shop
    title, colour = account.card.title, brand.member
    return card_png(number, shop=shop.name, title=title, colour=colour, kind=kind)


def _notice(words: str) -> bytes:
    from bot.membership.notice import notice_png  # noqa: PLC0415 - as above

    return notice_png(words)
