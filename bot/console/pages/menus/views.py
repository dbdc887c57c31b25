"""What friends see and why: the list of menus, one menu on a phone, who sees which."""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.pages.menus import words
from bot.console.pages.menus.looking import (
    checked,
    found,
    heads_of,
    look,
    reader_of,
    version_of,
)
from bot.console.pages.menus.overview import STATES
from bot.console.rendering import render
from bot.console.visitor import clock_of
from bot.menus import trying
from bot.staff.rights import Right
from richmenus import repository, runs
from richmenus.words import say_action

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("リッチメニュー"),
    path="/console/menus",
    icon="panels",
    right=Right.MENUS_READ,
    position=40,
)


@routes.get("/menus", access=Right.MENUS_READ)
async def list_menus(request: web.Request) -> web.Response:
    """Show every menu with its picture, its state and who sees it."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        seen = await look(request, connection)
        run = await runs.last(connection, now=clock_of(request)())
    return render(request, "menus/list.html", seen=seen, states=STATES, run=run, counts=None)


@routes.get("/menus/who", access=Right.MENUS_READ)
async def who(request: web.Request) -> web.Response:
    """Show the rules in the order they are asked, with head-counts."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        seen = await look(request, connection)
        counts = await trying.by_rule(connection, seen.choice)
    heads = heads_of(seen.choice, counts)
    return render(request, "menus/who.html", seen=seen, counts=counts, heads=heads)


@routes.get("/menus/of/{key}", access=Right.MENUS_READ)
async def show(request: web.Request) -> web.Response:
    """Show one menu on a phone, what each tap does, and what can be done with it."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        seen = await look(request, connection)
        line = found(seen, request)
        history = await repository.history(connection, line.key)
        past = [one for one in history if one.published_at and one.state != "standing"]
        standing = None
        if line.standing is not None and line.has_news:
            standing = await repository.outline(connection, line.key, line.standing)
    language = reader_of(request)
    return render(
        request,
        "menus/show.html",
        seen=seen,
        line=line,
        states=STATES,
        standing=standing,
        past=past[0] if past else None,
        findings=[
            (finding, words.of_finding(finding))
            for finding in await checked(request, line.version)
        ],
        actions=[say_action(area["action"], language) for area in line.version.body["areas"]],
        hidden=[one for one in seen.hidden if one.menu == line.key],
    )


@routes.get("/menus/of/{key}/pictures/{fingerprint}", access=Right.MENUS_READ)
async def picture(request: web.Request) -> web.Response:
    """Return the picture of one version."""
    key, fingerprint = request.match_info["key"], request.match_info["fingerprint"]
    version = await version_of(request, key, fingerprint)
    if version is None or version.content_type not in {"image/png", "image/jpeg"}:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return web.Response(body=version.picture, content_type=version.content_type, headers=headers)
