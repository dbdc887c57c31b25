"""GET /media/talk/{token}: a picture that staff sent, for whoever holds its address."""

from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.files.kinds import LINE_PICTURES, type_of
from bot.files.links import PATH, PictureLinkError

PICTURE_ROUTE: Final = PATH + "/{token}"
SMALL_ROUTE: Final = PICTURE_ROUTE + "/small"
_A_WEEK: Final = "private, max-age=604800, immutable"


async def picture(request: web.Request) -> web.Response:
    """Send the picture."""
    return await _send(request, is_small=False)


async def small(request: web.Request) -> web.Response:
    """Send the small one."""
    return await _send(request, is_small=True)


async def _send(request: web.Request, *, is_small: bool) -> web.Response:
    try:
        found = request.app[keys.PICTURE_LINKS].read(request.match_info["token"])
    except PictureLinkError:
        raise web.HTTPNotFound from None
    data = await request.app[resources.FILES].get(found[is_small])
    if data is None or type_of(data) not in LINE_PICTURES:
        raise web.HTTPNotFound
    return web.Response(
        body=data,
        content_type=type_of(data),
        headers={"Cache-Control": _A_WEEK, "X-Content-Type-Options": "nosniff"},
    )
