"""Webhooks: whom other systems are told by, what came of it, trying out and trying again."""

import re
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.rendering import is_part, render
from bot.console.visitor import actor_of, clock_of, tell
from bot.console.words import EVENTS
from bot.integrations import deliveries, endpoints, keys, relay
from bot.integrations.addresses import Allowed
from bot.integrations.endpoints import Endpoint, EndpointError, EventKind
from bot.staff.audit import audit
from bot.staff.rights import Right

routes: Final = Routes()
_HOME: Final = "/console/settings/api/webhooks"
_ONE: Final = r"/settings/api/webhooks/{endpoint_id:\d{1,18}}"
_STATES: Final = ("", "waiting", "delivered", "dead")
_PAGE: Final = 50
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_BY_STAFF: Final = "staff stopped it in the console"


@routes.get("/settings/api/webhooks", access=Right.SETTINGS_EDIT)
async def list_webhooks(request: web.Request) -> web.Response:
    """Show every address that is told of things, and how that goes."""
    now = clock_of(request)()
    async with request.config_dict[resources.ENGINE].connect() as connection:
        found = await endpoints.list_all(connection)
        counts = await deliveries.count_open(connection)
        owners = {key.key_id: key for key in await keys.list_all(connection)}
    return render(
        request,
        "api/webhooks.html",
        endpoints=found,
        counts=counts,
        owners=owners,
        silent=[one.endpoint_id for one in found if _is_silent(one, owners, now)],
    )


@routes.get("/settings/api/webhooks/new", access=Right.SETTINGS_EDIT)
async def new(request: web.Request) -> web.Response:
    """Show an empty form."""
    return _form(request, "", ())


@routes.post("/settings/api/webhooks/new", access=Right.SETTINGS_EDIT)
async def add(request: web.Request) -> web.Response:
    """Tell an address from now on; its secret is shown this once."""
    given = await request.post()
    url = str(given.get("url", "")).strip()
    wanted = {str(kind) for kind in given.getall("event", [])}
    kinds = tuple(kind for kind in EventKind if kind.value in wanted)
    settings, now = request.config_dict[resources.SETTINGS], clock_of(request)()
    if Allowed(settings.webhook_networks).refusal(url) is not None:
        return _form(request, url, kinds, ("url", _UNFIT))
    if not kinds:
        return _form(request, url, kinds, ("event", N_("知らせることを1つ以上選んでください。")))
    try:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            endpoint = await endpoints.add(connection, key_id=None, url=url, kinds=kinds, now=now)
            await audit(
                connection,
                actor_of(request),
                "webhook.add",
                _subject(endpoint),
                now=now,
                details={"events": sorted(endpoint.kinds)},
            )
    except EndpointError:
        return _form(
            request,
            url,
            kinds,
            ("url", N_("送信先は10件までです。使わないものを削除してください。")),
        )
    return _secret(request, endpoint)


@routes.get(_ONE, access=Right.SETTINGS_EDIT)
async def show(request: web.Request) -> web.Response:
    """Show one address and its deliveries."""
    endpoint, now = await _found(request), clock_of(request)()
    state = request.query.get("state", "")
    state = state if state in _STATES else ""
    before = request.query.get("before", "")
    async with request.config_dict[resources.ENGINE].connect() as connection:
        listed = await deliveries.list_some(
            connection,
            endpoint.endpoint_id,
            state=state,
            before=int(before) if _NUMBER.fullmatch(before) else 1 << 62,
            limit=_PAGE + 1,
        )
        counts = await deliveries.count_open(connection)
        owners = {key.key_id: key for key in await keys.list_all(connection)}
    return render(
        request,
        "api/deliveries.html" if is_part(request) else "api/webhook.html",
        endpoint=endpoint,
        owner=owners.get(endpoint.key_id or 0),
        is_silent=_is_silent(endpoint, owners, now),
        is_by_staff=endpoint.stopped_why == _BY_STAFF,
        deliveries=listed[:_PAGE],
        has_more=len(listed) > _PAGE,
        dead=counts.get((endpoint.endpoint_id, "dead"), 0),
        waiting=counts.get((endpoint.endpoint_id, "waiting"), 0),
        state=state,
        is_first=not before,
    )


