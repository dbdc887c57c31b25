"""What a process opens when it starts and closes when it ends: each an AppKey and its context.

The order in ``app.py`` is the order of opening; closing goes the other way round, so that what is
claimed is finished while the database and LINE are still there.
"""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import metrics
from bot.clock import Clock
from bot.errors import SetupError
from bot.files.store import FolderStore
from bot.inbox.intake import Intake
from bot.line.account import Account
from bot.line.client import LineClient, open_session, open_wire
from bot.line.rates import Rates
from bot.outbox.outside import UseCase
from bot.redis_client import RedisClient, open_redis
from bot.settings import Settings
from bot.signals import Signals
from bot.store import schema
from bot.store.engine import open_engine

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Channel:
    """What LINE calls the account, once it told: webhooks name the user id as destination."""

    user_id: str | None = None
    #: Such as ``@enishi``: addresses that open the talk hold it.
    basic_id: str | None = None


SETTINGS: Final = web.AppKey("SETTINGS", Settings)
CLOCK: Final[web.AppKey[Clock]] = web.AppKey("CLOCK")
ENGINE: Final = web.AppKey("ENGINE", AsyncEngine)
REDIS: Final[web.AppKey[RedisClient]] = web.AppKey("REDIS")
SIGNALS: Final = web.AppKey("SIGNALS", Signals)
LINE: Final = web.AppKey("LINE", LineClient)
RATES: Final = web.AppKey("RATES", Rates)
INTAKE: Final = web.AppKey("INTAKE", Intake)
CHANNEL: Final = web.AppKey("CHANNEL", Channel)
#: The bytes of pictures, videos and files of talks.
FILES: Final = web.AppKey("FILES", FolderStore)
#: Opens the unit of a use case outside of the worker.
USE_CASE: Final[web.AppKey[UseCase]] = web.AppKey("USE_CASE")
#: This process's name on the leases it holds; never used twice.
OWNER: Final = web.AppKey("OWNER", str)
#: Whether this process does everything, so that nobody else needs to be woken.
IS_ALONE: Final = web.AppKey("IS_ALONE", bool)

_ASK_AGAIN_SECONDS: Final = 30.0


def process_name() -> str:
    """Return a name that no other process has, on this machine or another, now or later."""
    return f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(4)}"


async def database(app: web.Application) -> AsyncIterator[None]:
    """Open the engine, once the tables are those of this version."""
    url = app[SETTINGS].database_url
    if url is None:
        raise SetupError("No database is configured and none was embedded. Set DATABASE_URL.")
    engine = open_engine(url)
    app[ENGINE] = engine
    try:
        await schema.require_current(engine)
        yield
    finally:
        await engine.dispose()


async def redis(app: web.Application) -> AsyncIterator[None]:
    """Open Redis; the bot goes on without it, more slowly, and comes back by itself."""
    url = app[SETTINGS].redis_url
    if url is None:
        raise SetupError("No Redis is configured and none was embedded. Set REDIS_URL.")
    client = open_redis(url)
    app[REDIS] = client
    yield
    await client.aclose()


async def signals(app: web.Application) -> AsyncIterator[None]:
    """Hear and send wake-ups."""
    app[SIGNALS] = Signals(None if app[IS_ALONE] else app[REDIS])
    app[SIGNALS].start()
    yield
    await app[SIGNALS].stop()


async def line(app: web.Application) -> AsyncIterator[None]:
    """Open the connections to LINE, and the buckets of its rate limits."""
    settings = app[SETTINGS]
    app[RATES] = Rates(app[REDIS], scale=settings.line_rate_scale)
    base, token = settings.line_api_base, settings.channel_access_token
    async with open_session() as http, open_wire(base, token) as wire:
        app[LINE] = LineClient(
            http, base=base, token=token, observe=metrics.observe_line, wire=wire
        )
        asking = asyncio.create_task(_learn_channel(app))
        yield
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await app[RATES].close()


async def _learn_channel(app: web.Application) -> None:
    """Ask until LINE answers; until then events for every destination are taken."""
    while app[CHANNEL].user_id is None:
        answer = await Account(app[LINE]).info()
        user_id = answer.body.get("userId") if answer.ok else None
        if isinstance(user_id, str):
            app[CHANNEL].user_id = user_id
            basic_id = answer.body.get("basicId")
            app[CHANNEL].basic_id = basic_id if isinstance(basic_id, str) else None
            return
        _log.warning("line.unknown_account", status=answer.status, error=answer.message)
        await asyncio.sleep(_ASK_AGAIN_SECONDS)


async def intake(app: web.Application) -> AsyncIterator[None]:
    """Take webhooks."""
    app[INTAKE] = Intake(app[ENGINE], app[SIGNALS])
    app[INTAKE].start()
    yield
    await app[INTAKE].stop()


def ticks() -> float:
    """Return seconds that only ever grow, for what must not follow a virtual clock."""
    return time.monotonic()
