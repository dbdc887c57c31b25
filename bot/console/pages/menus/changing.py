"""What an admin changes: a picture, what is hidden, the version before.

upload -> lint -> rich_menu_pictures (a draft) -> publishing
"""

import asyncio
from datetime import datetime
from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.clock import TOKYO
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.menus import fitting, words
from bot.console.pages.menus.looking import found, look
from bot.console.pages.menus.publishing import HERE, RUNS
from bot.console.rendering import render
from bot.console.visitor import actor_of, clock_of, tell
from bot.menus import hides
from bot.staff.audit import audit
from bot.staff.rights import Right
from richmenus import pictures, runs
from richmenus.back import NoWayBackError, take_back
from richmenus.dressing import wardrobe
from richmenus.findings import errors
from richmenus.pictures import Origin
from richmenus.runs import Wish

routes: Final = Routes()
#: Heavier ones are not read; those above LINE's limit are offered to be mended.
MOST_BYTES: Final = 12 * 1024 * 1024


@routes.post("/menus/of/{key}/picture", access=Right.MENUS_EDIT, max_bytes=MOST_BYTES)
async def upload(request: web.Request) -> web.Response:
    """Take a picture for a menu as its draft, or say what is wrong with it and what would help."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        line = found(await look(request, connection), request)
    given = await request.post()
    file = given.get("picture")
    if not isinstance(file, web.FileField):
        raise web.HTTPUnprocessableEntity
    mends = [name for name in fitting.MENDS if name in given.getall("mend", [])]
    with file.file:
        data = await asyncio.to_thread(file.file.read)
    tried = await asyncio.to_thread(
        fitting.fit, data, line.version, name=file.filename, mends=mends
    )
    if errors(tried.findings):
        return render(
            request,
            "menus/refused.html",
            status=422,
            problems=[words.of_finding(finding) for finding in errors(tried.findings)],
            mends=tried.mends,
            hopeless=tried.hopeless,
        )
    actor, now = actor_of(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        by_hand = (Origin.GIVEN, line.key)
        source = f"staff:{actor.staff_id}"
        await pictures.put(connection, by_hand, tried.data, source=source, now=now)
        details = {"bytes": len(tried.data), "mends": mends}
        await audit(
            connection, actor, "menu.picture", f"menu:{line.key}", now=now, details=details
        )
    await tell(request, N_("画像を下書きに保存しました。まだ友だちには表示されていません。"))
    return web.Response(status=204, headers={"X-Next": f"/console/menus/of/{line.key}"})


@routes.post("/menus/of/{key}/picture/remove", access=Right.MENUS_EDIT)
async def remove(request: web.Request) -> web.Response:
    """Go by the definition's own picture again."""
    actor, now = actor_of(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        line = found(await look(request, connection), request)
        if await pictures.remove(connection, (Origin.GIVEN, line.key)):
            await audit(connection, actor, "menu.picture_removed", f"menu:{line.key}", now=now)
    await tell(request, N_("元の画像に戻しました。まだ友だちには表示されていません。"))
    return see_other(f"/console/menus/of/{line.key}")


@routes.post("/menus/of/{key}/hide", access=Right.MENUS_EDIT)
async def hide(request: web.Request) -> web.Response:
    """Hide a menu from everybody who sees it, until a time or until somebody shows it again."""
    given = await request.post()
    actor, now = actor_of(request), clock_of(request)()
    until = _moment(str(given.get("until", "")).strip())
    if until is not None and until <= now:
        await tell(
            request, N_("表示を戻す日時が過ぎています。これからの日時にしてください。"), "bad"
        )
        return see_other(f"/console/menus/of/{request.match_info['key']}")
    async with request.config_dict[resources.ENGINE].begin() as connection:
        line = found(await look(request, connection), request)
        begun = await hides.begin(
            connection,
            menu=line.key,
            rule=None,
            until=until,
            why=f"staff:{actor.staff_id}",
            now=now,
        )
        details = {"hide": begun.hide_id, "until": until.isoformat() if until else None}
        await audit(connection, actor, "menu.hide", f"menu:{line.key}", now=now, details=details)
    await tell(
        request,
        N_("「%(menu)s」を取り下げました。数秒で友だちの画面から消えます。"),
        menu=line.title,
    )
    return see_other(f"/console/menus/of/{line.key}")


@routes.post("/menus/shown/{number:[0-9]{1,18}}", access=Right.MENUS_EDIT)
async def show_again(request: web.Request) -> web.Response:
    """Show now what was hidden."""
    actor, now = actor_of(request), clock_of(request)()
    number = int(request.match_info["number"])
    async with request.config_dict[resources.ENGINE].begin() as connection:
        if await hides.end(connection, number, now=now):
            await audit(connection, actor, "menu.show_again", f"hide:{number}", now=now)
    await tell(request, N_("再び表示します。数秒で友だちの画面に戻ります。"))
    return see_other("/console/menus")


@routes.post("/menus/of/{key}/back", access=Right.MENUS_EDIT)
async def back(request: web.Request) -> web.Response:
    """Take a menu back to the version before, and show it."""
    key, number = request.match_info["key"], None
    menu = request.config_dict[keys.LIBRARY].contents.menus.get(key)
    if menu is None:
        raise web.HTTPNotFound
    actor, now = actor_of(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        source = f"staff:{actor.staff_id}"
        number = await runs.begin(connection, Wish.SHOW, source=source, now=now)
        problem = N_("登録作業がすでに動いています。終わってから、もう一度お試しください。")
        if number is not None:
            try:
                described = (await wardrobe(connection)).outline(
                    menu, request.config_dict[keys.ACCOUNT].brand
                )
                past = await take_back(connection, described, now=now)
            except NoWayBackError:
                problem = N_("戻れる版がありません。")
                await runs.end(connection, number, runs.State.FAILED, problem=problem, now=now)
                number = None
            else:
                details = {"fingerprint": past.fingerprint}
                await audit(
                    connection, actor, "menu.back", f"menu:{key}", now=now, details=details
                )
    if number is None:
        await tell(request, problem, "warn")
        return see_other(f"/console/menus/of/{key}")
    request.config_dict[RUNS].start(number, Wish.SHOW)
    return see_other(HERE)


def _moment(text: str) -> datetime | None:
    """Read what a field for a time sends; in Tokyo."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise web.HTTPUnprocessableEntity from None
    return at if at.tzinfo is not None else at.replace(tzinfo=TOKYO)
