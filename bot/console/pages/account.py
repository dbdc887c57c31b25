"""One's own account: language and colours, password, PIN, and where one is signed in."""

import re
from typing import Any, Final

from aiohttp import web

from bot import resources
from bot.console.access import Open, Routes
from bot.console.attempts import PER_ACCOUNT
from bot.console.language import LANGUAGES, N_
from bot.console.onward import see_other
from bot.console.pages.sign_in import ATTEMPTS, renew
from bot.console.rendering import THEMES, render
from bot.console.site import site_of
from bot.console.visitor import SESSION, SESSIONS, actor_of, clock_of, member_of, tell
from bot.staff import passkeys, passwords, repository, service
from bot.staff.model import WeakPasswordError

routes: Final = Routes()
_PIN: Final = re.compile(r"[0-9]{4,8}")


@routes.get("/account", access=Open.SETTING_UP)
async def account(request: web.Request) -> web.Response:
    """Show it."""
    return await show(request)


@routes.post("/account/look", access=Open.SETTING_UP)
async def look(request: web.Request) -> web.Response:
    """Choose a language and colours."""
    given = await request.post()
    language, theme = str(given.get("language", "")), str(given.get("theme", ""))
    if language not in {"", *LANGUAGES} or theme not in {"", *THEMES}:
        raise web.HTTPBadRequest
    async with request.config_dict[resources.ENGINE].begin() as connection:
        staff_id = member_of(request).staff_id
        await repository.change(connection, staff_id, language=language, theme=theme)
    await tell(request, N_("表示の設定を保存しました。"))
    return see_other("/console/account")


@routes.post("/account/password", access=Open.SETTING_UP)
async def password(request: web.Request) -> web.StreamResponse:
    """Change the password; other browsers are signed out."""
    given = await request.post()
    member = member_of(request)
    if (problem := await wrong_password(request, str(given.get("current", "")))) is not None:
        return await show(request, problem=("current", problem))
    try:
        fit = passwords.fit_password(
            str(given.get("password", "")), login=member.login, name=member.name
        )
    except WeakPasswordError:
        words = N_(
            "推測されやすいパスワードです。10文字以上で、よくある言葉や名前だけのものは避けてください。"
        )
        return await show(request, problem=("password", words))
    password_hash = await passwords.hashed(fit)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await service.set_password(
            connection,
            member,
            by=actor_of(request),
            password_hash=password_hash,
            now=clock_of(request)(),
        )
    notice = N_("パスワードを変更しました。ほかの端末はサインアウトされました。")
    return await renew(request, "/console/account", notice)


@routes.post("/account/pin", access=Open.SIGNED_IN)
async def pin(request: web.Request) -> web.Response:
    """Set the PIN for changing over at the till; empty takes it off."""
    given = await request.post()
    member, wanted = member_of(request), str(given.get("pin", ""))
    if (problem := await wrong_password(request, str(given.get("current_pin", "")))) is not None:
        return await show(request, problem=("current_pin", problem))
    if wanted and (not _PIN.fullmatch(wanted) or len(set(wanted)) == 1):
        words = N_("PINは4〜8桁の数字で、同じ数字だけのものは避けてください。")
        return await show(request, problem=("pin", words))
    key = request.config_dict[resources.SETTINGS].secret_key
    peppered = passwords.peppered(wanted, secret_key=key, staff_id=member.staff_id)
    pin_hash = await passwords.hashed(peppered) if wanted else None
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await service.set_pin(
            connection, member, pin_hash=pin_hash, by=actor_of(request), now=clock_of(request)()
        )
    await tell(request, N_("PINを設定しました。") if wanted else N_("PINを外しました。"))
    return see_other("/console/account")


@routes.post("/account/sessions/{key:[0-9a-f]{64}}/end", access=Open.SETTING_UP)
async def end_session(request: web.Request) -> web.Response:
    """Sign out on another device."""
    await request.app[SESSIONS].end(member_of(request).staff_id, request.match_info["key"])
    await tell(request, N_("その端末からサインアウトしました。"))
    return see_other("/console/account")


async def wrong_password(request: web.Request, given: str) -> str | None:
    """Ask who sits here once more; return the words when the password is not right."""
    member, attempts = member_of(request), request.app[ATTEMPTS]
    now = clock_of(request)()
    if await attempts.take("account", member.login, free=PER_ACCOUNT, now=now):
        return N_("試行回数が多すぎます。しばらく待ってからもう一度お試しください。")
    async with request.config_dict[resources.ENGINE].connect() as connection:
        kept = await repository.secrets_of(connection, member.staff_id)
    if not await passwords.matches(given, kept["password_hash"] if kept else None):
        return N_("今のパスワードが違います。")
    await attempts.forget("account", member.login)
    return None


async def show(
    request: web.Request, problem: tuple[str, str] | None = None, **more: Any
) -> web.Response:
    """Return the page, with what is to be corrected."""
    member = member_of(request)
    sessions = await request.app[SESSIONS].list_of(
        member.staff_id, generation=member.generation, now=clock_of(request)()
    )
    async with request.config_dict[resources.ENGINE].connect() as connection:
        known = await passkeys.list_of(connection, member.staff_id)
    return render(
        request,
        "account/show.html",
        status=422 if problem else 200,
        sessions=sessions,
        this_key=request[SESSION].key,
        passkeys=known,
        site=site_of(request),
        problem=problem,
        themes=THEMES,
        **more,
    )
