"""Stamp cards: how full each is, and every visit that stamped one."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant

stamp_cards = Table(
    "stamp_cards",
    metadata,
    Column("person_id", BigInteger, nullable=False),
    Column("card", Text, nullable=False),
    Column("round", Integer, nullable=False),  # from 1; a full card is followed by a new one
    Column("stamps", Integer, nullable=False),  # on the card of this round
    Column("last_at", Instant),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("person_id", "card"),
)

stamp_visits = Table(
    "stamp_visits",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),  # the same key again stamps nothing
    Column("person_id", BigInteger, nullable=False),
    Column("card", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("stamps_after", Integer, nullable=False),
    Column("bonus", Text),  # what came with it: points:50, coupon:thanks
    Column("shop", Text),
    Column("staff_id", BigInteger),
    Column("device", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("undo_reason", Text),
    Index("ix_stamp_visits_person_id", "person_id", "card", "at"),
)
