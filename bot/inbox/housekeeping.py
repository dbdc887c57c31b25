"""Erasing what the inbox kept long enough, a piece at a time so that nobody waits for it."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query

PIECE: Final = 5_000

_OLD = "SELECT id FROM events e WHERE received_at < :before AND {more} NOT EXISTS ("
_STILL_OPEN = "SELECT 1 FROM inbox i WHERE i.event_id = e.id) LIMIT :piece"
_ERASE_CONTENT = Query(
    "UPDATE events SET payload = NULL WHERE id IN ("  # noqa: S608 - no values in it
    + _OLD.format(more="payload IS NOT NULL AND")
    + _STILL_OPEN
    + ")"
)
_DELETE_ROWS = Query(
    "DELETE FROM events WHERE id IN (" + _OLD.format(more="") + _STILL_OPEN + ")"  # noqa: S608
)
#: A lane of one event goes once its event has come and gone; the lane is stored a moment earlier.
_DELETE_LANES = Query(
    "DELETE FROM lanes WHERE key LIKE 'event:%' AND key NOT IN (SELECT lane FROM inbox) "
    "AND EXISTS (SELECT 1 FROM events e WHERE e.webhook_event_id = substr(lanes.key, 7))"
)
_DELETE_REJECTED = Query("DELETE FROM rejected WHERE received_at < :before")
_DELETE_DEAD = Query(
    "DELETE FROM dead_letters WHERE died_at < :before "
    "AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = dead_letters.event_id)"
)


async def erase(connection: AsyncConnection, *, content: datetime, rows: datetime) -> None:
    """Erase the content of handled events older than ``content`` and rows older than ``rows``."""
    await _ERASE_CONTENT.count(connection, before=content, piece=PIECE)
    await _DELETE_ROWS.count(connection, before=rows, piece=PIECE)
    await _DELETE_LANES.count(connection)
    await _DELETE_REJECTED.count(connection, before=content)
    await _DELETE_DEAD.count(connection, before=rows)
