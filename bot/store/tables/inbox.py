"""The inbox: what LINE sent, what of it is still open, and what could not be handled.

``events`` only grows and is erased by age; the small ``inbox`` points at its open rows and loses
one when it is handled, so that the queue stays as small as the work that waits.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text

from bot.store.tables.base import metadata
from bot.store.types import Instant, JsonBytes

_TURNS = text("kind IN ('follow', 'unfollow')")

events = Table(
    "events",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # arrival number
    Column("webhook_event_id", Text, nullable=False, unique=True),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message_id", Text),  # lets an unsend find every copy
    Column("occurred_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reply_until", Instant),  # renewed by a redelivery
    Column("payload", JsonBytes),  # None once erased
    Index("ix_events_message_id", "message_id", postgresql_where=text("message_id IS NOT NULL")),
    Index("ix_events_received_at", "received_at"),
    # Who blocked and came back when: of millions of events a few, found without their friend's.
    Index(
        "ix_events_turns",
        "lane",
        "occurred_at",
        postgresql_where=_TURNS,
        sqlite_where=_TURNS,
    ),
    # What is still to be erased: the search does not walk past all that was erased before.
    Index(
        "ix_events_content",
        "received_at",
        postgresql_where=text("payload IS NOT NULL"),
        sqlite_where=text("payload IS NOT NULL"),
    ),
)

inbox = Table(
    "inbox",
    metadata,
    # No foreign key: both rows are born in one statement, and the queue is the hot path.
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Index("ix_inbox_lane", "lane"),
)

lanes = Table(
    "lanes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("retry_at", Instant),  # an event of this lane failed: nothing of it is tried before
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("died_at", Instant, nullable=False),
)

rejected = Table(
    "rejected",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", JsonBytes, nullable=False),
)
