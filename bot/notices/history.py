"""What was told to whom, and what came of it: for whoever was told, and for admins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.notices.model import Kind, State, Way
from bot.store.batch import Query, instant

_COLUMNS: Final = (
    "SELECT n.id, n.staff_id, s.name, e.kind, n.way, n.state, n.attempts, n.due_at, n.error, "
    "n.created_at, n.settled_at, e.friend_id FROM staff_notices n "
    "JOIN staff_events e ON e.id = n.event_id LEFT JOIN staff s ON s.id = n.staff_id "
)
_OF: Final = Query(
    _COLUMNS + "WHERE n.staff_id = :staff_id AND n.id < :before ORDER BY n.id DESC LIMIT :limit"
)
_ALL: Final = Query(
    _COLUMNS + "WHERE n.id < :before AND (:state::text = '' OR n.state = :state::text) "
    "ORDER BY n.id DESC LIMIT :limit"
)
_TEST: Final = Query(_COLUMNS + "WHERE n.staff_id = :staff_id AND n.event_id = :event_id")
_FAILING: Final = Query(
    "SELECT count(*) FROM staff_notices WHERE state = 'failed' AND settled_at > :since"
)
#: What is sent again starts anew, for whoever could not be reached.
_AGAIN: Final = Query(
    "UPDATE staff_notices SET state = 'waiting', attempts = 0, due_at = :now, error = NULL, "
    "settled_at = NULL, outbox_id = NULL WHERE id = :id AND state = 'failed'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice and where it stands."""

    notice_id: int
    staff_id: int
    staff_name: str | None
    kind: Kind
    way: Way
    state: State
    attempts: int
    due_at: datetime
    error: str | None
    created_at: datetime
    settled_at: datetime | None
    friend_id: int | None


async def newest(
    connection: AsyncConnection, *, staff_id: int, before: int = 1 << 62, limit: int
) -> Sequence[Told]:
    """Return what somebody was told last."""
    rows = await _OF.rows(connection, staff_id=staff_id, before=before, limit=limit)
    return [_told(row) for row in rows]


async def of_all(
    connection: AsyncConnection, *, state: State | None, before: int = 1 << 62, limit: int
) -> Sequence[Told]:
    """Return what all were told last; only what stands in a state, if one is named."""
    said = "" if state is None else state.value
    rows = await _ALL.rows(connection, state=said, before=before, limit=limit)
    return [_told(row) for row in rows]


async def of_event(connection: AsyncConnection, event_id: int, *, staff_id: int) -> Sequence[Told]:
    """Return the notices to one of one event."""
    rows = await _TEST.rows(connection, event_id=event_id, staff_id=staff_id)
    return [_told(row) for row in rows]


async def count_failed(connection: AsyncConnection, *, since: datetime) -> int:
    """Return how many were given up since."""
    return int((await _FAILING.rows(connection, since=since))[0][0])


async def send_again(connection: AsyncConnection, notice_id: int, *, now: datetime) -> bool:
    """Try a notice anew that was given up; False: it was not."""
    return bool(await _AGAIN.count(connection, id=notice_id, now=now))


def _told(row: Any) -> Told:
    return Told(
        notice_id=row[0],
        staff_id=row[1],
        staff_name=row[2],
        kind=Kind(row[3]),
        way=Way(row[4]),
        state=State(row[5]),
        attempts=row[6],
        due_at=instant(row[7]),
        error=row[8],
        created_at=instant(row[9]),
        settled_at=None if row[10] is None else instant(row[10]),
        friend_id=row[11],
    )
