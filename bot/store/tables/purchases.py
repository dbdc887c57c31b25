"""Purchases: what people bought, as tills and shops tell it, and the sums of it."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant

purchases = Table(
    "purchases",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("external_id", Text, nullable=False, unique=True),  # the till's or shop's own number
    Column("person_id", BigInteger, nullable=False),
    Column("amount_yen", Integer, nullable=False),
    Column("returned_yen", Integer, nullable=False),
    Column("points_change_id", BigInteger),  # None: no points came of it
    Column("shop", Text),
    Column("staff_id", BigInteger),
    Column("device", Text, nullable=False),
    Column("bought_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    Column("version", Integer, nullable=False),
    Index("ix_purchases_person_id", "person_id", "bought_at"),
)

purchase_items = Table(
    "purchase_items",
    metadata,
    Column("purchase_id", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("sku", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price_yen", Integer, nullable=False),  # of one
    PrimaryKeyConstraint("purchase_id", "line"),
)

purchase_returns = Table(
    "purchase_returns",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),  # the same key again returns nothing
    Column("purchase_id", BigInteger, nullable=False),
    Column("yen", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("shop", Text),
    Column("staff_id", BigInteger),
    Column("device", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_purchase_returns_purchase_id", "purchase_id"),
)

purchase_summaries = Table(
    "purchase_summaries",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("amount_yen", BigInteger, nullable=False),  # what was not returned
    Column("count", Integer, nullable=False),  # purchases that were not cancelled
    Column("first_at", Instant),
    Column("last_at", Instant),
    Column("version", Integer, nullable=False),
)

#: Who has bought what, without what was cancelled.
person_skus = Table(
    "person_skus",
    metadata,
    Column("person_id", BigInteger, nullable=False),
    Column("sku", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    PrimaryKeyConstraint("person_id", "sku"),
    Index("ix_person_skus_sku", "sku"),
)
