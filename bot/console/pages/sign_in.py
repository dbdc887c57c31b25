"""Coming in and going out.

GET shows the form -> POST counts the guess, checks the password -> a new session
"""

import math
from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot import resources
from bot.console import cookies
from bot.console.access import Open, Routes
from bot.console.attempts import PER_ACCOUNT, PER_ADDRESS, Attempts
from bot.console.onward import local_path, see_other
from bot.console.rendering import render
from bot.console.sessions import Session
from bot.console.site import site_of
from bot.console.visitor import (
    MEMBER,
    SESSION,
    SESSIONS,
    actor_of,
    address_of,
    clock_of,
    member_of,
    network_of,
    tell,
)
from bot.staff import passwords, repository
from bot.staff.audit import audit
from bot.staff.model import Actor, StaffMember, UnfitNameError, folded_login

routes: Final = Routes()
ATTEMPTS: Final = web.AppKey("ATTEMPTS", Attempts)


@routes.get("/sign-in", access=Open.PUBLIC)
async def form(request: web.Request) -> web.Response:
    """Show the form; whoever is in already goes on."""
    onward = local_path(request.query.get("next"))
    if MEMBER in request:
        return see_other(onward)
    return again(request, "", onward, status=200, problem="")


@routes.post("/sign-in", access=Open.PUBLIC)
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Let in whoever knows the password."""
    given = await request.post()
    login, password = str(given.get("login", "")), str(given.get("password", ""))
    onward = local_path(str(given.get("next", "")))
    try:
        folded = folded_login(login)
    except UnfitNameError:
        return again(request, login, onward)
    wait = await _guess(request, folded)
    if wait:
        minutes = math.ceil(wait / 60)
        return again(request, login, onward, status=429, problem="wait", minutes=minutes)
    member = await _check(request, folded, password)
    if member is None:
        return again(request, login, onward)
    await request.app[ATTEMPTS].forget("account", folded)
    if member.has_totp:
        return await _half_in(request, member, onward)
    if member.needs_second_step and member.has_passkey and site_of(request).has_passkeys:
        return again(request, login, onward, problem="passkey_asked")
    return await let_in(request, member, onward)


@routes.post("/sign-out", access=Open.SETTING_UP)
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this session."""
    await request.app[SESSIONS].end(member_of(request).staff_id, request[SESSION].key)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await audit(connection, actor_of(request), "session.end", now=clock_of(request)())
    response = see_other("/console/sign-in")
    cookies.erase(request, response, cookies.SESSION)
    return response


async def let_in(
    request: web.Request, member: StaffMember, onward: str, *, by: str = ""
) -> web.StreamResponse:
    """Start a session under a new id; ``by`` names what came in the place of a password."""
    now, address = clock_of(request)(), address_of(request)
    cookie, _ = await _start(request, member, is_strong=by == "passkey")
    actor = Actor(staff_id=member.staff_id, name=member.name, address=address)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await repository.signed_in(connection, member.staff_id, now=now)
        details = {"by": by} if by else {}
        await audit(connection, actor, "session.start", now=now, details=details)
    response = see_other(onward)
    cookies.write(request, response, cookies.SESSION, cookie)
    cookies.erase(request, response, cookies.VISIT)
    return response


async def renew(
    request: web.Request,
    onward: str | None,
    notice: str = "",
    *,
    answer: web.Response | None = None,
    is_strong: bool = False,
) -> web.StreamResponse:
    """Go on in this browser under a new id, after what ended every session.

    Args:
        request: of the member who changed their own password or second step.
        onward: where to go; None: show ``answer``.
        notice: what to say there.
        answer: a page to show at once.
        is_strong: whether a passkey was just shown; who showed one before need not again.
    """
    async with request.config_dict[resources.ENGINE].connect() as connection:
        member = await repository.by_id(connection, member_of(request).staff_id)
    if member is None:
        raise web.HTTPForbidden
    await request.app[SESSIONS].end(member.staff_id, request[SESSION].key)
    is_strong = member.has_passkey and (is_strong or request[SESSION].is_strong)
    cookie, session = await _start(request, member, is_strong=is_strong)
    request[SESSION] = session
    if notice:
        await tell(request, notice)
    response = see_other(onward) if onward is not None else answer
    if response is None:
        raise web.HTTPBadRequest
    cookies.write(request, response, cookies.SESSION, cookie)
    return response


async def _half_in(request: web.Request, member: StaffMember, onward: str) -> web.Response:
    """Remember for some minutes that the password was right."""
    cookie, _ = await _start(request, member, is_half=True)
    response = see_other(f"/console/sign-in/code?next={quote(onward, safe='')}")
    cookies.write(request, response, cookies.SESSION, cookie)
    return response


async def _start(
    request: web.Request,
    member: StaffMember,
    *,
    is_half: bool = False,
    is_strong: bool = False,
) -> tuple[str, Session]:
    return await request.app[SESSIONS].start(
        staff_id=member.staff_id,
        generation=member.generation,
        address=address_of(request),
        agent=request.headers.get("User-Agent", ""),
        now=clock_of(request)(),
        is_half=is_half,
        is_strong=is_strong,
    )


async def _guess(request: web.Request, login: str) -> float:
    attempts, now = request.app[ATTEMPTS], clock_of(request)()
    wait = await attempts.take("address", network_of(request), free=PER_ADDRESS, now=now)
    return wait or await attempts.take("account", login, free=PER_ACCOUNT, now=now)


async def _check(request: web.Request, login: str, password: str) -> StaffMember | None:
    """Return whose password it is; a wrong one is kept in the audit log."""
    engine = request.config_dict[resources.ENGINE]
    async with engine.connect() as connection:
        member = await repository.by_login(connection, login)
        kept = await repository.secrets_of(connection, member.staff_id) if member else None
    is_right = await passwords.matches(password, kept["password_hash"] if kept else None)
    if member is not None and is_right and member.is_active:
        return member
    stranger = Actor(staff_id=None, name="", address=address_of(request))
    subject = f"staff:{member.staff_id}" if member is not None else ""
    async with engine.begin() as connection:
        await audit(connection, stranger, "session.fail", subject, now=clock_of(request)())
    return None


def again(
    request: web.Request,
    login: str,
    onward: str,
    *,
    status: int = 422,
    problem: str = "wrong",
    minutes: int = 0,
) -> web.Response:
    """Return the form, with what is to be corrected."""
    return render(
        request,
        "sign_in.html",
        site=site_of(request),
        status=status,
        onward=onward,
        login=login[:120],
        problem=problem,
        minutes=minutes,
    )
