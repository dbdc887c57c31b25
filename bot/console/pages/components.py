"""GET /console/_components: every part that pages are made of, in the demo only."""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Open, Routes
from bot.console.assets import read
from bot.console.rendering import render

routes: Final = Routes()


@routes.get("/_components", access=Open.SIGNED_IN)
async def components(request: web.Request) -> web.Response:
    """Show them, for whoever builds a page."""
    if not request.config_dict[resources.SETTINGS].is_demo:
        raise web.HTTPNotFound
    return render(request, "components.html", symbols=_symbols())


def _symbols() -> list[str]:
    parts = read("icons.svg").decode().split('<symbol id="')[1:]
    return [part.partition('"')[0] for part in parts]
