"""Menus that were published a moment ago: LINE may still take their names for the version before.

An alias that was moved "may lag" (reference, "Update rich menu alias"): a tab tapped in that time
leads to a version that is about to be deleted, or is gone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query
from bot.store.types import from_ms
from bot.store.unit import Change, Shelf

#: LINE names no time; its defaults take up to a minute.
FRESH_FOR: Final = timedelta(minutes=10)

_PUBLISHED = Query("SELECT key, published_at FROM menus WHERE key = ANY(:keys::text[])")


async def _load(connection: AsyncConnection, keys: Sequence[str]) -> Mapping[str, datetime]:
    rows = await _PUBLISHED.rows(connection, keys=list(keys))
    return {row[0]: from_ms(row[1]) for row in rows}


async def _save(connection: AsyncConnection, changes: Sequence[Change[datetime]]) -> None:
    del connection, changes
    raise TypeError("menus are published outside of a batch")


#: When each menu was published, by key.
PUBLISHED_AT: Final[Shelf[str, datetime]] = Shelf("menus_published", _load, _save)
