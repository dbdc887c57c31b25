"""Counting wrong PINs and codes: after a few of them nothing is tried for a while.

An attempt is counted before it is looked at, under the lock of its row: a thousand at once get as
many tries as one after the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch
from bot.store.batch import Query

#: So long nothing is tried, and so long misses count.
REST: Final = timedelta(minutes=15)

_COUNT: Final = Query(
    "INSERT INTO code_misses (key, misses, first_at) VALUES (:key, 1, :now) "
    "ON CONFLICT (key) DO UPDATE SET "
    "misses = CASE WHEN code_misses.first_at <= :past THEN 1 ELSE code_misses.misses + 1 END, "
    "locked_until = CASE WHEN code_misses.first_at <= :past THEN NULL "
    "ELSE code_misses.locked_until END, "
    "first_at = CASE WHEN code_misses.first_at <= :past THEN :now ELSE code_misses.first_at END "
    "RETURNING misses, locked_until"
)
_LOCK: Final = Query(
    "UPDATE code_misses SET locked_until = :until, first_at = :now WHERE key = :key"
)
_CLOSED: Final = Query(
    "SELECT locked_until FROM code_misses WHERE key = :key AND locked_until > :now"
)
_FORGET: Final = Query("DELETE FROM code_misses WHERE key = :key")
_PRUNE: Final = Query("DELETE FROM code_misses WHERE first_at <= :past")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whether something may be tried."""

    #: Until when nothing is tried; None: go on.
    locked_until: datetime | None
    #: Tries that are left after this one.
    left: int


async def attempt(connection: AsyncConnection, key: str, *, most: int, now: datetime) -> Attempt:
    """Count a try; ``forget`` takes the count back when it succeeds."""
    rows = await _COUNT.rows(connection, key=key, now=now, past=now - REST)
    misses, locked_until = rows[0]
    if locked_until is not None:
        return Attempt(batch.instant(locked_until), 0)
    if misses > most:
        await _LOCK.count(connection, key=key, until=now + REST, now=now)
        return Attempt(now + REST, 0)
    return Attempt(None, most - misses)


async def closed_until(connection: AsyncConnection, key: str, *, now: datetime) -> datetime | None:
    """Return until when nothing is tried; None: go on."""
    rows = await _CLOSED.rows(connection, key=key, now=now)
    return batch.instant(rows[0][0]) if rows else None


async def close(connection: AsyncConnection, key: str, *, now: datetime) -> datetime:
    """Try nothing more for a while; return until when."""
    await _LOCK.count(connection, key=key, until=now + REST, now=now)
    return now + REST


async def forget(connection: AsyncConnection, key: str) -> None:
    """Count from nothing again."""
    await _FORGET.count(connection, key=key)


async def prune(connection: AsyncConnection, *, now: datetime) -> None:
    """Drop what no longer counts."""
    await _PRUNE.count(connection, past=now - REST)
