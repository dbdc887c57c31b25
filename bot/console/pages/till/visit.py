"""GET /console/till/visit-qr: a QR code for the tablet at the counter, a new one every 30 seconds.

    the friend's camera -> the account's talk, with the code typed in -> sent -> one stamp

The tablet gets this code and the next one, so that a slow connection shows no old one.
"""

from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.pages.till.page import till
from bot.console.pages.till.station import NoStationError, Station, station_of
from bot.console.rendering import render
from bot.console.visitor import clock_of
from bot.line import limits
from bot.membership import symbols
from bot.membership.codes import Kind
from bot.staff.rights import Right
from bot.store.types import to_ms

routes: Final = Routes()


@routes.get("/till/visit-qr", access=Right.TILL_USE)
async def page(request: web.Request) -> web.StreamResponse:
    """Show the code of this shop, large."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        try:
            station = await station_of(request, connection)
        except NoStationError:
            return await till(request)
    return render(request, "till/visit.html", station=station, first=_codes(request, station))


@routes.get("/till/visit-qr/code", access=Right.TILL_USE)
async def code(request: web.Request) -> web.Response:
    """Send the code of now and the next one."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        station = await station_of(request, connection)
    return web.json_response(_codes(request, station))


def _codes(request: web.Request, station: Station) -> dict[str, Any]:
    codes, now = request.config_dict[keys.CODES], clock_of(request)()
    first = codes.make(Kind.VISIT, station.shop.key, now=now)
    second = codes.make(Kind.VISIT, station.shop.key, now=first.changes_at)
    basic_id = request.config_dict[resources.CHANNEL].basic_id
    found = []
    for each in (first, second):
        symbol = symbols.qr(address(basic_id, each.payload))
        found.append({"until": to_ms(each.changes_at), "path": symbol.path, "side": symbol.width})
    return {"now": to_ms(now), "codes": found}


def address(basic_id: str | None, payload: str) -> str:
    """Return what opens the account's talk with a text; the text itself while LINE is unknown."""
    if basic_id is None:
        return payload
    return limits.TALK_WITH_TEXT.format(basic_id=quote(basic_id, safe=""), text=quote(payload))
