"""Pages from templates, with headers that let nothing in from elsewhere.

Style and script of a page stand in it, known by their hashes: on a slow line every file asked for
is half a second more.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot import keys, resources
from bot.pages import assets
from bot.settings import Settings

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


def content_security_policy(
    settings: Settings, *, scripts: Sequence[str] = (), calls: Sequence[str] = ()
) -> str:
    """Return what a page may load: our own files and what stands in it, no frames, no forms.

    Args:
        settings: the demo's phone page may show pages in a frame; nobody else.
        scripts: addresses of others' scripts.
        calls: origins that those call.
    """
    own = assets.hashes()
    parts = {
        "default-src": ["'none'"],
        "style-src": ["'self'", *own],
        "script-src": ["'self'", *own, *scripts],
        "connect-src": ["'self'", *calls],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": _frames(settings),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in parts.items())


def _frames(settings: Settings) -> list[str]:
    if not settings.is_demo:
        return ["'none'"]
    return [f"http://{host}:{settings.emulator_port}" for host in ("127.0.0.1", "localhost")]


def render(
    request: web.Request, template: str, /, *, status: int = 200, **values: Any
) -> web.Response:
    """Return a page; text is escaped, whatever it holds."""
    app = request.config_dict
    html = (
        _environment()
        .get_template(template)
        .render(account=app[keys.ACCOUNT], words=app[keys.WALLET].pages, **values)
    )
    response = web.Response(text=html, status=status, content_type="text/html")
    response.enable_compression()
    return response


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add what every answer carries; a page of a person is kept by no cache."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if "Content-Security-Policy" not in response.headers:
        settings = request.config_dict[resources.SETTINGS]
        response.headers["Content-Security-Policy"] = content_security_policy(settings)
    response.headers.setdefault("Cache-Control", "no-store")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = assets.address
    environment.globals["inline"] = assets.inline
    return environment
