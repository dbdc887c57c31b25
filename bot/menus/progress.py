"""How far showing the right menu to everybody is: one row, which whoever goes on locks.

Two schedulers take turns at it; of a piece in which a process dies nothing was done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.segments.index.changes import KEPT
from bot.store import batch
from bot.store.batch import Query, is_postgres
from bot.store.tables.menus import menu_progress
from bot.store.types import from_ms

#: The first friend's predecessor.
START = -1

_COLUMNS = "shown, walking, walked, changes, change_id, looked_at, default_menu, checked_at"
_LOCK = Query(f"SELECT {_COLUMNS} FROM menu_progress WHERE id = 1 FOR UPDATE")  # noqa: S608 - constant
_READ = Query(f"SELECT {_COLUMNS} FROM menu_progress WHERE id = 1")  # noqa: S608 - constant
_SAVE = Query(
    "UPDATE menu_progress SET shown = :shown, walking = :walking, walked = :walked, "
    "changes = :changes, change_id = :change_id, looked_at = :looked_at, "
    "default_menu = :default_menu WHERE id = 1"
)
#: Where another was decided meanwhile, LINE is told that one again.
_PUBLISHED = Query(
    "UPDATE menu_progress SET default_menu = CASE WHEN coalesce(default_menu, :menu) = :menu "
    "THEN :menu ELSE NULL END WHERE id = 1"
)
_CHECKED = Query("UPDATE menu_progress SET checked_at = :now WHERE id = 1")
_POSTGRES_END = (
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, 9223372036854775807"
)
_SQLITE_END = "SELECT 0, coalesce(max(id), 0) FROM friend_changes"
#: Only of transactions that no older one can still add to; then their order is final.
_POSTGRES_CHANGES = Query(
    "SELECT transaction_id, id, friend_id, person_id FROM friend_changes "
    "WHERE transaction_id >= :changes AND (transaction_id > :changes OR id > :change_id) "
    "AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint "
    "ORDER BY transaction_id, id LIMIT :limit"
)
_SQLITE_CHANGES = Query(
    "SELECT :changes, id, friend_id, person_id FROM friend_changes "
    "WHERE id > :change_id ORDER BY id LIMIT :limit"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The row."""

    #: The fingerprint of what everybody was gone through for.
    shown: str = ""
    #: Of what they are being gone through for; None: nothing.
    walking: str | None = None
    #: The last friend gone through.
    walked: int = START
    #: The last change read, and its transaction; None: reading begins now.
    changes: int | None = None
    change_id: int = 0
    #: By the machine's clock: whoever looks away too long has missed changes.
    looked_at: datetime
    #: What LINE was told to show to everybody else; None: nothing yet.
    default_menu: str | None = None
    checked_at: datetime | None = None

    def has_missed_changes(self, now: datetime) -> bool:
        """Whether changes may have been pruned unread."""
        return self.changes is None or now - self.looked_at > KEPT / 2


async def lock(connection: AsyncConnection, *, looked_at: datetime, now: datetime) -> Progress:
    """Return the row, locked until the end of the transaction; it is made if need be.

    Args:
        connection: inside a transaction.
        looked_at: the present by the machine's clock, for a new row.
        now: the present; the first check comes the night after.
    """
    rows = await _LOCK.rows(connection)
    if not rows:
        first = {"id": 1, "shown": "", "walked": START, "change_id": 0}
        first |= {"looked_at": looked_at, "checked_at": now}
        await batch.insert(connection, menu_progress, [first], or_ignore=True)
        rows = await _LOCK.rows(connection)
    return _progress(rows[0])


async def read(connection: AsyncConnection) -> Progress | None:
    """Return the row as it is; None: nobody has begun."""
    rows = await _READ.rows(connection)
    return _progress(rows[0]) if rows else None


async def save(connection: AsyncConnection, progress: Progress) -> None:
    """Write the locked row."""
    names = ("shown", "walking", "walked", "changes", "change_id", "looked_at", "default_menu")
    await _SAVE.count(connection, **{name: getattr(progress, name) for name in names})


async def note_default(connection: AsyncConnection, menu: str | None) -> None:
    """Note that publishing made a menu LINE's default; None: nobody knows which it is now."""
    await _PUBLISHED.count(connection, menu=menu)


async def note_check(connection: AsyncConnection, *, now: datetime) -> None:
    """Note that a sample was compared with LINE."""
    await _CHECKED.count(connection, now=now)


async def end_of_changes(connection: AsyncConnection) -> tuple[int, int]:
    """Return where a reader begins who has read everything that is."""
    query = _POSTGRES_END if is_postgres(connection) else _SQLITE_END
    row: Sequence[Any] = (await connection.exec_driver_sql(query)).one()
    return int(row[0]), int(row[1])


async def changes_after(
    connection: AsyncConnection, progress: Progress, *, limit: int
) -> Sequence[tuple[int, int, int | None, int | None]]:
    """Return the next changes in order: transaction, id, friend, person."""
    query = _POSTGRES_CHANGES if is_postgres(connection) else _SQLITE_CHANGES
    rows = await query.rows(
        connection, changes=progress.changes, change_id=progress.change_id, limit=limit
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _progress(row: Sequence[Any]) -> Progress:
    return Progress(
        shown=row[0],
        walking=row[1],
        walked=row[2],
        changes=row[3],
        change_id=row[4],
        looked_at=from_ms(row[5]),
        default_menu=row[6],
        checked_at=None if row[7] is None else from_ms(row[7]),
    )
