"""The rich menus as published: their ids on LINE."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query

_COUNTS = Query(
    "SELECT coalesce(menu_tab, menu), count(*) FROM friends "
    "WHERE menu <> '-' AND state <> 'blocked' GROUP BY coalesce(menu_tab, menu)"
)
_IDS = Query("SELECT key, rich_menu_id FROM menus")
_SAVE = Query(
    "INSERT INTO menus (key, rich_menu_id, published_at) VALUES (:key, :rich_menu_id, :now) "
    "ON CONFLICT (key) DO UPDATE SET rich_menu_id = excluded.rich_menu_id, "
    "published_at = excluded.published_at"
)
#: A bulk link is looked after for twenty seconds: then it is through.
_ON_THEIR_WAY = Query(
    "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending', 'parked') "
    "AND kind IN ('menu', 'menus', 'menu batch') "
    "UNION ALL SELECT 1 FROM menu_repoints "
    "UNION ALL SELECT 1 FROM menu_batches WHERE phase IN ('planned', 'asked', 'ongoing') "
    "AND asked_at > :since LIMIT 1"
)


async def published(connection: AsyncConnection) -> dict[str, str]:
    """Return LINE's id of every published menu, by key."""
    return {row[0]: row[1] for row in await _IDS.rows(connection)}


async def save(connection: AsyncConnection, ids: Mapping[str, str], *, now: datetime) -> None:
    """Keep the ids of menus that were just published."""
    for key, rich_menu_id in ids.items():
        await _SAVE.count(connection, key=key, rich_menu_id=rich_menu_id, now=now)


async def are_on_their_way(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether LINE is still to be told what some friends see."""
    return bool(await _ON_THEIR_WAY.rows(connection, since=now - timedelta(hours=1)))


async def shown_counts(connection: AsyncConnection) -> dict[str, int]:
    """Return how many friends have each menu of their own open; hidden ones are none."""
    return {row[0]: row[1] for row in await _COUNTS.rows(connection)}
