"""What pages load: styles, scripts, symbols; served from memory under the hash of their content.

A new version has new addresses, so browsers keep what they have for a year and never ask again.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.console.access import Open, Routes

FOLDER: Final = Path(__file__).parent / "static"
routes: Final = Routes()

_A_YEAR: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    plain: bytes
    packed: bytes | None
    content_type: str


def address(name: str) -> str:
    """Return where a file of the static folder is served.

    Raises:
        LookupError: there is no such file.
    """
    if name not in _assets():
        raise LookupError(f"bot/console/static has no {name}")
    return f"/console/static/{_version()}/{name}"


def read(name: str) -> bytes:
    """Return a file of the static folder."""
    return _assets()[name].plain


@routes.get("/static/{version}/{name:.+}", access=Open.PUBLIC)
async def static(request: web.Request) -> web.Response:
    """Send a file; one of an earlier version is the one of today."""
    asset = _assets().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": _A_YEAR, "Vary": "Accept-Encoding"}
    body = asset.plain
    if asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = asset.packed, "gzip"
    return web.Response(
        body=body,
        content_type=asset.content_type,
        charset="utf-8" if asset.content_type.startswith("text/") else None,
        headers=headers,
    )


@cache
def _assets() -> Mapping[str, Asset]:
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): _asset(path) for path in files}


def _asset(path: Path) -> Asset:
    plain = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    packs = path.suffix in {".js", ".css", ".svg"}
    return Asset(
        plain=plain,
        packed=gzip.compress(plain, 9, mtime=0) if packs else None,
        content_type=kind or "application/octet-stream",
    )


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for name, asset in _assets().items():
        digest.update(name.encode() + b"\0" + asset.plain)
    return digest.hexdigest()[:12]
