"""定型文: chosen in the composer, made out to the friend; written by those who use them."""

from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.live import names
from bot.console.pages.talk import looking
from bot.console.visitor import member_of
from bot.conversations import canned
from bot.people.repository import PEOPLE
from bot.staff.rights import Right
from bot.store.unit import Unit

routes: Final = Routes()


@routes.get(r"/talk/canned/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def replies(request: web.Request) -> web.Response:
    """Tell what can be put in, with the variables filled in."""
    member = member_of(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        unit = Unit(connection)
        talking = await looking.find(unit, looking.friend_id_of(request), member)
        person = await unit.get(PEOPLE, talking.person_id)
        attributes = {} if person is None else person.attributes
        places = (await names(connection)).shops
        values = {
            "お名前": attributes.get("name") or talking.name,
            "友だち名": talking.name,
            "担当者": member.name,
            "店舗": places.get(
                talking.shop_key or "", request.config_dict[keys.ACCOUNT].shop.name
            ),
        }
        found = await canned.replies_for(connection, staff_id=member.staff_id, scope=member.scope)
    made = [(reply, canned.render(reply, values)) for reply in found]
    return web.json_response(
        {
            "replies": [
                {
                    "id": str(reply.reply_id),
                    "title": reply.title,
                    "messages": list(rendered.messages),
                    "undefined": list(rendered.undefined),
                }
                for reply, rendered in made
            ]
        }
    )


@routes.post(r"/talk/used/{reply_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def used(request: web.Request) -> web.Response:
    """Count that one was put in: those used most come first."""
    member, reply_id = member_of(request), int(request.match_info["reply_id"])
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await canned.count_use(connection, reply_id, staff_id=member.staff_id, scope=member.scope)
    return web.Response(status=204)
