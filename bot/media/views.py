"""GET /media/card/{token}.png: a member's card, for whoever holds its address."""

import asyncio
from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.membership.drawing import card_png
from bot.membership.links import PATH, CardLinkError
from bot.membership.notice import notice_png
from bot.membership.number import MemberNumber

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
        png = await asyncio.to_thread(notice_png, account.card.expired)
        # 200: LINE shows no picture that comes with an error status, and this one says what to do.
        return web.Response(
            body=png, content_type="image/png", headers={"Cache-Control": "no-store"}
        )
    png = await asyncio.to_thread(
        card_png,
        MemberNumber(link.number),
        shop=account.shop.name,
        title=account.card.title,
        colour=account.brand.member,
    )
    return web.Response(body=png, content_type="image/png", headers={"Cache-Control": _AN_HOUR})
