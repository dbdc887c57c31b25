"""Reading the log of changes without missing one.

A transaction on PostgreSQL can commit after others that began later, so a position is the oldest
transaction that was still open: everything from there on is read again next time. Reading a change
twice does no harm, for what is read is how the friend is now. On SQLite writers take turns.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query, is_postgres

#: Changes are kept so long; an index that has not looked for half of it begins anew.
KEPT: Final = timedelta(days=1)

_POSTGRES_POSITION = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_SQLITE_POSITION = "SELECT coalesce(max(id), 0) + 1 FROM friend_changes"
_CHANGED: Final = "SELECT DISTINCT friend_id, person_id FROM friend_changes WHERE {} >= :position"
_POSTGRES_CHANGED = Query(f"{_CHANGED.format('transaction_id')} LIMIT :limit")
_SQLITE_CHANGED = Query(f"{_CHANGED.format('id')} LIMIT :limit")
_PRUNE = Query("DELETE FROM friend_changes WHERE changed_at < :before")


async def position(connection: AsyncConnection) -> int:
    """Return where a reader that has seen this snapshot goes on."""
    query = _POSTGRES_POSITION if is_postgres(connection) else _SQLITE_POSITION
    return int((await connection.exec_driver_sql(query)).scalar_one())


async def since(
    connection: AsyncConnection, position: int, *, limit: int
) -> tuple[set[int], set[int]]:
    """Return the friends, and the people, that changed since a position."""
    query = _POSTGRES_CHANGED if is_postgres(connection) else _SQLITE_CHANGED
    rows = await query.rows(connection, position=position, limit=limit)
    friends = {row[0] for row in rows if row[0] is not None}
    people = {row[1] for row in rows if row[1] is not None}
    return friends, people


async def prune(connection: AsyncConnection, *, now: datetime) -> int:
    """Delete changes that every index has read; return how many."""
    return await _PRUNE.count(connection, before=now - KEPT)
