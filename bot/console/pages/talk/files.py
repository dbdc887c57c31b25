"""Files of talks, shown to those who see the talk."""

from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.pages.talk import looking
from bot.console.visitor import member_of
from bot.files.kinds import SHOWN, UNKNOWN
from bot.staff.rights import Right
from bot.store.batch import Query
from bot.store.unit import Unit

routes: Final = Routes()
_FILE: Final = Query(
    "SELECT friend_id, state, name, key, thumbnail_key, content_type FROM talk_files "
    "WHERE message_id = :message_id"
)
_A_DAY: Final = "private, max-age=86400"


@routes.get(r"/talk/files/{message_id:\d{1,19}}", access=Right.TALK_READ)
async def file(request: web.Request) -> web.StreamResponse:
    """Send a file; what a browser might run is only ever saved."""
    return await _send(request, is_small=False)


@routes.get(r"/talk/thumbnails/{message_id:\d{1,19}}", access=Right.TALK_READ)
async def small(request: web.Request) -> web.StreamResponse:
    """Send the small picture of a file."""
    return await _send(request, is_small=True)


async def _send(request: web.Request, *, is_small: bool) -> web.StreamResponse:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        rows = await _FILE.rows(connection, message_id=int(request.match_info["message_id"]))
        if not rows:
            raise web.HTTPNotFound
        friend_id, state, name, key, small_key, content_type = rows[0]
        await looking.find(Unit(connection), friend_id, member_of(request))
    wanted = small_key if is_small else key
    path = None
    if state == "stored" and wanted is not None:
        path = request.config_dict[resources.FILES].path(wanted)
    if path is None:
        raise web.HTTPNotFound
    kind = "image/jpeg" if is_small else content_type if content_type in SHOWN else UNKNOWN
    return web.FileResponse(  # a player asks for a part at a time
        path,
        headers={
            "Content-Type": kind,
            "Cache-Control": _A_DAY,
            "Content-Disposition": _disposition(name, is_shown=kind in SHOWN),
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _disposition(name: str | None, *, is_shown: bool) -> str:
    how = "inline" if is_shown else "attachment"
    plain = (name or "file").replace("/", "_").replace("\\", "_")
    return f"{how}; filename*=UTF-8''{quote(plain, safe='')}"
