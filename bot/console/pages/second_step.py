"""The second step: switched on and off in the account, asked for at sign-in."""

import math
import re
from typing import Final

import segno
from aiohttp import web
from markupsafe import Markup

from bot import keys, resources
from bot.console import cookies
from bot.console.access import Open, Routes
from bot.console.attempts import PER_ACCOUNT
from bot.console.language import N_
from bot.console.onward import local_path, see_other
from bot.console.pages import account
from bot.console.pages.sign_in import ATTEMPTS, let_in, renew
from bot.console.rendering import render
from bot.console.sessions import Session
from bot.console.site import site_of
from bot.console.visitor import (
    SESSION,
    SESSIONS,
    actor_of,
    address_of,
    clock_of,
    lacks_second_step,
    member_of,
)
from bot.staff import repository, second_step
from bot.staff.audit import audit
from bot.staff.model import Actor, StaffMember

routes: Final = Routes()
_SEED: Final = re.compile(r"[A-Z2-7]{32}")


@routes.get("/sign-in/code", access=Open.PUBLIC)
async def ask(request: web.Request) -> web.Response:
    """Ask for the code."""
    if await _half_way(request) is None:
        return see_other("/console/sign-in")
    return _ask(request, local_path(request.query.get("next")))


@routes.post("/sign-in/code", access=Open.PUBLIC)
async def check(request: web.Request) -> web.StreamResponse:
    """Let in whoever has the code, too."""
    half = await _half_way(request)
    if half is None:
        return see_other("/console/sign-in")
    session, member = half
    given = await request.post()
    onward, now = local_path(str(given.get("next", ""))), clock_of(request)()
    attempts = request.app[ATTEMPTS]
    wait = await attempts.take("code", str(member.staff_id), free=PER_ACCOUNT, now=now)
    if wait:
        return _ask(request, onward, minutes=math.ceil(wait / 60), status=429)
    actor = Actor(staff_id=member.staff_id, name=member.name, address=address_of(request))
    async with request.config_dict[resources.ENGINE].begin() as connection:
        is_right = await second_step.accepts(
            connection,
            member,
            str(given.get("code", "")),
            secret_key=request.config_dict[resources.SETTINGS].secret_key,
            by=actor,
            now=now,
        )
        if not is_right:
            subject = f"staff:{member.staff_id}"
            details = {"step": 2}
            await audit(connection, actor, "session.fail", subject, now=now, details=details)
    if not is_right:
        return _ask(request, onward, is_wrong=True, status=422)
    await attempts.forget("code", str(member.staff_id))
    await request.app[SESSIONS].end(member.staff_id, session.key)
    return await let_in(request, member, onward)


@routes.get("/account/second-step", access=Open.SETTING_UP)
async def offer(request: web.Request) -> web.Response:
    """Show a secret to scan."""
    if member_of(request).has_totp:
        return see_other("/console/account")
    return _offer(request, second_step.new_seed())


@routes.post("/account/second-step", access=Open.SETTING_UP)
async def switch_on(request: web.Request) -> web.StreamResponse:
    """Switch it on once the app has shown that it knows the secret."""
    given = await request.post()
    seed, now, member = str(given.get("seed", "")), clock_of(request)(), member_of(request)
    if not _SEED.fullmatch(seed) or member.has_totp:
        raise web.HTTPBadRequest
    problem = await account.wrong_password(request, str(given.get("current", "")))
    if problem is not None:
        return _offer(request, seed, ("current", problem))
    step = second_step.step_of(_secret(request, seed), str(given.get("code", "")), now=now)
    if step is None:
        words = N_("コードが違います。アプリに表示されている6桁を入力してください。")
        return _offer(request, seed, ("code", words))
    codes = second_step.new_paper_codes()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await second_step.switch_on(
            connection,
            member,
            seed=seed,
            step=step,
            paper_codes=codes,
            by=actor_of(request),
            now=now,
        )
    shown = render(request, "account/paper_codes.html", codes=codes)
    return await renew(request, None, answer=shown)


@routes.post("/account/second-step/off", access=Open.SETTING_UP)
async def switch_off(request: web.Request) -> web.StreamResponse:
    """Switch it off, which asks for the password again."""
    given = await request.post()
    problem = await account.wrong_password(request, str(given.get("current_off", "")))
    if problem is not None:
        return await account.show(request, problem=("current_off", problem))
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await second_step.switch_off(
            connection, member_of(request), by=actor_of(request), now=clock_of(request)()
        )
    return await renew(request, "/console/account", N_("2段階認証を解除しました。"))


async def _half_way(request: web.Request) -> tuple[Session, StaffMember] | None:
    """Return who has shown the right password in this browser a moment ago."""
    cookie = cookies.read(request, cookies.SESSION)
    if cookie is None:
        return None
    session = await request.app[SESSIONS].find(cookie, now=clock_of(request)())
    if session is None or not session.is_half:
        return None
    async with request.config_dict[resources.ENGINE].connect() as connection:
        member = await repository.by_id(connection, session.staff_id)
    if member is None or not member.is_active or member.generation != session.generation:
        return None
    return session, member


def _ask(
    request: web.Request,
    onward: str,
    *,
    is_wrong: bool = False,
    minutes: int = 0,
    status: int = 200,
) -> web.Response:
    return render(
        request, "code.html", status=status, onward=onward, is_wrong=is_wrong, minutes=minutes
    )


def _offer(
    request: web.Request, seed: str, problem: tuple[str, str] | None = None
) -> web.Response:
    secret = _secret(request, seed)
    issuer = request.config_dict[keys.ACCOUNT].shop.name
    address = second_step.address(secret, login=member_of(request).login, issuer=issuer)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=2, omitsize=False)
    return render(
        request,
        "account/second_step.html",
        status=422 if problem else 200,
        seed=seed,
        secret=secret,
        must=lacks_second_step(member_of(request), request[SESSION]),
        site=site_of(request),
        picture=Markup(picture),  # noqa: S704 - drawn by segno from our own address
        problem=problem,
    )


def _secret(request: web.Request, seed: str) -> str:
    key = request.config_dict[resources.SETTINGS].secret_key
    return second_step.secret_of(seed, secret_key=key, staff_id=member_of(request).staff_id)
