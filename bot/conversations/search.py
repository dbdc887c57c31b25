"""Finding what was said, by any two characters or more.

    words -> what the index has not reached, read as it is + the index of pairs, newest days first

The index follows the messages (``indexing.py``) and is never waited for. What is common is found
in the newest days; what is rare has few rows in all of them. On SQLite, which serves small shops,
all messages are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.grams import period, placed
from bot.conversations.indexing import position
from bot.staff.model import Scope
from bot.store.batch import is_postgres
from bot.store.pairs import asked, folded, folded_in_sql, like
from bot.store.types import from_ms

PAGE: Final = 50
SHORTEST: Final = 2
_LONGEST: Final = 100
_LARGEST: Final = 2**63 - 1

_COLUMNS: Final = "m.id, m.friend_id, m.author, m.kind, m.text, m.at"
#: What the bot says is the same for everybody: nobody looks for it.
_SPOKEN: Final = "m.author <> 'bot' AND m.text IS NOT NULL"
_POSTGRES_LIKE: Final = f"{folded_in_sql('m.text')} LIKE :pattern ESCAPE '!'"
_UNKNOWN: Final = "m.id > :known AND NOT EXISTS (SELECT 1 FROM talk_search s WHERE s.id = m.id)"
_ENDS: Final = "SELECT min(id), max(id) FROM talk_search WHERE id < :below"
#: Each key are the numbers of the words in some days. What the OFFSETs hold together, the planner
#: would turn into a walk over all messages; "+ 0" keeps it from the primary key likewise.
_INDEXED: Final = (
    f"SELECT {_COLUMNS.replace('m.', 'hit.')} FROM (SELECT s.id "  # noqa: S608 - our own words
    "FROM unnest(CAST(:keys AS text[])) k(key) CROSS JOIN LATERAL (SELECT id FROM talk_search "
    "WHERE grams @> CAST(k.key AS int[]) AND id + 0 < :below OFFSET 0) s "
    "ORDER BY s.id DESC OFFSET 0) found CROSS JOIN LATERAL ("
    f"SELECT {_COLUMNS} FROM talk_messages m WHERE m.id = found.id AND {{}} OFFSET 0) hit "
    "ORDER BY found.id DESC LIMIT :limit"
)
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
    values: dict[str, Any] = {"pattern": like(wanted), "limit": limit}
    where = [_SPOKEN, _POSTGRES_LIKE if is_postgres(connection) else _SQLITE_LIKE]
    if not is_postgres(connection):
        values["raw"] = like(words.strip()[:_LONGEST])
    if scope.shops is not None:
        where.append(
            "EXISTS (SELECT 1 FROM conversations c WHERE c.friend_id = m.friend_id "
            "AND c.shop_key IN :shops)"
        )
        values["shops"] = sorted(scope.shops)
    if friend_id is not None:
        where.append("m.friend_id = :friend_id")
        values["friend_id"] = friend_id
    newest = _LARGEST if before is None else before
    if friend_id is not None or not is_postgres(connection):
        return await _read(connection, where, values, below=newest)
    known = await position(connection)
    tail = await _read(connection, [*where, _UNKNOWN], {**values, "known": known}, below=newest)
    indexed = await _indexed(connection, asked(wanted), where, values, below=newest)
    found = {hit.message_id: hit for hit in (*tail, *indexed)}
    return [found[number] for number in sorted(found, reverse=True)[:limit]]


async def _read(
    connection: AsyncConnection, where: Sequence[str], values: dict[str, Any], *, below: int
) -> list[Hit]:
    sql = (
        f"SELECT {_COLUMNS} FROM talk_messages m WHERE m.id < :below "  # noqa: S608 - our own words
        f"AND {' AND '.join(where)} ORDER BY m.id DESC LIMIT :limit"
    )
    return await _hits(connection, sql, {**values, "below": below})


async def _indexed(
    connection: AsyncConnection,
    numbers: Sequence[int],
    where: Sequence[str],
    values: dict[str, Any],
    *,
    below: int,
) -> list[Hit]:
    """Ask the index for the newest days first, then for ever more, until there is enough."""
    ends = (await connection.execute(text(_ENDS), {"below": below})).one()
    if ends[0] is None:
        return []
    last, newest, days = period(ends[0]), period(ends[1]), 1
    found: list[Hit] = []
    while newest >= last and len(found) < values["limit"]:
        asked_now = range(newest, max(last, newest - days + 1) - 1, -1)
        keys = ["{" + ",".join(map(str, placed(numbers, one))) + "}" for one in asked_now]
        rest = {**values, "limit": values["limit"] - len(found), "keys": keys, "below": below}
        found += await _hits(connection, _INDEXED.format(" AND ".join(where)), rest)
        newest, days = newest - days, days * 4
    return found


async def _hits(connection: AsyncConnection, sql: str, values: dict[str, Any]) -> list[Hit]:
    query = text(sql)
    if "shops" in values:
        query = query.bindparams(bindparam("shops", expanding=True))
    rows = await connection.execute(query, values)
    return [Hit(row[0], row[1], row[2], row[3], row[4], from_ms(row[5])) for row in rows]
