"""Other systems: their keys, the writes they asked for, and what they are told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

_WAITING = text("state = 'waiting'")
_DEAD = text("state = 'dead'")

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False, unique=True),  # the part that lists may show
    Column("hash", Text, nullable=False, unique=True),  # SHA-256; the key itself is shown once
    Column("scopes", Json, nullable=False),
    Column("shops", Json, nullable=False),  # keys of shops; empty: all of them
    Column("created_at", Instant, nullable=False),
    Column("created_by", BigInteger),  # staff; none: the command line
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
)

#: Writes that were answered: the same Idempotency-Key again gets the same answer.
api_calls = Table(
    "api_calls",
    metadata,
    Column("key_id", BigInteger, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),  # SHA-256 of method, path and body
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("key_id", "idempotency_key"),
    Index("ix_api_calls_at", "at"),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key_id", BigInteger),  # the API key that made it; none: staff
    Column("url", Text, nullable=False),
    Column("kinds", Json, nullable=False),  # of events
    Column("generation", Integer, nullable=False),  # grows with each new secret
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    Column("stopped_why", Text),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("endpoint_id", BigInteger, nullable=False),
    Column("event_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # as it is sent, each time the same
    Column("state", Text, nullable=False),  # waiting | delivered | dead
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("status", Integer),  # of the last answer
    Column("error", Text),  # why there was none, or not the right one
    UniqueConstraint("endpoint_id", "event_id"),
    Index(
        "ix_webhook_deliveries_due",
        "endpoint_id",
        "due_at",
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    ),
    Index(
        "ix_webhook_deliveries_dead",
        "endpoint_id",
        "id",
        postgresql_where=_DEAD,
        sqlite_where=_DEAD,
    ),
    Index("ix_webhook_deliveries_endpoint_id", "endpoint_id", "id"),
    Index("ix_webhook_deliveries_settled_at", "settled_at"),
)
