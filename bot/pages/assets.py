"""Styles and scripts of the pages: in memory, under the hash of their content, kept for a year.

What a page cannot be shown without stands in the page itself.
"""

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from aiohttp import web
from markupsafe import Markup

FOLDER: Final = Path(__file__).parent / "static"
ROUTE: Final = "/static/{version}/{name}"
_A_YEAR: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class _Asset:
    plain: bytes
    packed: bytes
    content_type: str


def address(name: str) -> str:
    """Return where a file of the static folder is served.

    Raises:
        LookupError: there is no such file.
    """
    if name not in _assets():
        raise LookupError(f"bot/pages/static has no {name}")
    return f"/p/static/{_version()}/{name}"


def inline(name: str) -> Markup:
    """Return a file's text, to stand in a page: a browser compares it with its hash."""
    return Markup(_assets()[name].plain.decode())  # noqa: S704 - our own file, no input


@cache
def hashes() -> tuple[str, ...]:
    """Return what a content security policy calls the files by."""
    digests = (hashlib.sha256(asset.plain).digest() for asset in _assets().values())
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


async def static(request: web.Request) -> web.Response:
    """Send a file; one of an earlier version is the one of today."""
    asset = _assets().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    headers, body = {"Cache-Control": _A_YEAR, "Vary": "Accept-Encoding"}, asset.plain
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"], body = "gzip", asset.packed
    return web.Response(
        body=body, content_type=asset.content_type, charset="utf-8", headers=headers
    )


@cache
def _assets() -> dict[str, _Asset]:
    found = {}
    for path in sorted(FOLDER.iterdir()):
        plain = path.read_bytes()
        packed = gzip.compress(plain, 9, mtime=0)
        found[path.name] = _Asset(plain, packed, _TYPES[path.suffix])
    return found


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for name, asset in _assets().items():
        digest.update(name.encode() + b"\0" + asset.plain)
    return digest.hexdigest()[:12]
