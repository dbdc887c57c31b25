"""What an install gets that configures neither database nor Redis: an SQLite file and a Valkey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.embedded.valkey import ValkeyServer
from bot.settings import Settings


def with_database(settings: Settings) -> Settings:
    """Fill in the embedded SQLite file where no database is configured."""
    if settings.database_url is not None:
        return settings
    settings.data.mkdir(parents=True, exist_ok=True)
    path = (settings.data / "enishi.db").resolve()
    return replace(settings, database_url=f"sqlite+aiosqlite:///{path}")


@asynccontextmanager
async def with_stores(settings: Settings) -> AsyncIterator[Settings]:
    """Fill in what is not configured and run it; an embedded database is migrated."""
    from bot.store import schema
    from bot.store.engine import open_engine

    is_embedded = settings.database_url is None
    settings = with_database(settings)
    if is_embedded and settings.database_url is not None:
        engine = open_engine(settings.database_url)
        await schema.upgrade(engine)
        await engine.dispose()
    if settings.redis_url is not None:
        yield settings
        return
    async with ValkeyServer(settings.data / "valkey", binary=settings.valkey_server) as server:
        yield replace(settings, redis_url=server.url)
