"""GET /api/v1/: a page to read what can be called, and to try it; /problems: what can go wrong."""

from pathlib import Path
from typing import Final

from aiohttp import web

from bot.api.problems import KINDS

_FOLDER: Final = Path(__file__).parent / "static"
#: Our own script and style, and calls to ourselves; nothing else.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES: Final = {
    "/": ("try.html", "text/html"),
    "/try/try.css": ("try.css", "text/css"),
    "/try/try.js": ("try.js", "text/javascript"),
}


def add_routes(app: web.Application) -> None:
    """Serve the page, its two files, and the kinds of problems that their types name."""
    app.router.add_get("/problems", problems)
    for path in _FILES:
        app.router.add_get(path, serve)


async def serve(request: web.Request) -> web.Response:
    """Return a file of the page."""
    name, kind = _FILES[request.path.removeprefix("/api/v1")]
    return web.Response(
        text=(_FOLDER / name).read_text("utf-8"),
        content_type=kind,
        charset="utf-8",
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"},
    )


async def problems(_: web.Request) -> web.Response:
    """List every kind of problem with its mend."""
    return web.json_response(
        {
            kind.code: {"status": kind.status, "title": kind.title, "mend": kind.mend}
            for kind in KINDS.values()
        }
    )
