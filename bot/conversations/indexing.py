"""The index of what was said: it follows the messages, apart from the path they take.

    scheduler -> messages not in the index -> pairs of characters -> talk_search (PostgreSQL)

A message's row can appear with a number below the newest: its event may have waited. So a mark
goes no further than where nothing is open, and above it every message is looked for in the index.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversations.grams import period, placed
from bot.inbox.repository import open_floor
from bot.store.batch import Query, is_postgres
from bot.store.pairs import grams

#: Messages in one statement, and statements in one look.
PIECE: Final = 2_000
ROUNDS: Final = 50

_MARK: Final = "search"

_POSITION: Final = Query('SELECT "position" FROM talk_marks WHERE name = :name')
_KEEP: Final = Query(
    'INSERT INTO talk_marks (name, "position") VALUES (:name, :position) '
    'ON CONFLICT (name) DO UPDATE SET "position" = excluded."position"'
)
_MISSING: Final = Query(
    "SELECT m.id, m.text FROM talk_messages m WHERE m.id > :above AND m.author <> 'bot' "
    "AND m.text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM talk_search s WHERE s.id = m.id) "
    "ORDER BY m.id LIMIT :limit"
)
#: Numbers of one row are joined by commas: a driver takes no lists of lists of unlike lengths.
_INSERT: Final = Query(
    "INSERT INTO talk_search (id, grams) SELECT u.id, string_to_array(u.grams, ',')::int[] "
    "FROM unnest(:ids::bigint[], :grams::text[]) u(id, grams) ON CONFLICT DO NOTHING"
)


async def position(connection: AsyncConnection) -> int:
    """Return the id up to which the index knows every message."""
    rows = await _POSITION.rows(connection, name=_MARK)
    return int(rows[0][0]) if rows else 0


class SearchIndex:
    """Keeps the index close behind the messages."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def follow(self, now: datetime) -> int:
        """Index what is new; return how many messages that were."""
        del now  # the numbers of messages tell the time
        count = 0
        for _ in range(ROUNDS):
            async with self._engine.begin() as connection:
                if not is_postgres(connection):
                    return 0
                found = await self._piece(connection)
            count += found
            if found < PIECE:
                break
        return count

    async def _piece(self, connection: AsyncConnection) -> int:
        safe = await open_floor(connection)
        above = await position(connection)
        rows = await _MISSING.rows(connection, above=above, limit=PIECE)
        if rows:
            await _INSERT.count(
                connection,
                ids=[row[0] for row in rows],
                grams=[_numbers(*row) for row in rows],
            )
        reached = min(safe, rows[-1][0]) if len(rows) == PIECE else safe
        if reached > above:
            await _KEEP.count(connection, name=_MARK, position=reached)
        return len(rows)


def _numbers(message_id: int, words: str) -> str:
    return ",".join(map(str, placed(grams(words), period(message_id))))
