"""The database, opened for one command."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import aiohttp
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.cli.demo_settings import demo_settings
from bot.cli.embedded import with_database
from bot.clock import utc_now
from bot.settings import DEMO_SECRET, DEMO_TOKEN, Settings
from bot.store import schema
from bot.store.engine import open_engine
from bot.store.types import from_ms

if TYPE_CHECKING:
    from bot.definitions.model import Contents


def settings_here() -> Settings:
    """Return the settings of this install; where none are made, those of the demo."""
    chosen = os.environ.get("LINE_CHANNEL_SECRET"), os.environ.get("LINE_CHANNEL_ACCESS_TOKEN")
    is_demo = chosen in {(None, None), (DEMO_SECRET, DEMO_TOKEN)}
    return with_database(demo_settings() if is_demo else Settings.from_env(os.environ))


async def defined(engine: AsyncEngine) -> "Contents":
    """Return what is defined now: what was applied, or the sample."""
    from bot.definitions.library import Library

    library = Library()
    async with engine.begin() as connection:
        await library.refresh(connection)
    return library.contents


async def now_here() -> datetime:
    """Return what time it is for the bot: in the demo, the emulator's clock has it."""
    settings = settings_here()
    if settings.is_demo:
        address = f"{settings.line_api_base}/_emulator/clock"
        with suppress(aiohttp.ClientError, OSError, TimeoutError, KeyError, ValueError):
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http,
                http.get(address) as answer,
            ):
                return from_ms(int((await answer.json())["now"]))
    return utc_now()


async def wake_followers(settings: Settings) -> None:
    """Tell running processes that definitions have changed."""
    from bot.redis_client import open_redis
    from bot.signals import CONTENT, wake

    if settings.redis_url is None:
        return  # one process does it all here, and looks by itself
    redis = open_redis(settings.redis_url)
    await wake(redis, CONTENT)
    await redis.aclose()


@asynccontextmanager
async def transaction() -> AsyncIterator[AsyncConnection]:
    """Open the configured database, or the demo's, for one transaction."""
    engine = open_engine(str(settings_here().database_url))
    try:
        await schema.require_current(engine)
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()
