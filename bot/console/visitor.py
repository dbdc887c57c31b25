"""Who a request comes from: the member, the session, the address; set by gate.py."""

from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from bot import resources
from bot.clock import Clock
from bot.console.sessions import Session, Sessions
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
    """Return the address a request comes from."""
    return request.remote or ""


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
