"""Where to go on to: after a form, after coming in, never off the console."""

import re
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

_LOCAL: Final = re.compile(r"/console(?:/[A-Za-z0-9_\-./?=&%~]*)?")


def see_other(path: str) -> web.Response:
    """Answer a form by sending the browser to a page, so that reloading sends nothing twice."""
    return web.Response(status=303, headers={"Location": path})


def page_before(request: web.Request) -> str:
    """Return the page of ours that a form or a part was asked for on; the console's home if none.

    Whoever sends it can write what they like, so it is a wish like any other address.
    """
    said = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    return local_path(f"{said.path}?{said.query}" if said.query else said.path)


def local_path(wanted: str | None, default: str = "/console/") -> str:
    """Return a path of the console to go on to, whatever an address asked for."""
    if wanted and _LOCAL.fullmatch(wanted) and "//" not in wanted and ".." not in wanted:
        return wanted
    return default
