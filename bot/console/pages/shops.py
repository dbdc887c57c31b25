"""Shops: names, addresses and opening hours."""

from dataclasses import replace
from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from bot import resources
from bot.console import opening_form
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.onward import see_other
from bot.console.rendering import render
from bot.console.visitor import actor_of, clock_of, tell
from bot.console.words import problem_of
from bot.conversations.hours import OpeningHours
from bot.staff import shops as stored
from bot.staff.model import StaffError
from bot.staff.rights import Right
from bot.staff.shops import StaffShop

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("店舗"),
    path="/console/shops",
    icon="shop",
    right=Right.SHOPS_MANAGE,
    position=81,
    group=N_("管理"),
)
_LONGEST: Final = 200


@routes.get("/shops", access=Right.SHOPS_MANAGE)
async def list_shops(request: web.Request) -> web.Response:
    """Show every shop, and whether it is open now."""
    now = clock_of(request)()
    async with request.config_dict[resources.ENGINE].connect() as connection:
        shops = await stored.list_shops(connection)
    opening = {shop.key: OpeningHours.read(shop.hours, shop.exceptions) for shop in shops}
    return render(
        request,
        "shops/list.html",
        shops=shops,
        today={key: hours.shown(now) for key, hours in opening.items()},
        is_open={key: hours.is_open(now) for key, hours in opening.items()},
    )


@routes.get("/shops/new", access=Right.SHOPS_MANAGE)
async def new(request: web.Request) -> web.Response:
    """Show an empty form."""
    return _form(request, None, opening_form.Shown.of(StaffShop(key="", name="")))


@routes.post("/shops/new", access=Right.SHOPS_MANAGE)
async def add(request: web.Request) -> web.Response:
    """Open a shop."""
    given = await request.post()
    return await _save(request, given, None, _shop(given, key=str(given.get("key", "")).strip()))


@routes.get("/shops/{key}", access=Right.SHOPS_MANAGE)
async def show(request: web.Request) -> web.Response:
    """Show one shop."""
    shop = await _found(request)
    return _form(request, shop, opening_form.Shown.of(shop))


@routes.post("/shops/{key}", access=Right.SHOPS_MANAGE)
async def edit(request: web.Request) -> web.Response:
    """Change one shop."""
    before = await _found(request)
    given = await request.post()
    return await _save(request, given, before, _shop(given, key=before.key))


async def _save(
    request: web.Request, given: MultiMapping[Any], before: StaffShop | None, after: StaffShop
) -> web.Response:
    written = {name: str(value) for name, value in given.items()}
    shown = opening_form.Shown.written(after, written)
    try:
        hours, exceptions = opening_form.read(written)
    except opening_form.UnreadableHoursError as error:
        return _form(request, before, shown, (error.field, opening_form.UNREADABLE))
    after = replace(after, hours=hours, exceptions=exceptions)
    actor, now = actor_of(request), clock_of(request)()
    try:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            save = stored.add_shop if before is None else stored.edit_shop
            await save(connection, after, by=actor, now=now)
    except StaffError as error:
        return _form(request, before, shown, problem_of(error))
    await tell(request, N_("%(name)sを保存しました。"), name=after.name)
    return see_other("/console/shops")


def _shop(given: MultiMapping[Any], *, key: str) -> StaffShop:
    return StaffShop(
        key=key,
        name=str(given.get("name", "")),
        address=_line(given, "address"),
        phone=_line(given, "phone"),
        is_active=given.get("active") == "yes",
    )


def _line(given: MultiMapping[Any], name: str) -> str:
    return " ".join(str(given.get(name, "")).split())[:_LONGEST]


async def _found(request: web.Request) -> StaffShop:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        shop = await stored.find_shop(connection, request.match_info["key"])
    if shop is None:
        raise web.HTTPNotFound
    return shop


def _form(
    request: web.Request,
    shop: StaffShop | None,
    shown: opening_form.Shown,
    problem: tuple[str, str] | None = None,
) -> web.Response:
    return render(
        request,
        "shops/form.html",
        status=422 if problem else 200,
        shop=shop,
        shown=shown,
        days=opening_form.DAY_NAMES,
        problem=problem,
    )
