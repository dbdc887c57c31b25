"""GET /healthz, /readyz and /metrics: for those who watch over the process."""

import asyncio

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot import resources

_SECONDS = 2.0


def add_routes(app: web.Application) -> None:
    """Serve the three."""
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def healthz(_: web.Request) -> web.Response:
    """Say that the process runs."""
    return web.json_response({"ok": True})


async def readyz(request: web.Request) -> web.Response:
    """Say whether the process can do its work: 503 without the database.

    Redis is told of but does not count: without it the bot goes on, more slowly.
    """
    database = await _database_answers(request.app)
    redis = await _redis_answers(request.app)
    status = 200 if database else 503
    return web.json_response({"database": database, "redis": redis}, status=status)


async def metrics(_: web.Request) -> web.Response:
    """Return the counters of this process."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _database_answers(app: web.Application) -> bool:
    try:
        async with asyncio.timeout(_SECONDS), app[resources.ENGINE].connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


async def _redis_answers(app: web.Application) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            await app[resources.REDIS].ping()
    except Exception:  # noqa: BLE001 - whatever it is, Redis did not answer
        return False
    return True
