"""POST /console/till/shop-pin: the PIN that staff of a shop type on friends' phones."""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.till.page import where
from bot.console.pages.till.station import shops_for
from bot.console.visitor import actor_of, clock_of, member_of, tell
from bot.coupons import pins
from bot.coupons.pins import PinError
from bot.points.actor import Actor
from bot.staff.audit import audit
from bot.staff.rights import Right

routes: Final = Routes()


@routes.post("/till/shop-pin", access=Right.POINTS_ADJUST)
async def change(request: web.Request) -> web.StreamResponse:
    """Give a shop a new PIN; the member who is signed in does, not who took over the till."""
    given, now, member = await request.post(), clock_of(request)(), member_of(request)
    key, pin = str(given.get("shop", "")), str(given.get("pin", ""))
    try:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            if key not in {shop.key for shop in await shops_for(connection, member)}:
                raise web.HTTPNotFound
            actor = Actor(staff_id=member.staff_id, shop=key, device="console")
            await pins.set_pin(connection, key, pin, actor=actor, now=now)
            await audit(
                connection, actor_of(request), "shop.pin", f"shop:{key}", now=now, shop_key=key
            )
    except PinError:
        words = N_("PINは4〜8桁の数字で、同じ数字だけのものは避けてください。")
        return await where(request, shop_key=key, pin_problem=words)
    await tell(request, N_("店舗PINを保存しました。"))
    return see_other("/console/till/station")
