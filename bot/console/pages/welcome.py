"""GET and POST /console/welcome/{token}: a newcomer, or who forgot, chooses a password."""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Open, Routes
from bot.console.attempts import PER_ADDRESS
from bot.console.pages.sign_in import ATTEMPTS, let_in
from bot.console.rendering import render
from bot.console.visitor import address_of, clock_of, network_of
from bot.staff import passwords, service
from bot.staff.model import InvitationError, StaffMember, WeakPasswordError

routes: Final = Routes()


@routes.get("/welcome/{token}", access=Open.PUBLIC)
async def welcome(request: web.Request) -> web.Response:
    """Greet whom the link invites."""
    return await _greet(request)


@routes.post("/welcome/{token}", access=Open.PUBLIC)
async def choose(request: web.Request) -> web.StreamResponse:
    """Set the password and come in."""
    given = await request.post()
    password, again = str(given.get("password", "")), str(given.get("again", ""))
    invited = await _invited(request)
    if invited is None:
        return await _greet(request)
    if password != again:
        return await _greet(request, problem="differs")
    try:
        fit = passwords.fit_password(password, login=invited.login, name=invited.name)
    except WeakPasswordError:
        return await _greet(request, problem="weak")
    password_hash = await passwords.hashed(fit)
    try:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            member = await service.take_invitation(
                connection,
                request.match_info["token"],
                password_hash=password_hash,
                address=address_of(request),
                now=clock_of(request)(),
            )
    except InvitationError:
        return await _greet(request)
    await request.app[ATTEMPTS].forget("account", member.login)
    return await let_in(request, member, "/console/")


async def _greet(request: web.Request, problem: str | None = None) -> web.Response:
    member = await _invited(request)
    if member is None:
        return render(request, "welcome.html", status=410, member=None, problem=None)
    status = 422 if problem else 200
    return render(request, "welcome.html", status=status, member=member, problem=problem)


async def _invited(request: web.Request) -> StaffMember | None:
    now = clock_of(request)()
    whose = network_of(request)
    if await request.app[ATTEMPTS].take("link", whose, free=PER_ADDRESS * 10, now=now):
        raise web.HTTPTooManyRequests
    try:
        async with request.config_dict[resources.ENGINE].connect() as connection:
            return await service.invited(connection, request.match_info["token"], now=now)
    except InvitationError:
        return None