@routes.post(_ONE + "/trial", access=Right.SETTINGS_EDIT)
async def try_out(request: web.Request) -> web.Response:
    """Send something that never happened."""
    endpoint, now = await _found(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await relay.try_out(connection, endpoint.endpoint_id, now=now)
        await audit(connection, actor_of(request), "webhook.trial", _subject(endpoint), now=now)
    await tell(request, N_("テスト送信を予約しました。結果は下の一覧に出ます。"))
    return see_other(_address(endpoint))


@routes.post(_ONE + "/stop", access=Right.SETTINGS_EDIT)
async def stop(request: web.Request) -> web.Response:
    """Tell it nothing more until it is resumed."""
    endpoint, now = await _found(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await endpoints.stop(connection, endpoint.endpoint_id, why=_BY_STAFF, now=now)
        await audit(connection, actor_of(request), "webhook.stop", _subject(endpoint), now=now)
    await tell(request, N_("送信を停止しました。"))
    return see_other(_address(endpoint))


@routes.post(_ONE + "/resume", access=Right.SETTINGS_EDIT)
async def resume(request: web.Request) -> web.Response:
    """Tell it of things again."""
    endpoint, now = await _found(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await endpoints.resume(connection, endpoint.endpoint_id)
        await audit(connection, actor_of(request), "webhook.resume", _subject(endpoint), now=now)
    await tell(request, N_("送信を再開しました。"))
    return see_other(_address(endpoint))


@routes.post(_ONE + "/secret", access=Right.SETTINGS_EDIT)
async def renew_secret(request: web.Request) -> web.Response:
    """Sign with another secret from now on, and show it this once."""
    endpoint, now = await _found(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await endpoints.renew_secret(connection, endpoint.endpoint_id)
        await audit(connection, actor_of(request), "webhook.secret", _subject(endpoint), now=now)
    return _secret(request, await _found(request))


@routes.post(_ONE + "/remove", access=Right.SETTINGS_EDIT)
async def remove(request: web.Request) -> web.Response:
    """Forget an address, and what it was told."""
    endpoint, now = await _found(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await endpoints.delete(connection, endpoint.endpoint_id)
        await audit(connection, actor_of(request), "webhook.remove", _subject(endpoint), now=now)
    await tell(request, N_("送信先を削除しました。"))
    return see_other(_HOME)


@routes.post(_ONE + "/again", access=Right.SETTINGS_EDIT)
async def send_again(request: web.Request) -> web.Response:
    """Try a dead delivery, or all of them, for another day."""
    endpoint, now = await _found(request), clock_of(request)()
    wanted = str((await request.post()).get("delivery", ""))
    async with request.config_dict[resources.ENGINE].begin() as connection:
        count = await _again(connection, endpoint, wanted, now=now)
        if count:
            await audit(
                connection,
                actor_of(request),
                "webhook.again",
                _subject(endpoint),
                now=now,
                details={"count": count},
            )
    if count:
        await tell(request, N_("%(count)s件をもう一度送ります。"), count=count)
    else:
        await tell(request, N_("送り直すものはありません。"), "warn")
    return see_other(_address(endpoint))


async def _again(connection: Any, endpoint: Endpoint, wanted: str, *, now: datetime) -> int:
    if wanted == "all":
        return await deliveries.send_all_again(connection, endpoint.endpoint_id, now=now)
    if not _NUMBER.fullmatch(wanted):
        raise web.HTTPNotFound
    return int(await deliveries.send_again(connection, endpoint.endpoint_id, int(wanted), now=now))


_UNFIT: Final = N_(
    "https:// で始まり、インターネットから届くアドレスを入力してください。"
    "社内のアドレスは、設定 WEBHOOK_NETWORKS に加えると使えます。"
)


async def _found(request: web.Request) -> Endpoint:
    number = int(request.match_info["endpoint_id"])
    async with request.config_dict[resources.ENGINE].connect() as connection:
        endpoint = await endpoints.by_id(connection, number)
    if endpoint is None:
        raise web.HTTPNotFound
    return endpoint


def _is_silent(endpoint: Endpoint, owners: dict[int, keys.ApiKey], now: datetime) -> bool:
    """Whether it hears nothing because its key is over."""
    if endpoint.key_id is None:
        return False
    owner = owners.get(endpoint.key_id)
    return owner is None or not owner.is_good(now)


def _subject(endpoint: Endpoint) -> str:
    return f"webhook:{endpoint.endpoint_id}"


def _address(endpoint: Endpoint) -> str:
    return f"{_HOME}/{endpoint.endpoint_id}"


def _form(
    request: web.Request,
    url: str,
    kinds: tuple[EventKind, ...],
    problem: tuple[str, str] | None = None,
) -> web.Response:
    return render(
        request,
        "api/webhook_form.html",
        status=422 if problem else 200,
        url=url,
        kinds=kinds,
        events=EVENTS,
        problem=problem,
    )


def _secret(request: web.Request, endpoint: Endpoint) -> web.Response:
    secret = endpoint.secret(request.config_dict[resources.SETTINGS].secret_key)
    return render(request, "api/webhook_secret.html", endpoint=endpoint, secret=secret)
