"""Cookies of the console: only over https, only for this host, out of reach of scripts.

The demo is plain http on this machine, where some browsers keep no such cookie; its cookies have
other names and lose those marks, so that neither kind is ever taken for the other.
"""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.sessions import LONGEST

#: Who is signed in.
SESSION: Final = "enishi"
#: Ties the form of the sign-in page to the browser it was shown to.
VISIT: Final = "enishi-visit"
#: The language chosen before somebody signs in.
LANGUAGE: Final = "enishi-language"


def read(request: web.Request, name: str) -> str | None:
    """Return a cookie's value."""
    return request.cookies.get(_named(request, name))


def write(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """Set a cookie; that of a session goes with the browser's own, or after a week."""
    response.set_cookie(
        _named(request, name),
        value,
        path="/",
        secure=not _is_demo(request),
        httponly=True,
        samesite="Lax",
        max_age=int(LONGEST.total_seconds()),
    )


def erase(request: web.Request, response: web.StreamResponse, name: str) -> None:
    """Take a cookie back."""
    response.del_cookie(
        _named(request, name),
        path="/",
        secure=not _is_demo(request),
        httponly=True,
        samesite="Lax",
    )


def _named(request: web.Request, name: str) -> str:
    return name if _is_demo(request) else f"__Host-{name}"


def _is_demo(request: web.Request) -> bool:
    return request.config_dict[resources.SETTINGS].is_demo
