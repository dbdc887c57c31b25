"""A talk as a screen shows it: what was said, what became of it, and what staff did in between.

    talk_messages + outbox + ledger + files -> bubbles, newest first, a page at a time

The state of what we said comes from the outbox; once that has forgotten the call, from the row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.model import BOT, FRIEND
from bot.conversations.quoting import QUOTABLE, point_back, quotable
from bot.conversations.recording import Body, parts_of
from bot.store.batch import Query
from bot.store.types import from_ms

PAGE: Final = 50
_LARGEST: Final = 2**63 - 1

_PAGE: Final = Query(
    "SELECT m.id, m.author, m.kind, m.text, m.body, m.at, m.state, m.error, "
    "o.state, o.via, o.error, o.packed_into, o.expires_at, l.count, "
    "f.state, f.key, f.thumbnail_key, f.content_type, f.size, f.width, f.height, f.name, "
    "a.push_at "
    "FROM talk_messages m LEFT JOIN outbox o ON o.id = m.id AND m.author <> 'friend' "
    "LEFT JOIN ledger l ON l.outbox_id = m.id AND l.voided_at IS NULL "
    "LEFT JOIN talk_files f ON f.message_id = m.id "
    "LEFT JOIN staff_answers a ON a.outbox_id = m.id AND m.author <> 'friend' "
    "WHERE m.friend_id = :friend_id AND m.id < :before AND m.id > :after "
    "ORDER BY m.id DESC LIMIT :limit"
)
_CARRIERS: Final = Query(
    "SELECT o.id, o.state, o.via, o.error, o.packed_into, o.expires_at, l.count FROM outbox o "
    "LEFT JOIN ledger l ON l.outbox_id = o.id AND l.voided_at IS NULL "
    "WHERE o.id = ANY(:ids::bigint[])"
)
_CHANGES: Final = Query(
    "SELECT id, change, state, staff_id, shop_key, by_whom, reason, at FROM conversation_changes "
    "WHERE friend_id = :friend_id AND id < :before AND id > :after ORDER BY id DESC LIMIT :limit"
)


class Delivery(StrEnum):
    """What became of something we said, in the words of screens."""

    SENDING = "sending"  # 送信中
    SENT = "sent"  # 送信済み
    FAILED = "failed"  # 失敗（理由）
    UNCERTAIN = "uncertain"  # 要確認
    HELD = "held"  # 次の発言時
    EXPIRED = "expired"


_DELIVERIES: Final[Mapping[str, Delivery]] = {
    "waiting": Delivery.SENDING,
    "sending": Delivery.SENDING,
    "parked": Delivery.SENDING,
    "held": Delivery.HELD,
    "sent": Delivery.SENT,
    "packed": Delivery.SENDING,
    "uncertain": Delivery.UNCERTAIN,
    "failed": Delivery.FAILED,
    "expired": Delivery.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class TalkFile:
    """The file of a message, as far as it is here."""

    state: str
    key: str | None
    thumbnail_key: str | None
    content_type: str | None
    size: int | None
    width: int | None
    height: int | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkMessage:
    """One thing that was said or done, or a note."""

    message_id: int
    #: friend, bot, or a staff member's id.
    author: str
    kind: str
    text: str | None
    #: The bubbles, each with ``kind`` and ``text``, and what else it takes to show it.
    parts: Sequence[Body] = field(default_factory=tuple)
    at: datetime
    is_unsent: bool = False
    is_quotable: bool = False
    #: None: not something we said.
    delivery: Delivery | None = None
    error: str | None = None
    #: Whether LINE bills it; None: not known yet, or not something we said.
    is_billed: bool | None = None
    #: Of what waits for the friend: until when.
    held_until: datetime | None = None
    #: Of what waits for the friend: when it leaves paid after all.
    pays_at: datetime | None = None
    file: TalkFile | None = None

    @property
    def staff_id(self) -> int | None:
        """Who of the staff said it."""
        return None if self.author in {FRIEND, BOT} else int(self.author)


@dataclass(frozen=True, slots=True)
class TalkChange:
    """What happened to the conversation, as a line between bubbles."""

    change_id: int
    change: str
    state: str
    staff_id: int | None
    shop_key: str | None
    by_whom: str
    reason: str
    at: datetime


async def messages_of(
    connection: AsyncConnection,
    friend_id: int,
    *,
    before: int | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> list[TalkMessage]:
    """Return a page of a talk, oldest first.

    Args:
        connection: reads only.
        friend_id: whose talk.
        before: the id of the oldest message shown so far; None: the newest page.
        after: leaves out what the screen has already.
        limit: messages at most.
    """
    rows = await _PAGE.rows(
        connection, friend_id=friend_id, before=before or _LARGEST, after=after, limit=limit
    )
    carriers = await _carriers(connection, {row[11] for row in rows if row[11] is not None})
    heard = [row[0] for row in rows if row[1] == FRIEND and row[2] in QUOTABLE]
    can_be = await quotable(connection, [row[0] for row in rows], heard)
    found = [_message(row, carriers, can_be) for row in reversed(rows)]
    await point_back(connection, friend_id, [part for m in found for part in m.parts])
    return found


async def changes_of(
    connection: AsyncConnection,
    friend_id: int,
    *,
    before: int | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> list[TalkChange]:
    """Return what happened to a conversation, oldest first; ids sort among those of messages."""
    rows = await _CHANGES.rows(
        connection, friend_id=friend_id, before=before or _LARGEST, after=after, limit=limit
    )
    return [_change(row) for row in reversed(rows)]


def _change(row: Sequence[Any]) -> TalkChange:
    change_id, change, state, staff_id, shop_key, by_whom, reason, at = row
    return TalkChange(change_id, change, state, staff_id, shop_key, by_whom, reason, from_ms(at))


async def _carriers(connection: AsyncConnection, ids: set[int]) -> dict[int, Any]:
    """Return the calls that packed ones left in, and those that these left in, by id."""
    found: dict[int, Any] = {}
    while ids:
        rows = await _CARRIERS.rows(connection, ids=list(ids))
        found.update({row[0]: row for row in rows})
        ids = {row[4] for row in rows if row[4] is not None} - found.keys()
    return found


def _message(
    row: Sequence[Any], carriers: Mapping[int, Any], can_be: Collection[int]
) -> TalkMessage:
    message = TalkMessage(
        message_id=row[0],
        author=row[1],
        kind=row[2],
        text=row[3],
        parts=parts_of(row[2], row[3], row[4]) if row[6] != "unsent" else (),
        at=from_ms(row[5]),
        is_unsent=row[6] == "unsent",
        is_quotable=row[0] in can_be and row[6] != "unsent",
        file=None if row[14] is None else TalkFile(*row[14:22]),
    )
    if message.author == FRIEND or message.kind == "note":
        return message
    state, via, error, packed_into, expires_at, count = row[8:14]
    while packed_into is not None and packed_into in carriers:
        _, state, via, error, packed_into, expires_at, count = carriers[packed_into]
    if state is None:  # the outbox has forgotten it; what went well is not written down
        state, error = row[6] or "sent", row[7]
        via = "push" if count else "reply"
    delivery = _DELIVERIES.get(state, Delivery.UNCERTAIN)
    return replace(
        message,
        delivery=delivery,
        error=error,
        is_billed=_is_billed(delivery, via, count),
        held_until=from_ms(expires_at) if delivery is Delivery.HELD and expires_at else None,
        pays_at=from_ms(row[22]) if delivery is Delivery.HELD and row[22] else None,
    )


def _is_billed(delivery: Delivery, via: str | None, count: int | None) -> bool | None:
    if count:
        return True
    if via == "push":
        return False  # LINE refused it, or the friend had blocked us: off the bill
    return None if delivery in {Delivery.SENDING, Delivery.HELD} else False
