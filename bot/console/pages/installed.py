"""What lets a phone keep the console beside its apps: manifest, service worker, offline page."""

from typing import Final

from aiohttp import web

from bot import keys
from bot.console import assets
from bot.console.access import Open, Routes
from bot.console.rendering import language_of, render

routes: Final = Routes()

_A_DAY: Final = "private, max-age=86400"


@routes.get("/manifest.webmanifest", access=Open.PUBLIC)
async def manifest(request: web.Request) -> web.Response:
    """Name the app and its pictures."""
    name = request.config_dict[keys.ACCOUNT].shop.name
    pictures = [
        {
            "src": assets.address(f"icons/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    body = {
        "id": "/console/",
        "name": f"{name} · Enishi",
        "short_name": name[:12],
        "lang": language_of(request),
        "start_url": "/console/",
        "scope": "/console/",
        "display": "standalone",
        "background_color": "#f6f5f1",
        "theme_color": "#2a4a7c",
        "icons": pictures,
    }
    return web.json_response(
        body, content_type="application/manifest+json", headers={"Cache-Control": _A_DAY}
    )


@routes.get("/service-worker.js", access=Open.PUBLIC)
async def service_worker(request: web.Request) -> web.Response:
    """Send the worker from the root of its scope, so that it may serve all of the console."""
    del request
    worker = assets.read("js/service-worker.js")
    icon = assets.address("icons/icon-192.png").encode()
    return web.Response(
        body=worker.replace(b"@icon", icon),
        content_type="text/javascript",
        charset="utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@routes.get("/offline", access=Open.PUBLIC)
async def offline(request: web.Request) -> web.Response:
    """Say that there is no connection; the service worker keeps this page."""
    return render(request, "offline.html")
