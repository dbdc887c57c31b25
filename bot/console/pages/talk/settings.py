"""/console/settings/talk: how talks go, for admins, with what friends will read of it."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from pydantic import ValidationError

from bot import keys, resources
from bot.console import opening_form
from bot.console.access import Routes
from bot.console.language import N_, translations
from bot.console.navigation import Entry
from bot.console.onward import see_other
from bot.console.pages.talk import settings_form
from bot.console.pages.talk.settings_form import Wrong
from bot.console.rendering import language_of, render
from bot.console.visitor import actor_of, clock_of, tell
from bot.content import Talk
from bot.conversations import rules, shops, telling
from bot.conversations.hours import HoursError, OpeningHours
from bot.conversations.rules import Changes
from bot.files.pictures import PictureError, square
from bot.line.limits import SENDER_ICON_BYTES
from bot.signals import TALK_RULES
from bot.staff import shops as places
from bot.staff.audit import audit
from bot.staff.rights import Right

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("トークの設定"),
    path="/console/settings/talk",
    icon="settings",
    right=Right.SETTINGS_EDIT,
    position=82,
    group=N_("管理"),
)
_HOME: Final = "/console/settings/talk"
_ICON_BYTES: Final = 10_000_000


@routes.get("/settings/talk", access=Right.SETTINGS_EDIT)
async def show(request: web.Request) -> web.Response:
    """Show the rules as they are."""
    talk = request.config_dict[keys.TALK_RULES].now
    return await _form(request, settings_form.shown(talk), talk, {})


@routes.post("/settings/talk", access=Right.SETTINGS_EDIT)
async def save(request: web.Request) -> web.Response:
    """Keep what the form says."""
    followed = request.config_dict[keys.TALK_RULES]
    said = settings_form.read(await request.post())
    wrong = dict(said.wrong)
    try:
        talk = followed.with_changes({**followed.changes.values, **said.values})
    except (ValidationError, HoursError):
        talk, wrong = followed.now, wrong or {"": Wrong(N_("保存できませんでした。"))}
    if wrong:
        return await _form(request, said.written, talk, wrong)
    values = followed.differing(said.values)
    before = settings_form.shown(followed.now)
    fields = [name for name, text in settings_form.shown(talk).items() if before[name] != text]
    await _keep(request, Changes(values, followed.changes.icon), {"fields": fields})
    await tell(request, N_("トークの設定を保存しました。すぐに有効になります。"))
    return see_other(_HOME)


@routes.post("/settings/talk/preview", access=Right.SETTINGS_EDIT)
async def preview(request: web.Request) -> web.Response:
    """Show what friends would read."""
    followed = request.config_dict[keys.TALK_RULES]
    said = settings_form.read(await request.post())
    try:
        talk = followed.with_changes({**followed.changes.values, **said.values})
    except (ValidationError, HoursError):
        talk = followed.now
    return render(request, "talk_settings/preview.html", **_spoken(request, talk))


@routes.post("/settings/talk/reset", access=Right.SETTINGS_EDIT)
async def reset(request: web.Request) -> web.Response:
    """Go by account.yaml alone again."""
    followed = request.config_dict[keys.TALK_RULES]
    await _keep(request, Changes({}, followed.changes.icon), {"reset": "yes"})
    await tell(request, N_("account.yaml の内容に戻しました。"))
    return see_other(_HOME)


@routes.post("/settings/talk/icon", access=Right.SETTINGS_EDIT, max_bytes=_ICON_BYTES)
async def icon(request: web.Request) -> web.Response:
    """Take a picture to show beside the names of staff; it is cut square."""
    given = await request.post()
    file = given.get("picture")
    if not isinstance(file, web.FileField):
        raise web.HTTPUnprocessableEntity
    with file.file:
        data = await asyncio.to_thread(file.file.read)
    try:
        png = await square(data)
    except PictureError:
        png = b""
    if not 0 < len(png) <= SENDER_ICON_BYTES:
        words = N_("JPEGかPNGの画像を選んでください。")
        return web.json_response(
            {"problem": translations(language_of(request)).gettext(words)}, status=422
        )
    key = await request.config_dict[resources.FILES].put(png)
    token = request.config_dict[keys.PICTURE_LINKS].token(key, key)
    values = request.config_dict[keys.TALK_RULES].changes.values
    await _keep(request, Changes(values, token), {"icon": "yes"})
    await tell(request, N_("アイコンを保存しました。"))
    return web.Response(status=204)


@routes.post("/settings/talk/icon/remove", access=Right.SETTINGS_EDIT)
async def icon_away(request: web.Request) -> web.Response:
    """Show the account's own picture again."""
    values = request.config_dict[keys.TALK_RULES].changes.values
    await _keep(request, Changes(values, None), {"icon": "no"})
    await tell(request, N_("アイコンをアカウントのものに戻しました。"))
    return see_other(_HOME)


async def _keep(request: web.Request, changes: Changes, details: dict[str, Any]) -> None:
    """Store it; this process goes by it at once, the others in a moment."""
    now = clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await rules.keep(connection, changes, now=now)
        await audit(
            connection, actor_of(request), "talk.settings", "talk", now=now, details=details
        )
    async with request.config_dict[resources.ENGINE].connect() as connection:
        await request.config_dict[keys.TALK_RULES].refresh(connection)
    request.config_dict[resources.SIGNALS].notify(TALK_RULES)


async def _form(
    request: web.Request, fields: Mapping[str, str], talk: Talk, wrong: Mapping[str, Wrong]
) -> web.Response:
    now = clock_of(request)()
    async with request.config_dict[resources.ENGINE].connect() as connection:
        found = await places.list_shops(connection, active=True)
        active = {shop.key: shop.hours for shop in await shops.active_shops(connection)}
    followed = request.config_dict[keys.TALK_RULES]
    hours = {shop.key: active.get(shop.key) or followed.hours for shop in found}
    words = translations(language_of(request)).gettext
    return render(
        request,
        "talk_settings/form.html",
        status=422 if wrong else 200,
        fields=fields,
        wrong={name: words(each.words) % each.values for name, each in wrong.items()},
        has_wrong_hours=any(name.startswith("hours_") for name in wrong),
        form=settings_form,
        days=opening_form.DAY_NAMES,
        shops=found,
        has_own={key for key, own in active.items() if own is not None},
        today={key: each.shown(now) for key, each in hours.items()},
        is_open={key: each.is_open(now) for key, each in hours.items()},
        is_changed=bool(followed.changes.values),
        **_spoken(request, talk),
    )


def _icon_path(token: str | None) -> str:
    """Return where our own page finds the icon; LINE gets the public address."""
    return f"/media/talk/{token}" if token else ""


def _spoken(request: web.Request, talk: Talk) -> dict[str, Any]:
    """Return what friends would read now, with the buttons below it."""
    now, hours = clock_of(request)(), OpeningHours.read(talk.hours.days)
    opening = telling.away(talk, hours, now=now)
    connecting = talk.connecting.replace("{hours}", hours.shown(now) or "10:00〜19:00")
    return {
        "spoken": (
            (N_("営業時間内に相談をはじめると"), connecting),
            (N_("営業時間外に相談をはじめると"), opening),
            (N_("順番を確認すると（3番目の例）"), telling.turn(talk, 3)),
            (N_("対応が終わると"), talk.ended),
        ),
        "talk": talk,
        "icon_url": _icon_path(request.config_dict[keys.TALK_RULES].changes.icon),
    }
