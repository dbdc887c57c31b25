"""GET /console/till: the screen at the counter."""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.onward import see_other
from bot.console.pages.till.station import (
    LONGEST_DEVICE,
    NoStationError,
    acting_of,
    colleagues,
    remember,
    shops_for,
    station_of,
)
from bot.console.rendering import render
from bot.console.visitor import clock_of
from bot.staff.rights import Right
from bot.store.types import to_ms

routes: Final = Routes()


@routes.get("/till", access=Right.TILL_USE)
async def till(request: web.Request) -> web.StreamResponse:
    """Show the till, or ask where it stands."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        try:
            station = await station_of(request, connection)
        except NoStationError:
            return await where(request)
        members = await colleagues(connection, station.shop)
    response = render(
        request,
        "till/page.html",
        station=station,
        colleagues=members,
        server_ms=to_ms(clock_of(request)()),
    )
    remember(request, response, station.shop.key, station.device)
    return response


@routes.get("/till/station", access=Right.TILL_USE)
async def station(request: web.Request) -> web.StreamResponse:
    """Ask where this till stands."""
    return await where(request)


@routes.post("/till/station", access=Right.TILL_USE)
async def set_up(request: web.Request) -> web.StreamResponse:
    """Keep where this till stands."""
    given = await request.post()
    key = str(given.get("shop", ""))
    device = " ".join(str(given.get("device", "")).replace("|", " ").split())[:LONGEST_DEVICE]
    async with request.config_dict[resources.ENGINE].connect() as connection:
        shops = await shops_for(connection, await acting_of(request, connection))
    if not device or key not in {shop.key for shop in shops}:
        return await where(request, shop_key=key, device=device, has_problem=True)
    response = see_other("/console/till")
    remember(request, response, key, device)
    return response


async def where(
    request: web.Request,
    *,
    shop_key: str = "",
    device: str = "",
    has_problem: bool = False,
    pin_problem: str = "",
) -> web.StreamResponse:
    """Ask where this till stands, with what is to be mended."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        shops = await shops_for(connection, await acting_of(request, connection))
    return render(
        request,
        "till/station.html",
        status=422 if has_problem or pin_problem else 200,
        shops=shops,
        shop_key=shop_key,
        device=device,
        has_problem=has_problem,
        pin_problem=pin_problem,
    )
