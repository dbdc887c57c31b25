"""Pages from templates, with headers that let nothing in from elsewhere."""

from functools import cache
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot import keys
from bot.pages import assets

#: Our own files only; nothing inline, nothing of third parties, no frames, no forms.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


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


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Add what every answer carries; a page of a person is kept by no cache."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
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
    return environment
