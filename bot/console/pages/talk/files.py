"""Files of talks: shown to those who see the talk, and pictures taken up for an answer."""

import contextlib
from typing import Final
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import translations
from bot.console.pages.talk import looking, wording
from bot.console.rendering import language_of
from bot.console.visitor import member_of
from bot.files.kinds import LINE_PICTURES, SHOWN, UNKNOWN, type_of
from bot.files.pictures import PictureError, thumbnail
from bot.staff.rights import Right
from bot.store.batch import Query
from bot.store.unit import Unit

routes: Final = Routes()
#: LINE takes pictures of up to 10 MB.
MOST_BYTES: Final = 10_000_000
_FORM_BYTES: Final = MOST_BYTES + 64 * 1024
_FILE: Final = Query(
    "SELECT friend_id, state, name, key, thumbnail_key, content_type FROM talk_files "
    "WHERE message_id = :message_id"
)
_A_DAY: Final = "private, max-age=86400"


@routes.get(r"/talk/files/{message_id:\d{1,19}}", access=Right.TALK_READ)
async def file(request: web.Request) -> web.Response:
    """Send a file; what a browser might run is only ever saved."""
    return await _send(request, is_small=False)


@routes.get(r"/talk/thumbnails/{message_id:\d{1,19}}", access=Right.TALK_READ)
async def small(request: web.Request) -> web.Response:
    """Send the small picture of a file."""
    return await _send(request, is_small=True)


@routes.post(r"/talk/upload/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER, max_bytes=_FORM_BYTES)
async def upload(request: web.Request) -> web.Response:
    """Take a picture up; it is sent with the answer that names its token."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        friend_id = looking.friend_id_of(request)
        await looking.find(Unit(connection), friend_id, member_of(request))
    data = await _uploaded(request)
    made = None
    if data is not None and type_of(data) in LINE_PICTURES:
        with contextlib.suppress(PictureError):
            made = await thumbnail(data)
    if data is None or made is None:
        words = translations(language_of(request)).gettext(wording.refusal("unfit_picture"))
        return web.json_response({"problem": words}, status=422)
    store = request.config_dict[resources.FILES]
    key, small_key = await store.put(data), await store.put(made.jpeg)
    token = request.config_dict[keys.PICTURE_LINKS].token(key, small_key)
    return web.json_response({"token": token})


async def _uploaded(request: web.Request) -> bytes | None:
    if not request.content_type.startswith("multipart/"):
        return None
    reader = await request.multipart()
    part = await reader.next()
    if not isinstance(part, BodyPartReader):
        return None
    data = bytearray()
    while chunk := await part.read_chunk(256 * 1024):
        data += chunk
        if len(data) > MOST_BYTES:
            return None
    return bytes(data)


async def _send(request: web.Request, *, is_small: bool) -> web.Response:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        rows = await _FILE.rows(connection, message_id=int(request.match_info["message_id"]))
        if not rows:
            raise web.HTTPNotFound
        friend_id, state, name, key, small_key, content_type = rows[0]
        await looking.find(Unit(connection), friend_id, member_of(request))
    wanted = small_key if is_small else key
    data = None
    if state == "stored" and wanted is not None:
        data = await request.config_dict[resources.FILES].get(wanted)
    if data is None:
        raise web.HTTPNotFound
    kind = "image/jpeg" if is_small else content_type if content_type in SHOWN else UNKNOWN
    return web.Response(
        body=data,
        content_type=kind,
        headers={
            "Cache-Control": _A_DAY,
            "Content-Disposition": _disposition(name, is_shown=kind in SHOWN),
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _disposition(name: str | None, *, is_shown: bool) -> str:
    how = "inline" if is_shown else "attachment"
    plain = (name or "file").replace("/", "_").replace("\\", "_")
    return f"{how}; filename*=UTF-8''{quote(plain, safe='')}"
