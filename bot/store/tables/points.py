"""Points: what was earned and spent, as double entries, and the lots that expire."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

_OPEN = text("remaining > 0")
_UNTOLD = text("NOT told")

point_balances = Table(
    "point_balances",
    metadata,
    # Whoever changes a person's points locks this row first: it is their queue of one.
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("balance", Integer, nullable=False),  # what is left in the open lots
    Column("owed", Integer, nullable=False),  # taken back, but spent before; earned points pay it
    Column("next_expires_at", Instant),
    Column("next_expiring", Integer, nullable=False),  # points that expire then
    Column("version", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("balance >= 0 AND owed >= 0", name="ck_point_balances_not_negative"),
)

point_changes = Table(
    "point_changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),  # the same key again changes nothing
    Column("kind", Text, nullable=False),  # earn | spend | adjust | reverse | expire
    Column("person_id", BigInteger, nullable=False),
    Column("points", Integer, nullable=False),  # as the person sees it: + earned, - spent
    Column("balance_after", Integer, nullable=False),
    Column("reverses", BigInteger),  # the change this one takes back, wholly or in part
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),  # what caused it: purchase:…, coupon:…, event:…
    Column("shop", Text),
    Column("staff_id", BigInteger),
    Column("device", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_point_changes_person_id", "person_id", "id"),
    Index("ix_point_changes_reverses", "reverses"),
)

point_entries = Table(
    "point_entries",
    metadata,
    Column("change_id", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("account", Text, nullable=False),  # member | owed | issued:… | spent | expired | …
    Column("person_id", BigInteger, nullable=False),
    Column("lot_id", BigInteger),  # of the accounts member only
    Column("amount", Integer, nullable=False),  # those of one change sum to nothing
    PrimaryKeyConstraint("change_id", "line"),
    Index("ix_point_entries_person_id", "person_id"),
)

point_lots = Table(
    "point_lots",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, nullable=False),
    Column("change_id", BigInteger, nullable=False),  # the change that made it
    Column("points", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("earned_at", Instant, nullable=False),
    Column("expires_at", Instant),  # None: never
    CheckConstraint("remaining >= 0 AND remaining <= points", name="ck_point_lots_remaining"),
    Index("ix_point_lots_change_id", "change_id"),
    Index("ix_point_lots_open", "person_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_point_lots_expiring", "expires_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
)

#: What other systems are told of, in the order it happened; whoever delivers it keeps its place.
domain_events = Table(
    "domain_events",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # member.joined, points.changed, coupon.redeemed, …
    Column("person_id", BigInteger, nullable=False),
    Column("body", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("told", Boolean, nullable=False, server_default=false()),  # taken up by webhooks
    Index("ix_domain_events_at", "at"),
    Index("ix_domain_events_untold", "id", postgresql_where=_UNTOLD, sqlite_where=_UNTOLD),
)
