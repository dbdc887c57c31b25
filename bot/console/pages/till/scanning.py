"""POST /console/till/scan: whose code, number or card is this?

E1.… or typed digits -> signed, changing: proves that the screen is live
13 digits of the barcode, an older card's number -> the member, not proven
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.pages.till import saying
from bot.console.pages.till.answering import answer, whole
from bot.console.pages.till.looking import look
from bot.console.pages.till.station import Station, station_of
from bot.console.visitor import clock_of
from bot.coupons import redeeming
from bot.coupons.model import AlreadyUsedError, Coupon
from bot.coupons.receipts import shop_name
from bot.membership import linking
from bot.membership.codes import CodeError, Kind, NotACodeError, member_number
from bot.staff import repository
from bot.staff.audit import audit_in
from bot.staff.rights import Right
from bot.store.unit import Unit

routes: Final = Routes()
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found by what."""

    person_id: int
    #: The screen was live: a changing code was read.
    is_live: bool
    coupon: Coupon | None = None


@routes.post("/till/scan", access=Right.TILL_USE)
async def scan(request: web.Request) -> web.Response:
    """Find the member of what was scanned or typed, and show them."""
    given, now = await request.post(), clock_of(request)()
    text = str(given.get("text", "")).strip()[:_LONGEST]
    async with request.config_dict[resources.ENGINE].connect() as connection:
        station = await station_of(request, connection)
    if not text:
        return answer(said=saying.say(request, N_("コードを読み取るか、番号を入力してください。")))
    # Wrong tries are written down, so they are an answer and no exception.
    async with request.config_dict[resources.USE_CASE]() as unit:
        found = await _find(request, unit, text, station, now)
        if isinstance(found, str):
            return answer(said=found)
        looked = await look(request, unit, found.person_id, now=now)
        audit_in(
            unit,
            station.auditor,
            "till.look",
            f"person:{found.person_id}",
            now=now,
            shop_key=station.shop.key,
            details={"live": found.is_live, "device": station.device},
        )
        said, kind = "", "good"
        if found.coupon is not None and not _is_held(found.coupon, now):
            said, kind = await _why_not(request, unit.connection, found.coupon), "bad"
        return whole(
            request,
            station,
            looked,
            said=said,
            kind=kind,
            is_live=found.is_live,
            chosen=found.coupon.coupon_id if found.coupon else 0,
        )


async def _find(
    request: web.Request, unit: Unit, text: str, station: Station, now: datetime
) -> Found | str:
    """Return whom a text stands for, or why nobody."""
    app = request.config_dict
    scanned = await app[keys.COUNTER].scan(unit, text, actor=station.actor, now=now)
    if scanned.coupon is not None:
        return Found(scanned.coupon.person_id, is_live=True, coupon=scanned.coupon)
    error: CodeError = scanned.error or NotACodeError()
    if isinstance(error, NotACodeError):
        try:
            read = app[keys.CODES].read(text, now=now)
            if read.kind is Kind.VISIT:
                return saying.say(
                    request,
                    N_("来店用のQRコードです。お客様のスマートフォンで読み取ってください。"),
                )
            person_id = await linking.find(unit.connection, member_number(read).digits)
            if person_id is not None:
                return Found(person_id, is_live=True)
        except CodeError:
            pass
        person_id = await linking.find(unit.connection, text)
        if person_id is not None:
            return Found(person_id, is_live=False)
    return saying.unreadable(request, error, scanned.locked_until)


def _is_held(coupon: Coupon, now: datetime) -> bool:
    return not coupon.is_used and not coupon.has_expired(now)


async def _why_not(request: web.Request, connection: AsyncConnection, coupon: Coupon) -> str:
    uses = await redeeming.of_coupon(connection, coupon.coupon_id)
    if coupon.is_used and uses:
        return await who_used(request, connection, AlreadyUsedError(uses[-1]))
    return saying.say(request, N_("このクーポンは期限切れです。"))


async def who_used(
    request: web.Request, connection: AsyncConnection, error: AlreadyUsedError
) -> str:
    """Say who used a coupon, where and when."""
    actor = error.redemption.actor
    member = None
    if actor.staff_id is not None:
        member = await repository.by_id(connection, actor.staff_id)
    shop = await shop_name(connection, actor.shop)
    return saying.used_before(request, error, shop=shop, staff=member.name if member else "")
