"""The pages as one application, mounted at /p."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.membership.links import PAGES
from bot.pages import assets, card, coupon, liff, stamps
from bot.pages.opened import ClosedError
from bot.pages.rendering import add_headers, render

_log = structlog.get_logger(__name__)
#: An ID token; nothing that is sent here is longer.
_MOST_BYTES: Final = 8192
_Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def mount(parent: web.Application) -> None:
    """Serve the pages as a part of the web process."""
    parent.add_subapp(PAGES, create_pages())


def create_pages() -> web.Application:
    """Build them."""
    app = web.Application(middlewares=[_kindly], client_max_size=_MOST_BYTES)
    app.router.add_get(assets.ROUTE, assets.static)
    app.router.add_get("/card/{token}", card.card)
    app.router.add_get("/card/{token}/code", card.code)
    app.router.add_get("/coupon/{token}", coupon.coupon)
    app.router.add_get("/coupon/{token}/code", coupon.code)
    app.router.add_post("/coupon/{token}/pin", coupon.pin)
    app.router.add_get("/stamps/{token}", stamps.stamps)
    app.router.add_get("/liff", liff.shell)
    app.router.add_post("/liff/open", liff.open_page)
    app.on_response_prepare.append(add_headers)
    return app


@web.middleware
async def _kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in words what went wrong; a page that fetches its next code gets the status alone."""
    try:
        return await handler(request)
    except ClosedError:
        return _notice(request, 410, "expired")
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects pass
            raise
        return _notice(request, error.status, "expired")
    except Exception:  # noqa: BLE001 - whatever it is, the friend gets words and we a line
        _log.exception("pages.failed", page=request.path.split("/")[2:3])
        return _notice(request, 500, "failed")


def _notice(request: web.Request, status: int, what: str) -> web.StreamResponse:
    return render(request, "notice.html", status=status, what=what)
