"""Keys of the API: made and shown once, looked after, and ended at once."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from bot import resources
from bot.clock import TOKYO
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.live import names
from bot.console.navigation import Entry
from bot.console.onward import see_other
from bot.console.rendering import render
from bot.console.visitor import actor_of, clock_of, tell
from bot.console.words import SCOPES
from bot.integrations import endpoints, keys
from bot.integrations.keys import ApiKey, ApiKeyError, Scope
from bot.staff.model import UnfitNameError
from bot.staff.rights import Right
from bot.staff.shops import list_shops

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("外部連携"),
    path="/console/settings/api",
    icon="key",
    right=Right.SETTINGS_EDIT,
    position=84,
    group=N_("管理"),
)
_HOME: Final = "/console/settings/api"
#: What a new key is given unless somebody chooses another day.
_USUAL: Final = timedelta(days=365)
#: A key that ends so soon is marked.
SOON: Final = timedelta(days=14)


@routes.get("/settings/api", access=Right.SETTINGS_EDIT)
async def list_keys(request: web.Request) -> web.Response:
    """Show every key: what it may do, until when, and when it was used last."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        found = await keys.list_all(connection)
        called = await names(connection)
    now = clock_of(request)()
    good = [key for key in reversed(found) if key.is_good(now)]
    ended = [key for key in reversed(found) if not key.is_good(now)]
    return render(request, "api/keys.html", keys=[*good, *ended], called=called, soon=now + SOON)


@routes.get("/settings/api/new", access=Right.SETTINGS_EDIT)
async def new(request: web.Request) -> web.Response:
    """Show an empty form."""
    until = (clock_of(request)() + _USUAL).astimezone(TOKYO).date()
    return await _form(
        request, {"name": "", "scopes": (), "where": "all", "shops": (), "until": f"{until}"}
    )


@routes.post("/settings/api/new", access=Right.SETTINGS_EDIT)
async def add(request: web.Request) -> web.Response:
    """Make a key and show it, this once."""
    values, now = _values(await request.post()), clock_of(request)()
    problem, expires_at = _problem(values, now)
    if problem is not None:
        return await _form(request, values, problem)
    try:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            key, text = await keys.add(
                connection,
                by=actor_of(request),
                name=values["name"],
                scopes=values["scopes"],
                shops=values["shops"],
                expires_at=expires_at,
                now=now,
            )
    except UnfitNameError:
        words = N_("名前を1行（60文字まで）で入力してください。")
        return await _form(request, values, ("name", words))
    except ApiKeyError:
        words = N_("選んだ店舗が見つかりません。もう一度選んでください。")
        return await _form(request, values, ("shops", words))
    return render(request, "api/key_made.html", key=key, text=text)


@routes.get("/settings/api/keys/{prefix}", access=Right.SETTINGS_EDIT)
async def show(request: web.Request) -> web.Response:
    """Show one key, and where it is told of things."""
    key = await _found(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        called = await names(connection)
        told = await endpoints.of_key(connection, key.key_id)
    return render(
        request,
        "api/key.html",
        key=key,
        called=called,
        endpoints=told,
        soon=clock_of(request)() + SOON,
    )


@routes.post("/settings/api/keys/{prefix}/revoke", access=Right.SETTINGS_EDIT)
async def revoke(request: web.Request) -> web.Response:
    """Let a key open nothing any more."""
    key, now = await _found(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        is_ended = await keys.revoke(connection, key.prefix, by=actor_of(request), now=now)
    if is_ended:
        await tell(request, N_("APIキー「%(name)s」を無効にしました。"), name=key.name)
    return see_other(_HOME)


async def _found(request: web.Request) -> ApiKey:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        key = await keys.by_prefix(connection, request.match_info["prefix"])
    if key is None:
        raise web.HTTPNotFound
    return key


def _values(given: MultiMapping[Any]) -> dict[str, Any]:
    chosen = {str(scope) for scope in given.getall("scope", [])}
    where = "some" if given.get("where") == "some" else "all"
    shops = tuple(str(shop) for shop in given.getall("shop", []))
    return {
        "name": " ".join(str(given.get("name", "")).split()),
        "scopes": tuple(scope for scope in Scope if scope.value in chosen),
        "where": where,
        "shops": shops if where == "some" else (),
        "until": str(given.get("until", "")).strip(),
    }


def _problem(
    values: dict[str, Any], now: datetime
) -> tuple[tuple[str, str] | None, datetime | None]:
    """Return what is wrong, if anything is, and when the key is over, if ever."""
    if not values["scopes"]:
        return ("scope", N_("できることを1つ以上選んでください。")), None
    if values["where"] == "some" and not values["shops"]:
        return ("shops", N_("店舗を1つ以上選んでください。")), None
    if not values["until"]:
        return None, None
    try:
        last = date.fromisoformat(values["until"])
        expires_at = datetime.combine(last + timedelta(days=1), time(), TOKYO)
    except (ValueError, OverflowError):
        return ("until", N_("日付を選んでください。期限なしにするには空にします。")), None
    if expires_at <= now:
        return ("until", N_("今日以降の日付を選んでください。")), None
    return None, expires_at


async def _form(
    request: web.Request, values: dict[str, Any], problem: tuple[str, str] | None = None
) -> web.Response:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        shops = [shop for shop in await list_shops(connection) if shop.is_active]
    return render(
        request,
        "api/key_form.html",
        status=422 if problem else 200,
        values=values,
        shops=shops,
        scopes=SCOPES,
        problem=problem,
    )
