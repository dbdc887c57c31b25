"""Pictures of friends, and of stickers, for those who see the talks."""

from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.pages.talk import looking
from bot.console.pictures import PICTURES, Picture
from bot.console.visitor import member_of
from bot.line.pictures import sticker_url
from bot.staff.rights import Right
from bot.store.unit import Unit

routes: Final = Routes()
#: The address of a face changes with the picture; a sticker never changes.
_A_DAY: Final = "private, max-age=86400"
_A_MONTH: Final = "private, max-age=2592000, immutable"
_LARGEST: Final = 10**12


@routes.get(r"/talk/faces/{friend_id:\d{1,19}}", access=Right.TALK_READ)
async def face(request: web.Request) -> web.Response:
    """Send the picture of a friend."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        talking = await looking.find(
            Unit(connection), looking.friend_id_of(request), member_of(request)
        )
    found = None
    if talking.picture_url:
        found = await request.config_dict[PICTURES].get(talking.picture_url)
    return _sent(found, _A_DAY)


@routes.get(r"/talk/stickers/{sticker_id:\d{1,12}}", access=Right.TALK_READ)
async def sticker(request: web.Request) -> web.Response:
    """Send the picture of a sticker: one that can be sent, or one that a friend sent."""
    sticker_id = int(request.match_info["sticker_id"])
    if not 0 < sticker_id < _LARGEST:
        raise web.HTTPNotFound
    base = request.config_dict[resources.SETTINGS].line_api_base
    url = sticker_url(sticker_id, base=base)
    return _sent(await request.config_dict[PICTURES].get(url, is_small=False), _A_MONTH)


@routes.get("/talk/stickers", access=Right.TALK_ANSWER)
async def stickers(request: web.Request) -> web.Response:
    """Tell which stickers can be sent."""
    sets = request.config_dict[keys.STICKERS].sets
    return web.json_response(
        {
            "sets": [
                {"package": each.package, "name": each.name, "stickers": list(each.ids)}
                for each in sets
            ]
        },
        headers={"Cache-Control": "private, max-age=3600"},
    )


def _sent(picture: Picture | None, kept: str) -> web.Response:
    if picture is None:
        raise web.HTTPNotFound
    return web.Response(
        body=picture.data, content_type=picture.content_type, headers={"Cache-Control": kept}
    )
