"""Passkeys: made and taken away in the account, and a way to come in.

options -> js/passkey.js -> device -> the answer in a form -> bot/staff/passkeys.py
"""

import math
from typing import Final

from aiohttp import web

from bot import resources
from bot.console import cookies
from bot.console.access import Open, Routes
from bot.console.attempts import PER_ADDRESS
from bot.console.challenges import Challenges
from bot.console.language import N_, translations
from bot.console.onward import local_path
from bot.console.pages import account
from bot.console.pages.sign_in import ATTEMPTS, again, let_in, renew
from bot.console.rendering import language_of
from bot.console.site import site_of
from bot.console.visitor import (
    MEMBER,
    SESSION,
    actor_of,
    address_of,
    clock_of,
    member_of,
    network_of,
)
from bot.console.words import device
from bot.staff import ceremony, passkeys
from bot.staff.audit import audit
from bot.staff.ceremony import Site
from bot.staff.model import Actor, PasskeyError, UnfitNameError

routes: Final = Routes()
CHALLENGES: Final = web.AppKey("CHALLENGES", Challenges)
_COME_IN: Final = "sign-in"
_REGISTER: Final = "register"
_NOT_TAKEN: Final = N_("パスキーを確認できませんでした。もう一度お試しください。")


@routes.post("/sign-in/passkey/options", access=Open.PUBLIC)
async def ask(request: web.Request) -> web.Response:
    """Give a challenge to this browser."""
    site, now = _site(request), clock_of(request)()
    attempts, whose = request.app[ATTEMPTS], network_of(request)
    if await attempts.take("challenge", whose, free=PER_ADDRESS * 10, now=now):
        raise web.HTTPTooManyRequests
    challenge, options = ceremony.ask_to_sign_in(site)
    await request.app[CHALLENGES].keep(_COME_IN, _visit(request), challenge, now=now)
    return web.json_response(text=options)


@routes.post("/sign-in/passkey", access=Open.PUBLIC)
async def come_in(request: web.Request) -> web.StreamResponse:
    """Let in whoever shows a key of theirs: with face, finger or PIN it is both steps at once."""
    given, site, now = await request.post(), _site(request), clock_of(request)()
    onward, attempts = local_path(str(given.get("next", ""))), request.app[ATTEMPTS]
    wait = await attempts.take("address", network_of(request), free=PER_ADDRESS, now=now)
    if wait:
        minutes = math.ceil(wait / 60)
        return again(request, "", onward, status=429, problem="wait", minutes=minutes)
    engine, visit = request.config_dict[resources.ENGINE], _visit(request)
    try:
        challenge = await request.app[CHALLENGES].take(_COME_IN, visit, now=now)
        async with engine.begin() as connection:
            answer = str(given.get("credential", ""))
            member = await passkeys.prove(connection, site, challenge, answer, now=now)
    except PasskeyError:
        stranger = Actor(staff_id=None, name="", address=address_of(request))
        async with engine.begin() as connection:
            details = {"by": "passkey"}
            await audit(connection, stranger, "session.fail", now=now, details=details)
        return again(request, "", onward, problem="passkey")
    await attempts.forget("challenge", network_of(request))
    return await let_in(request, member, onward, by="passkey")


@routes.post("/account/passkeys/options", access=Open.SETTING_UP)
async def ask_to_register(request: web.Request) -> web.Response:
    """Give a challenge to this session, once its member has shown the password again."""
    given, site = await request.post(), _site(request)
    problem = await account.wrong_password(request, str(given.get("current_passkey", "")))
    if problem is not None:
        words = translations(language_of(request)).gettext(problem)
        return web.json_response({"problem": words}, status=422)
    member = member_of(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        known = await passkeys.list_of(connection, member.staff_id)
    ids = [each.key.credential_id for each in known]
    challenge, options = ceremony.ask_to_register(site, member, known=ids)
    whose = request[SESSION].key
    await request.app[CHALLENGES].keep(_REGISTER, whose, challenge, now=clock_of(request)())
    return web.json_response(text=options)


@routes.post("/account/passkeys", access=Open.SETTING_UP)
async def register(request: web.Request) -> web.StreamResponse:
    """Keep a new key; the session goes on under a new id, as after a second step."""
    given, site, now = await request.post(), _site(request), clock_of(request)()
    name = str(given.get("name", "")).strip() or device(request.headers.get("User-Agent", ""))
    try:
        challenge = await request.app[CHALLENGES].take(_REGISTER, request[SESSION].key, now=now)
        key = ceremony.registered(site, challenge, str(given.get("credential", "")))
        async with request.config_dict[resources.ENGINE].begin() as connection:
            member, by = member_of(request), actor_of(request)
            await passkeys.add(connection, member, key, name=name, by=by, now=now)
    except PasskeyError:
        return await account.show(request, problem=("passkey", _NOT_TAKEN))
    except UnfitNameError:
        words = N_("名前は1行、60文字までで入力してください。")
        return await account.show(request, problem=("passkey_name", words))
    notice = N_("パスキーを登録しました。")
    return await renew(request, "/console/account", notice, is_strong=True)


@routes.post("/account/passkeys/{passkey_id:[0-9]{1,18}}/remove", access=Open.SETTING_UP)
async def remove(request: web.Request) -> web.StreamResponse:
    """Forget a key, which asks for the password again."""
    given, passkey_id = await request.post(), int(request.match_info["passkey_id"])
    problem = await account.wrong_password(request, str(given.get("current_remove", "")))
    if problem is not None:
        return await account.show(request, problem=(f"remove-{passkey_id}", problem))
    member, by, now = member_of(request), actor_of(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        if await passkeys.remove(connection, member, passkey_id, by=by, now=now) is None:
            raise web.HTTPNotFound
    notice = N_("パスキーを削除しました。ほかの端末はサインアウトされました。")
    return await renew(request, "/console/account", notice)


def _site(request: web.Request) -> Site:
    site = site_of(request)
    if not site.has_passkeys:
        raise web.HTTPNotFound
    return site


def _visit(request: web.Request) -> str:
    """Return what ties a challenge to a browser that nobody is signed in with."""
    visit = cookies.read(request, cookies.VISIT)
    if visit is None or MEMBER in request:
        raise web.HTTPBadRequest
    return visit
