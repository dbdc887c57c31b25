"""Where a till stands and who stands at it.

The browser keeps shop and device in a cookie; who works at it is the session's member, or the
colleague who took over by PIN. Nothing is done at a shop that is not theirs.
"""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.console import cookies
from bot.console.visitor import SESSION, SESSIONS, address_of, member_of
from bot.points.actor import Actor
from bot.staff import repository
from bot.staff.model import Actor as Auditor
from bot.staff.model import StaffMember
from bot.staff.rights import Right
from bot.staff.shops import StaffShop, find_shop, list_shops

_COOKIE: Final = "enishi-till"
LONGEST_DEVICE: Final = 30


class NoStationError(web.HTTPConflict):
    """Nobody has said yet where this till stands, or it stands where they may not be."""


@dataclass(frozen=True, slots=True)
class Station:
    """A till, and who stands at it now."""

    shop: StaffShop
    device: str
    #: Who acts: the one signed in, or who took over by PIN.
    staff: StaffMember
    address: str = ""

    @property
    def actor(self) -> Actor:
        """The hand behind what is done, as points and coupons keep it."""
        return Actor(staff_id=self.staff.staff_id, shop=self.shop.key, device=self.device)

    @property
    def auditor(self) -> Auditor:
        """The same as the audit log keeps it."""
        return Auditor(staff_id=self.staff.staff_id, name=self.staff.name, address=self.address)


async def station_of(request: web.Request, connection: AsyncConnection) -> Station:
    """Return the till that a request comes from.

    Raises:
        NoStationError: it is to be set up first.
    """
    key, _, device = unquote(cookies.read(request, _COOKIE) or "").partition("|")
    shop = await find_shop(connection, key) if key and device else None
    acting = await acting_of(request, connection)
    if shop is None or not shop.is_active or not acting.scope.sees(shop.key):
        raise NoStationError
    return Station(shop, device[:LONGEST_DEVICE], acting, address_of(request))


async def acting_of(request: web.Request, connection: AsyncConnection) -> StaffMember:
    """Return who stands at the till: whoever took over, while they may."""
    taken_over = request[SESSION].till_staff
    if taken_over is not None:
        found = await repository.by_id(connection, taken_over)
        if found is not None and found.is_active and found.may(Right.TILL_USE):
            return found
    return member_of(request)


async def shops_for(connection: AsyncConnection, member: StaffMember) -> list[StaffShop]:
    """Return where somebody may stand."""
    shops = await list_shops(connection, active=True)
    return [shop for shop in shops if member.scope.sees(shop.key)]


async def colleagues(connection: AsyncConnection, shop: StaffShop) -> list[StaffMember]:
    """Return who can take over at a shop: those with a PIN."""
    found = await repository.list_all(connection)
    return [
        one
        for one in found
        if one.is_active and one.has_pin and one.may(Right.TILL_USE) and one.scope.sees(shop.key)
    ]


def remember(request: web.Request, response: web.StreamResponse, shop: str, device: str) -> None:
    """Keep in this browser where it stands."""
    cookies.write(request, response, _COOKIE, quote(f"{shop}|{device}", safe=""))


async def take_over(request: web.Request, staff_id: int | None) -> None:
    """Let somebody stand at this till; None: whoever is signed in."""
    session = replace(request[SESSION], till_staff=staff_id)
    request[SESSION] = session
    await request.app[SESSIONS].keep(session)
