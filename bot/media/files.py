"""GET /media/file/{token}: a file that staff gave, saved by whoever holds its address in time."""

import base64
import hashlib
import html
from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot import keys, resources
from bot.files.given import GIVEN
from bot.files.kinds import UNKNOWN
from bot.files.links import FILE_PATH, PictureLinkError

FILE_ROUTE: Final = FILE_PATH + "/{token}"
_STYLE: Final = "body{font:1em/1.8 sans-serif;max-width:26rem;margin:20vh auto;padding:0 1.5rem}"
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: The address is the key: it is told to nobody, kept by nobody, and found by nobody.
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-store",
}


async def file(request: web.Request) -> web.StreamResponse:
    """Send the file to be saved; too late, say so in words."""
    try:
        given = request.app[keys.FILE_LINKS].read(request.match_info["token"])
    except PictureLinkError:
        raise web.HTTPNotFound from None
    path = request.app[resources.FILES].path(given.key)
    if path is None or given.until <= request.app[resources.CLOCK]():
        return _too_late(request)
    end = given.name.rpartition(".")[2].lower()
    name = quote(given.name, safe="")
    return web.FileResponse(
        path,
        headers={
            **_ALWAYS,
            "Content-Type": GIVEN.get(end, UNKNOWN),
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _too_late(request: web.Request) -> web.Response:
    account, talk = request.app[keys.ACCOUNT], request.app[keys.TALK_RULES].now
    shop, words = html.escape(account.shop.name), html.escape(talk.file_gone)
    return web.Response(
        status=410,
        content_type="text/html",
        charset="utf-8",
        text=f'<!doctype html><html lang="ja"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><title>{shop}</title>'
        f"<style>{_STYLE}</style><p>{words}</p><p>{shop}</p></html>",
        headers={
            **_ALWAYS,
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'",
        },
    )
