"""Who a request comes from: the member, the session, the address; set by gate.py."""

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import Any, Final

from aiohttp import web

from bot import resources
from bot.clock import Clock
from bot.console.sessions import Session, Sessions
from bot.staff import repository
from bot.staff.model import Actor, StaffMember

SESSIONS: Final = web.AppKey("SESSIONS", Sessions)
MEMBER: Final = web.RequestKey("MEMBER", StaffMember)
SESSION: Final = web.RequestKey("SESSION", Session)
#: What forms send back: proof that they were shown to this browser by us.
CSRF: Final = web.RequestKey("CSRF", str)


def member_of(request: web.Request) -> StaffMember:
    """Return who is signed in; only routes that are not public may ask."""
    return request[MEMBER]


def actor_of(request: web.Request) -> Actor:
    """Return who is signed in, as the audit log names them."""
    member = member_of(request)
    return Actor(staff_id=member.staff_id, name=member.name, address=address_of(request))


def clock_of(request: web.Request) -> Clock:
    """Return the clock of this process."""
    return request.config_dict[resources.CLOCK]


def address_of(request: web.Request) -> str:
    """Return the address a request comes from.

    A proxy is believed only where the settings name its network; it adds its visitor at the end
    of X-Forwarded-For, so what a visitor wrote there themselves is never read.
    """
    trusted = request.config_dict[resources.SETTINGS].trusted_proxies
    near = request.remote or ""
    for said in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not _is_in(near, trusted) or not _is_address(said.strip()):
            break
        near = said.strip()
    return near


def network_of(request: web.Request) -> str:
    """Return the line a request comes by: an address, or the 2^64 that each line of IPv6 has."""
    address = address_of(request)
    if not _is_address(address):
        return address
    found = ip_address(address)
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    return (
        bool(networks)
        and _is_address(address)
        and any(ip_address(address) in network for network in networks)
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


async def still_here(request: web.Request) -> bool:
    """Whether who opened a long answer is still signed in, with what they may; streams ask."""
    session = await request.config_dict[SESSIONS].renewed(
        request[SESSION], now=clock_of(request)()
    )
    if session is None:
        return False
    async with request.config_dict[resources.ENGINE].connect() as connection:
        member = await repository.by_id(connection, session.staff_id)
    before = member_of(request)
    return (
        member is not None
        and member.is_active
        and (member.generation, member.role, member.shops)
        == (session.generation, before.role, before.shops)
        and not lacks_second_step(member, session)
    )


def lacks_second_step(member: StaffMember, session: Session) -> bool:
    """Whether the role asks for more than the password that this session began with."""
    return member.needs_second_step and not member.has_totp and not session.is_strong


async def tell(request: web.Request, message: str, /, kind: str = "good", **values: Any) -> None:
    """Say something on the next page.

    Args:
        request: of somebody signed in.
        message: marked with ``N_``; ``%(name)s`` stands for a value.
        kind: good, warn or bad.
        values: what the message names.
    """
    session = request[SESSION]
    session = replace(session, notices=(*session.notices, (kind, message, values)))
    request[SESSION] = session
    await request.config_dict[SESSIONS].keep(session)
