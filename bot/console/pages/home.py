"""GET /console/: what waits for whoever has just come in."""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Open, Routes
from bot.console.counted import COUNTED, COUNTS, Needs, look
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.pages.trouble import wording
from bot.console.rendering import render
from bot.console.visitor import member_of
from bot.staff.rights import Right

routes: Final = Routes()
ENTRY: Final = Entry(label=N_("ホーム"), path="/console/", icon="home", right=None, position=0)


@routes.get("/", access=Open.SIGNED_IN)
async def home(request: web.Request) -> web.Response:
    """Show the way to everything the member may do."""
    member, needs = member_of(request), Needs()
    if member.may(Right.QUEUES_READ):
        async with request.config_dict[resources.ENGINE].connect() as connection:
            needs = await look(connection, member.scope.shops)
        request[COUNTS] = request.config_dict[COUNTED].learn(member, needs.total)
    return render(request, "home.html", needs=needs, words=wording)
