"""What other systems are told of later: a row for each thing that happened, in its transaction.

service -> row(...) -> domain_events -> whoever delivers them
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import arrival, batch
from bot.store.tables.points import domain_events


def row(kind: str, person_id: int, body: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """Make the row of one event, such as ``member.joined``; a unit takes it with ``add``."""
    return {
        "id": arrival.number(),
        "kind": kind,
        "person_id": person_id,
        "body": dict(body),
        "at": at,
    }


async def note(
    connection: AsyncConnection,
    kind: str,
    person_id: int,
    body: Mapping[str, Any],
    *,
    at: datetime,
) -> None:
    """Write an event at once, inside the savepoint of what it tells of."""
    await batch.insert(connection, domain_events, [row(kind, person_id, body, at=at)])
