"""Notices to staff: what concerns them, how each wants to hear of it, and what was told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

_UNTOLD = text("NOT told")
_WAITING = text("state = 'waiting'")
_HANDED = text("state = 'handed'")

#: Written in the transaction of what happened; who hears of it is decided when it is told.
staff_events = Table(
    "staff_events",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # of notices.model.Kind
    Column("key", Text, nullable=False, unique=True),  # what must be told once, whoever finds it
    Column("friend_id", BigInteger),  # whose talk
    Column("shop_key", Text),  # of the talk
    Column("staff_id", BigInteger),  # whom it concerns; none: everybody whose kind of thing it is
    Column("by_staff_id", BigInteger),  # who did it, and need not be told
    Column("ref", BigInteger, nullable=False),  # the newest thing it is about; 0: none
    Column("body", Json, nullable=False),  # what its words need
    Column("at", Instant, nullable=False),
    Column("told", Boolean, nullable=False),
    Index("ix_staff_events_untold", "id", postgresql_where=_UNTOLD, sqlite_where=_UNTOLD),
    Index("ix_staff_events_kind", "kind", "id"),
)

staff_notices = Table(
    "staff_notices",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", BigInteger, nullable=False),
    Column("staff_id", BigInteger, nullable=False),
    Column("way", Text, nullable=False),  # browser | mail | line
    Column("target", BigInteger, nullable=False),  # the device of a browser; 0: there is one only
    Column("state", Text, nullable=False),  # of notices.model.State
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("outbox_id", BigInteger),  # of the call to LINE that carries it
    Column("error", Text),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    UniqueConstraint("event_id", "staff_id", "way", "target"),
    Index("ix_staff_notices_due_at", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
    Index("ix_staff_notices_outbox_id", "outbox_id", postgresql_where=_HANDED,
          sqlite_where=_HANDED),
    Index("ix_staff_notices_staff_id", "staff_id", "way", "id"),
    Index("ix_staff_notices_settled_at", "settled_at"),
)  # fmt: skip

#: How somebody wants to hear; without a row, as it is by default.
staff_notice_choices = Table(
    "staff_notice_choices",
    metadata,
    Column("staff_id", BigInteger, primary_key=True, autoincrement=False),
    Column("ways", Json, nullable=False),  # {kind: [way, …]}
    Column("mail", Text),  # proved by a code that was sent there
    Column("quiet_from", Integer, nullable=False),  # minutes from midnight in Tokyo
    Column("quiet_to", Integer, nullable=False),  # equal to the above: no quiet hours
    Column("gather_minutes", Integer, nullable=False),  # at most one mail in so many
    Column("unseen_minutes", Integer, nullable=False),
    Column("shows_text", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

staff_devices = Table(
    "staff_devices",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("staff_id", BigInteger, nullable=False),
    Column("endpoint", Text, nullable=False, unique=True),  # of the browser's push service
    Column("public_key", Text, nullable=False),  # p256dh, base64url
    Column("auth", Text, nullable=False),  # base64url
    Column("agent", Text, nullable=False),  # what the browser says it is
    Column("added_at", Instant, nullable=False),
    Index("ix_staff_devices_staff_id", "staff_id"),
)

#: The LINE of somebody of the staff, who is a friend of the account like others.
staff_lines = Table(
    "staff_lines",
    metadata,
    Column("staff_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Text, nullable=False, unique=True),
    Column("linked_at", Instant, nullable=False),
)

staff_line_codes = Table(
    "staff_line_codes",
    metadata,
    Column("staff_id", BigInteger, primary_key=True, autoincrement=False),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
)
