"""Finding what was said, by any two characters or more.

    words -> the newest messages, read as they are -> the older ones, by the index of pairs

The index follows the messages (``indexing.py``) and is never waited for: what it has not reached
is read. What is common is found among the newest in no time; what is rare, the index finds. On
SQLite, which serves small shops, all messages are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.grams import folded, grams
from bot.conversations.indexing import position
from bot.staff.model import Scope
from bot.store.batch import is_postgres
from bot.store.types import from_ms

PAGE: Final = 50
#: How many of the newest messages are read before the index is asked.
TAIL: Final = 3_000
SHORTEST: Final = 2
_LONGEST: Final = 100
_LARGEST: Final = 2**63 - 1

_COLUMNS: Final = "m.id, m.friend_id, m.author, m.kind, m.text, m.at"
#: What the bot says is the same for everybody: nobody looks for it.
_SPOKEN: Final = "m.author <> 'bot' AND m.text IS NOT NULL"
_POSTGRES_LIKE: Final = "lower(normalize(m.text, NFKC)) LIKE :pattern ESCAPE '!'"
_SQLITE_LIKE: Final = "(m.text LIKE :pattern ESCAPE '!' OR m.text LIKE :raw ESCAPE '!')"


@dataclass(frozen=True, slots=True)
class Hit:
    """A message in which the words were found."""

    message_id: int
    friend_id: int
    author: str
    kind: str
    text: str
    at: datetime


async def search_messages(
    connection: AsyncConnection,
    words: str,
    *,
    scope: Scope,
    friend_id: int | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Hit]:
    """Find messages, the newest first.

    Args:
        connection: reads only.
        words: two characters at least; fewer find nothing.
        scope: whose talks the reader may see.
        friend_id: within one talk.
        before: the id of the last hit of the page before.
        limit: hits at most.
    """
    wanted = folded(words.strip())[:_LONGEST]
    if len(wanted) < SHORTEST:
        return []
    values: dict[str, Any] = {"pattern": _pattern(wanted), "limit": limit}
    where = [_SPOKEN, _POSTGRES_LIKE if is_postgres(connection) else _SQLITE_LIKE]
    if not is_postgres(connection):
        values["raw"] = _pattern(words.strip()[:_LONGEST])
    if scope.shops is not None:
        where.append(
            "m.friend_id IN (SELECT c.friend_id FROM conversations c WHERE c.shop_key IN :shops)"
        )
        values["shops"] = sorted(scope.shops)
    if friend_id is not None:
        where.append("m.friend_id = :friend_id")
        values["friend_id"] = friend_id
    newest = _LARGEST if before is None else before
    if friend_id is not None or not is_postgres(connection):
        return await _read(connection, where, values, above=0, below=newest)
    floor = await _floor(connection)
    found = await _read(connection, where, values, above=floor, below=newest)
    if len(found) == limit:
        return found
    rest = {**values, "limit": limit - len(found)}
    return found + await _indexed(connection, wanted, where, rest, below=min(floor + 1, newest))


async def _floor(connection: AsyncConnection) -> int:
    """Return the id below which the index knows everything and the tail is not read."""
    sql = "SELECT id FROM talk_messages ORDER BY id DESC OFFSET :tail LIMIT 1"
    oldest = await connection.scalar(text(sql), {"tail": TAIL})
    return 0 if oldest is None else min(int(oldest), await position(connection))


async def _read(
    connection: AsyncConnection,
    where: Sequence[str],
    values: dict[str, Any],
    *,
    above: int,
    below: int,
) -> list[Hit]:
    sql = (
        f"SELECT {_COLUMNS} FROM talk_messages m WHERE m.id > :above AND m.id < :below "  # noqa: S608 - our own words
        f"AND {' AND '.join(where)} ORDER BY m.id DESC LIMIT :limit"
    )
    return await _hits(connection, sql, {**values, "above": above, "below": below})


async def _indexed(
    connection: AsyncConnection,
    wanted: str,
    where: Sequence[str],
    values: dict[str, Any],
    *,
    below: int,
) -> list[Hit]:
    # OFFSET 0 keeps the planner from walking the messages themselves when pairs are common.
    sql = (
        f"SELECT {_COLUMNS} FROM (SELECT id FROM talk_search WHERE grams @> CAST(:grams AS int[]) "  # noqa: S608 - our own words
        "AND id < :below OFFSET 0) s JOIN talk_messages m ON m.id = s.id "
        f"WHERE {' AND '.join(where)} ORDER BY m.id DESC LIMIT :limit"
    )
    return await _hits(connection, sql, {**values, "grams": grams(wanted), "below": below})


async def _hits(connection: AsyncConnection, sql: str, values: dict[str, Any]) -> list[Hit]:
    query = text(sql)
    if "shops" in values:
        query = query.bindparams(bindparam("shops", expanding=True))
    rows = await connection.execute(query, values)
    return [Hit(row[0], row[1], row[2], row[3], row[4], from_ms(row[5])) for row in rows]


def _pattern(words: str) -> str:
    for special in "!%_":
        words = words.replace(special, "!" + special)
    return f"%{words}%"
