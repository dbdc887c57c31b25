"""Headers that every answer of the console carries."""

from typing import Final

from aiohttp import web

from bot import resources

#: Scripts, styles, pictures and connections of our own only; nothing inline, no frames.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "img-src 'self' data: blob:; "
    "media-src 'self' blob:; "
    "object-src 'none'"
)
_ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
_TWO_YEARS: Final = "max-age=63072000"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add them; a page somebody is signed in for is kept by no cache."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if response.headers["Cache-Control"].startswith("private"):
        # At a shop's computer the next one to sign in is not shown what the last one might see.
        response.headers["Vary"] = "Cookie"
    if not request.config_dict[resources.SETTINGS].is_demo:
        response.headers.setdefault("Strict-Transport-Security", _TWO_YEARS)
