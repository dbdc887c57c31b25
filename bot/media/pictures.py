"""GET /media/talk/{token}: a picture, video or sound that staff sent, for who has its address.

Phones ask for a video piece by piece; the file itself answers them.
"""

import asyncio
from pathlib import Path
from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.files.kinds import LINE_MEDIA, type_of
from bot.files.links import PATH, PictureLinkError

PICTURE_ROUTE: Final = PATH + "/{token}"
SMALL_ROUTE: Final = PICTURE_ROUTE + "/small"
_A_WEEK: Final = "private, max-age=604800, immutable"
_HEAD: Final = 64


async def picture(request: web.Request) -> web.StreamResponse:
    """Send it."""
    return await _send(request, is_small=False)


async def small(request: web.Request) -> web.StreamResponse:
    """Send the small picture of it."""
    return await _send(request, is_small=True)


async def _send(request: web.Request, *, is_small: bool) -> web.StreamResponse:
    try:
        found = request.app[keys.PICTURE_LINKS].read(request.match_info["token"])
    except PictureLinkError:
        raise web.HTTPNotFound from None
    path = request.app[resources.FILES].path(found[is_small])
    content_type = "" if path is None else await asyncio.to_thread(_type_of, path)
    if path is None or content_type not in LINE_MEDIA:
        raise web.HTTPNotFound
    return web.FileResponse(
        path,
        headers={
            "Content-Type": content_type,
            "Cache-Control": _A_WEEK,
            "X-Content-Type-Options": "nosniff",
        },
    )


def _type_of(path: Path) -> str:
    with path.open("rb") as file:
        return type_of(file.read(_HEAD))
