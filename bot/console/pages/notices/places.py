"""Where somebody is told: their mail address, their browsers, their LINE."""

from dataclasses import replace
from typing import Any, Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Open, Routes
from bot.console.attempts import PER_ACCOUNT
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.notices import wording
from bot.console.pages.notices.choosing import show
from bot.console.pages.sign_in import ATTEMPTS
from bot.console.pages.till.visit import address as talk_address
from bot.console.visitor import actor_of, clock_of, member_of, tell
from bot.integrations.addresses import Allowed
from bot.membership import symbols
from bot.notices import choices, devices, linking, proving
from bot.notices.encryption import DeviceKeys, UnfitKeysError
from bot.notices.mail import Mail, MailServer
from bot.staff.audit import audit

routes: Final = Routes()
_LONGEST_KEY: Final = 200
_PAGE: Final = "/console/notices"


@routes.post("/notices/mail", access=Open.SIGNED_IN)
async def ask_mail(request: web.Request) -> web.Response:
    """Send a code to a mail address."""
    given, member, now = await request.post(), member_of(request), clock_of(request)()
    address = proving.fit_address(str(given.get("mail", "")))
    if address is None:
        words = N_("メールアドレスを確認してください。例: sato@example.com")
        return await show(request, status=422, problem=("mail", words, ""))
    settings = request.config_dict[resources.SETTINGS]
    wait = await request.app[ATTEMPTS].take("mail to", member.login, free=PER_ACCOUNT, now=now)
    if wait:
        words = N_("確認メールを続けて送りすぎです。しばらく待ってからお試しください。")
        return await show(request, status=429, problem=("mail", words, ""))
    code = proving.code(settings.secret_key, member.staff_id, address, now=now)
    shop = request.config_dict[keys.ACCOUNT].shop.name
    server = MailServer.read(settings.smtp_url, settings.mail_from)
    outcome = await Mail(server, settings.public_url, clock_of(request)).deliver(
        address,
        proving.SUBJECT.format(shop=shop, code=code),
        proving.BODY.format(code=code),
        key=f"{code} {now.isoformat()}",
    )
    if outcome.error is not None:
        words, detail = wording.error_words(outcome.error)
        return await show(request, status=422, problem=("mail", words, detail))
    return await show(request, asked=address)


@routes.post("/notices/mail/prove", access=Open.SIGNED_IN)
async def prove_mail(request: web.Request) -> web.Response:
    """Take a mail address whose code was typed."""
    given, member, now = await request.post(), member_of(request), clock_of(request)()
    address = proving.fit_address(str(given.get("mail", ""))) or ""
    attempts, whose = request.app[ATTEMPTS], f"{member.login} {address}"
    if await attempts.take("mail code", whose, free=PER_ACCOUNT, now=now):
        words = N_("試行回数が多すぎます。しばらく待ってからもう一度お試しください。")
        return await show(request, status=429, asked=address, problem=("code", words, ""))
    key = request.config_dict[resources.SETTINGS].secret_key
    typed = str(given.get("code", ""))
    if not proving.is_right(typed, key, member.staff_id, address, now=now):
        words = N_("コードが違うか、期限が切れています。届いたメールを確認してください。")
        return await show(request, status=422, asked=address, problem=("code", words, ""))
    await attempts.forget("mail code", whose)
    await _keep_mail(request, address)
    await tell(request, N_("通知メールの宛先を登録しました。"))
    return see_other(_PAGE)


@routes.post("/notices/mail/remove", access=Open.SIGNED_IN)
async def remove_mail(request: web.Request) -> web.Response:
    """Send no mails any more."""
    await _keep_mail(request, None)
    await tell(request, N_("通知メールの宛先を外しました。"))
    return see_other(_PAGE)


@routes.post("/notices/devices", access=Open.SIGNED_IN)
async def add_device(request: web.Request) -> web.Response:
    """Let this browser take pushes; called by js/notices.js with what the browser made."""
    given, member, now = await request.post(), member_of(request), clock_of(request)()
    endpoint = str(given.get("endpoint", ""))
    settings = request.config_dict[resources.SETTINGS]
    if Allowed(settings.webhook_networks).refusal(endpoint) is not None:
        raise web.HTTPBadRequest
    public_key, auth = (str(given.get(name, ""))[:_LONGEST_KEY] for name in ("p256dh", "auth"))
    try:
        DeviceKeys.read(public_key, auth)
    except UnfitKeysError:
        raise web.HTTPBadRequest from None
    async with request.config_dict[resources.ENGINE].begin() as connection:
        device_id = await devices.keep(
            connection,
            member.staff_id,
            endpoint=endpoint,
            public_key=public_key,
            auth=auth,
            agent=request.headers.get("User-Agent", ""),
            now=now,
        )
        await _audit(request, connection, "notices.device_add")
    return web.json_response({"id": str(device_id)})


@routes.post(r"/notices/devices/{device_id:\d{1,19}}/remove", access=Open.SIGNED_IN)
async def remove_device(request: web.Request) -> web.Response:
    """Send a browser nothing any more."""
    device_id = int(request.match_info["device_id"])
    async with request.config_dict[resources.ENGINE].begin() as connection:
        was_theirs = await devices.forget(
            connection, device_id, staff_id=member_of(request).staff_id
        )
        if not was_theirs:
            raise web.HTTPNotFound
        await _audit(request, connection, "notices.device_remove")
    await tell(request, N_("その端末への通知をオフにしました。"))
    return see_other(_PAGE)


@routes.post("/notices/line", access=Open.SIGNED_IN)
async def ask_line(request: web.Request) -> web.Response:
    """Show a code to be sent in the talk."""
    now = clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        code = await linking.make_code(connection, member_of(request).staff_id, now=now)
    said = f"{linking.MARK} {code}"
    basic_id = request.config_dict[resources.CHANNEL].basic_id
    url = talk_address(basic_id, said)
    symbol = symbols.qr(url)
    link: dict[str, Any] = {
        "said": said,
        "url": url if basic_id else "",
        "path": symbol.path,
        "side": symbol.width,
        "until": now + linking.LASTS,
    }
    return await show(request, link=link)


@routes.get("/notices/line/linked", access=Open.SIGNED_IN)
async def is_linked(request: web.Request) -> web.Response:
    """Tell a page that shows a code whether it was sent."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        line = await linking.of(connection, member_of(request).staff_id)
    if line is None:
        return web.Response(status=204)
    return web.Response(headers={"HX-Redirect": f"{_PAGE}?linked#line"})


@routes.post("/notices/line/remove", access=Open.SIGNED_IN)
async def remove_line(request: web.Request) -> web.Response:
    """Send nothing to their LINE any more."""
    async with request.config_dict[resources.ENGINE].begin() as connection:
        if await linking.part(connection, member_of(request).staff_id):
            await _audit(request, connection, "notices.line_remove")
    await tell(request, N_("LINEへの通知をやめました。"))
    return see_other(_PAGE)


async def _keep_mail(request: web.Request, address: str | None) -> None:
    staff_id, now = member_of(request).staff_id, clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        before = await choices.of(connection, staff_id)
        await choices.keep(connection, staff_id, replace(before, mail=address), now=now)
        await _audit(request, connection, "notices.mail")


async def _audit(request: web.Request, connection: AsyncConnection, action: str) -> None:
    who, now = actor_of(request), clock_of(request)()
    await audit(connection, who, action, f"staff:{member_of(request).login}", now=now)
