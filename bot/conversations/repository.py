"""How conversations, their changes and what was said are written, and read one at a time.

A staff member's use case first locks the lane of the friend: a worker that handles the friend's
events holds the same lock, so neither overtakes the other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.model import Conversation, State
from bot.inbox.model import decode
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables import conversations as tables
from bot.store.types import from_ms
from bot.store.unit import Change, Shelf

_COLUMNS: Final = (
    "friend_id, state, staff_id, shop_key, opened_at, waiting_since, answered_at, closed_at, "
    "snoozed_until, last_at, last_id, heard_id, seen_id, spare_event_id, away_at, misses, version"
)
_LOAD = Query(
    f"SELECT {_COLUMNS} FROM conversations WHERE friend_id = ANY(:friend_ids::bigint[])"  # noqa: S608 - our own names
)
_LOCK = Query(
    "SELECT l.key FROM lanes l JOIN friends f ON f.user_id = l.key WHERE f.id = :friend_id "
    "FOR UPDATE OF l"
)
_USER_ID = Query("SELECT user_id, person_id, state FROM friends WHERE id = :friend_id")
_LAST = Query("SELECT max(id) FROM talk_messages WHERE friend_id = :friend_id")
_SPARE = Query("SELECT payload, reply_until FROM events WHERE id = :event_id")
_UNSEND = Query(
    "UPDATE talk_messages SET text = NULL, body = NULL, state = 'unsent' WHERE id IN "
    "(SELECT id FROM events WHERE message_id = :message_id AND kind = 'message')"
)
_UNSEND_SEARCH = Query(
    "DELETE FROM talk_search WHERE id IN "
    "(SELECT id FROM events WHERE message_id = :message_id AND kind = 'message')"
)
_UNSEND_FILE = Query(
    "UPDATE talk_files SET state = 'unsent', name = NULL WHERE message_id IN "
    "(SELECT id FROM events WHERE message_id = :message_id AND kind = 'message')"
)


async def _load(
    connection: AsyncConnection, friend_ids: Sequence[int]
) -> Mapping[int, Conversation]:
    rows = await _LOAD.rows(connection, friend_ids=list(friend_ids))
    return {row[0]: conversation(row) for row in rows}


def conversation(row: Sequence[Any]) -> Conversation:
    """Return the conversation of a row of its columns."""
    return Conversation(
        friend_id=row[0],
        state=State(row[1]),
        staff_id=row[2],
        shop_key=row[3],
        opened_at=_instant(row[4]),
        waiting_since=_instant(row[5]),
        answered_at=_instant(row[6]),
        closed_at=_instant(row[7]),
        snoozed_until=_instant(row[8]),
        last_at=from_ms(row[9]),
        last_id=row[10],
        heard_id=row[11],
        seen_id=row[12],
        spare_event_id=row[13],
        away_at=_instant(row[14]),
        misses=row[15],
        version=row[16],
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_ms(value)


async def _save(connection: AsyncConnection, changes: Sequence[Change[Conversation]]) -> None:
    new = [_row(c.after, version=1) for c in changes if c.before is None]
    await batch.insert(connection, tables.conversations, new)
    known = [_row(c.after, version=c.before.version + 1) for c in changes if c.before is not None]
    await batch.update(connection, tables.conversations, ["friend_id"], known)


def _row(conversation: Conversation, *, version: int) -> dict[str, Any]:
    names = _COLUMNS.replace(" ", "").split(",")
    row = {name: getattr(conversation, name) for name in names}
    return row | {
        "state": conversation.state.value,
        "queue_key": conversation.queue_key,
        "touched": arrival.number(),
        "version": version,
    }


async def lock(connection: AsyncConnection, friend_id: int) -> None:
    """Wait until nobody else handles this friend, and keep others waiting till the commit."""
    await _LOCK.rows(connection, friend_id=friend_id)


async def friend_of(connection: AsyncConnection, friend_id: int) -> tuple[str, int, str] | None:
    """Return a friend's LINE user id, person and friendship; None: there is no such friend."""
    rows = await _USER_ID.rows(connection, friend_id=friend_id)
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


async def last_message(connection: AsyncConnection, friend_id: int) -> int:
    """Return the id of a friend's newest message, either way; 0: there is none."""
    return int((await _LAST.rows(connection, friend_id=friend_id))[0][0] or 0)


async def spare_token(
    connection: AsyncConnection, event_id: int | None
) -> tuple[str, datetime] | None:
    """Return the reply token of an event that nobody has used, and until when it works.

    A redelivery of the event renews it; an event taken back takes its token along.
    """
    if event_id is None:
        return None
    rows = await _SPARE.rows(connection, event_id=event_id)
    if not rows or rows[0][0] is None or rows[0][1] is None:
        return None
    token = decode(bytes(rows[0][0])).get("replyToken")
    return (token, from_ms(rows[0][1])) if isinstance(token, str) else None


async def unsend(connection: AsyncConnection, message_id: str) -> None:
    """Mask a message its sender took back, here and in the search, and give up its file."""
    await _UNSEND.count(connection, message_id=message_id)
    await _UNSEND_SEARCH.count(connection, message_id=message_id)
    await _UNSEND_FILE.count(connection, message_id=message_id)


#: Conversations by friend id.
CONVERSATIONS: Shelf[int, Conversation] = Shelf("conversations", _load, _save)
