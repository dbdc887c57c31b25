"""The outbox: every call that changes something on LINE, and the ledger of what LINE bills."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, text

from bot.store.tables.base import metadata
from bot.store.types import Instant, JsonBytes

_OPEN = text("state IN ('waiting', 'sending', 'parked')")
_HELD = text("state = 'held'")
_CONTENT = text("settled_at IS NOT NULL AND body IS NOT NULL")
_TROUBLE = text("state IN ('uncertain', 'failed', 'parked', 'expired') AND closed_at IS NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # arrival number: its order
    Column("lane", Text, nullable=False),  # the friend's user id: calls of a lane leave in order
    Column("kind", Text, nullable=False),  # of outbox.model.Kind
    Column("body", JsonBytes),  # messages, or the arguments of the call; None once erased
    Column("bubbles", Integer, nullable=False),
    Column("reply_token", Text),
    Column("reply_until", Instant),
    Column("pays", Boolean, nullable=False),  # may it become a push, which LINE bills
    Column("retry_key", Text, nullable=False),
    Column("why", Text, nullable=False),  # what caused it: event:<id>, survey:…, staff:…
    Column("state", Text, nullable=False),
    Column("via", Text),  # reply | push, once known
    Column("attempts", Integer, nullable=False),
    Column("doubtful", Boolean, nullable=False),  # an attempt was made whose outcome is unknown
    Column("pushed_at", Instant),  # first push: LINE remembers the retry key for 24 h from here
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("owner", Text),  # the process that holds the lease
    Column("lease_until", Instant),
    Column("packed_into", BigInteger),  # its bubbles left in that call
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("status", Integer),  # LINE's last HTTP status
    Column("request_id", Text),  # LINE's x-line-request-id: what its support asks for
    Column("error", Text),
    Column("sent_as", Text),  # LINE's ids of its bubbles, in their order: what friends quote
    Column("closed_at", Instant),  # nobody need look at it any more, though it did not go well
    Index("ix_outbox_open", "lane", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_outbox_due", "due_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_outbox_held", "lane", "id", postgresql_where=_HELD, sqlite_where=_HELD),
    Index("ix_outbox_settled_at", "settled_at"),
    # What is still to be erased, as for events.
    Index("ix_outbox_content", "settled_at", postgresql_where=_CONTENT, sqlite_where=_CONTENT),
    # What a person is to look at: counted by kind, and read newest first, without its rows.
    Index(
        "ix_outbox_trouble",
        *("state", "status", "kind", "id", "lane"),
        postgresql_where=_TROUBLE,
        sqlite_where=_TROUBLE,
    ),
    # The same of the few friends of a small shop.
    Index("ix_outbox_trouble_lane", "lane", postgresql_where=_TROUBLE, sqlite_where=_TROUBLE),
)

ledger = Table(
    "ledger",
    metadata,
    Column("outbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("month", Text, nullable=False),  # 2026-11, JST
    Column("counted_at", Instant, nullable=False),
    Column("voided_at", Instant),  # LINE refused it, or had been blocked before it went out
    Column("void_reason", Text),
    Index("ix_ledger_month", "month"),
    Index("ix_ledger_user_id", "user_id"),
)
