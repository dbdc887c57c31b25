"""GET /console/: what waits for whoever has just come in."""

from typing import Final

from aiohttp import web

from bot.console.access import Open, Routes
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.rendering import render

routes: Final = Routes()
ENTRY: Final = Entry(label=N_("ホーム"), path="/console/", icon="home", right=None, position=0)


@routes.get("/", access=Open.SIGNED_IN)
async def home(request: web.Request) -> web.Response:
    """Show the way to everything the member may do."""
    return render(request, "home.html")
