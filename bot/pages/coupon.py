"""GET /p/coupon/{token}: a coupon to be used, by a scan of its changing code or by the shop's PIN.

    coupon bubble -> signed address -> the page -> the till scans it
                                                -> or staff type the PIN here: POST …/pin

Looking at it uses nothing: only staff can. A second tap, or the same one sent twice, is answered
with the first use.
"""

from typing import Any, Final

from aiohttp import web
from orjson import dumps
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.coupons import redeeming, words
from bot.coupons.campaign import Campaign
from bot.coupons.model import (
    AlreadyUsedError,
    Coupon,
    CouponError,
    ExpiredError,
    KeyReusedError,
    NotYetError,
    Redemption,
    Stage,
    UnknownCouponError,
)
from bot.coupons.pins import Checked
from bot.coupons.together import NotTogetherError
from bot.membership.codes import Kind
from bot.membership.links import Page
from bot.pages.opened import ClosedError, link_of, now_of
from bot.pages.rendering import render
from bot.pages.rotating import shown
from bot.staff.shops import list_shops
from bot.store.batch import Query
from bot.store.types import to_ms
from bot.store.unit import Unit

_LONGEST_KEY: Final = 64
_WITH_PIN: Final = Query("SELECT shop FROM shop_pins")


async def coupon(request: web.Request) -> web.Response:
    """Show it: usable now, not yet, used or over."""
    app, now = request.config_dict, now_of(request)
    wallet = app[keys.WALLET]
    async with app[resources.ENGINE].connect() as connection:
        found, campaign = await _found(request, connection)
        uses = await redeeming.of_coupon(connection, found.coupon_id)
        used = await _where(request, connection, uses[-1]) if uses else ""
        shops = await _shops(connection)
    stage = found.stage(now)
    is_usable = stage is Stage.HELD and found.valid_from <= now
    rotating = shown(app[keys.CODES], Kind.COUPON, found.number, now=now) if is_usable else None
    return render(
        request,
        "coupon.html",
        wallet=wallet,
        title=words.title_of(campaign, found.prize),
        worth=words.worth(wallet, words.value_of(campaign, found.prize)),
        until=words.good_until(wallet, found, now),
        stage=stage,
        stage_words=words.stage_words(wallet, stage),
        is_usable=is_usable,
        is_once=found.is_for_once,
        text=campaign.text,
        terms=campaign.terms,
        serial=found.serial,
        used=used,
        shops=shops,
        first=rotating["codes"][0] if rotating else None,
        rotating=dumps(rotating).decode(),
        now=to_ms(now),
    )


async def code(request: web.Request) -> web.Response:
    """Send the codes of now, or what became of the coupon meanwhile."""
    app, now = request.config_dict, now_of(request)
    async with app[resources.ENGINE].connect() as connection:
        found, _ = await _found(request, connection)
        uses = await redeeming.of_coupon(connection, found.coupon_id)
        used = await _where(request, connection, uses[-1]) if uses else ""
    stage = found.stage(now)
    if stage is not Stage.HELD:
        return web.json_response({"state": stage.value, "used": used})
    codes = shown(app[keys.CODES], Kind.COUPON, found.number, now=now)
    return web.json_response({"state": stage.value, "uses": len(uses), "used": used, **codes})


async def pin(request: web.Request) -> web.Response:
    """Use it by the PIN that staff typed; says in words what came of it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise web.HTTPForbidden
    link, given = link_of(request, Page.COUPON), await request.post()
    key = str(given.get("key", ""))
    if not 0 < len(key) <= _LONGEST_KEY:
        raise web.HTTPBadRequest
    app, now = request.config_dict, now_of(request)
    try:
        async with app[resources.USE_CASE]() as unit:
            came = await app[keys.COUNTER].use_pin(
                unit,
                link.person_id,
                link.item,
                shop=str(given.get("shop", "")),
                pin=str(given.get("pin", "")),
                key=f"pin:{link.item}:{key}",
                now=now,
                is_sure=given.get("sure") == "yes",
            )
            where = ""
            if isinstance(came, Redemption):
                where = await _where(request, unit.connection, came)
    except CouponError as error:
        return await _refused(request, error)
    if isinstance(came, Checked):
        return web.json_response(_miss(request, came))
    return web.json_response({"state": "used", "used": where})


async def _refused(request: web.Request, error: CouponError) -> web.Response:
    texts, wallet = request.config_dict[keys.WALLET].pages, request.config_dict[keys.WALLET]
    match error:
        case NotTogetherError(title=title):
            said = texts.not_together.format(title=title)
            return web.json_response({"state": "asks", "said": said})
        case AlreadyUsedError(redemption=redemption):
            async with request.config_dict[resources.ENGINE].connect() as connection:
                where = await _where(request, connection, redemption)
            return web.json_response({"state": "used", "used": where, "said": texts.already})
        case ExpiredError():
            said = wallet.coupons.is_expired
        case NotYetError():
            said = texts.not_yet
        case UnknownCouponError():
            raise ClosedError
        case KeyReusedError():
            said = texts.open_again
        case _:
            said = texts.failed
    return web.json_response({"state": "refused", "said": said})


def _miss(request: web.Request, came: Checked) -> dict[str, Any]:
    texts, dates = request.config_dict[keys.WALLET].pages, request.config_dict[keys.WALLET].dates
    if came.locked_until is not None:
        return {"state": "locked", "said": texts.locked.format(at=dates.at(came.locked_until))}
    return {"state": "wrong", "said": texts.wrong.format(count=came.left)}


async def _found(request: web.Request, connection: AsyncConnection) -> tuple[Coupon, Campaign]:
    link, coupons = link_of(request, Page.COUPON), request.config_dict[keys.COUPONS]
    try:
        found = await coupons.of(Unit(connection), link.person_id, link.item)
        return found, await coupons.campaigns.find(connection, found.campaign)
    except CouponError:
        raise ClosedError from None


async def _where(request: web.Request, connection: AsyncConnection, redemption: Redemption) -> str:
    return await request.config_dict[keys.COUNTER].receipts.where(connection, redemption)


async def _shops(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Return the shops whose staff can type a PIN."""
    with_pin = {row[0] for row in await _WITH_PIN.rows(connection)}
    shops = await list_shops(connection, active=True)
    return [(shop.key, shop.name) for shop in shops if shop.key in with_pin]
