"""Erasing what the outbox kept long enough; the ledger stays, for the bill can be asked about."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query

PIECE: Final = 5_000

_ERASE_CONTENT = Query(
    "UPDATE outbox SET body = NULL WHERE id IN (SELECT id FROM outbox "
    "WHERE settled_at < :before AND body IS NOT NULL LIMIT :piece)"
)
_DELETE_ROWS = Query(
    "DELETE FROM outbox WHERE id IN ("
    "SELECT id FROM outbox WHERE settled_at < :before LIMIT :piece)"
)


async def erase(connection: AsyncConnection, *, content: datetime, rows: datetime) -> None:
    """Erase the words of calls settled before ``content``, and rows settled before ``rows``."""
    await _ERASE_CONTENT.count(connection, before=content, piece=PIECE)
    await _DELETE_ROWS.count(connection, before=rows, piece=PIECE)
