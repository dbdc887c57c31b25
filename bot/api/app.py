"""The API as one application, mounted at /api/v1."""

import re
from collections.abc import AsyncIterator, Callable
from typing import Final

from aiohttp import web

from bot import resources
from bot.api import operations, page
from bot.api.answering import Answering
from bot.api.document import DOCUMENT_ROUTE, serve_document
from bot.api.gate import ANSWERING, MOST_BYTES, RATES, add_headers, serving, trouble
from bot.api.rates import Rates

PATH: Final = "/api/v1"
#: What names in paths look like; anything else is not found.
_PARTS: Final = {"number": "[0-9]{13}", "coupon": "[0-9]{10}", "id": "[0-9]{1,18}|[1-8][0-9]{18}"}


def create_api(parent: web.Application) -> web.Application:
    """Build it; the parent has opened everything before it starts."""
    app = web.Application(middlewares=[trouble], client_max_size=MOST_BYTES)
    for operation in operations.ALL.values():
        app.router.add_route(operation.method, _route(operation.path), serving(operation))
    app.router.add_get(DOCUMENT_ROUTE, serve_document)
    page.add_routes(app)
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(_opened(parent))
    return app


def mount(parent: web.Application) -> None:
    """Serve the API as a part of the web process."""
    parent.add_subapp(PATH, create_api(parent))


def _route(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: f"{{{found[1]}:{_PARTS[found[1]]}}}", path)


def _opened(parent: web.Application) -> Callable[[web.Application], AsyncIterator[None]]:
    async def opened(app: web.Application) -> AsyncIterator[None]:
        app[ANSWERING] = Answering(parent[resources.USE_CASE])
        app[RATES] = Rates(parent[resources.REDIS])
        yield

    return opened
