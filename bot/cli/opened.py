"""The database, opened for one command."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.cli.demo_settings import demo_settings
from bot.cli.embedded import with_database
from bot.settings import DEMO_SECRET, DEMO_TOKEN, Settings
from bot.store import schema
from bot.store.engine import open_engine

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
