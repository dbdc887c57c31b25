"""Where to go on to: after a form, after coming in, never off the console."""

import re
from typing import Final

from aiohttp import web

_LOCAL: Final = re.compile(r"/console(?:/[A-Za-z0-9_\-./?=&%~]*)?")


def see_other(path: str) -> web.Response:
    """Answer a form by sending the browser to a page, so that reloading sends nothing twice."""
    return web.Response(status=303, headers={"Location": path})


def local_path(wanted: str | None, default: str = "/console/") -> str:
    """Return a path of the console to go on to, whatever an address asked for."""
    if wanted and _LOCAL.fullmatch(wanted) and "//" not in wanted and ".." not in wanted:
        return wanted
    return default
