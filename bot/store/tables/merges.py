"""People who turned out to be one: what was there before, so that it can be undone."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

people_merges = Table(
    "people_merges",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kept_id", BigInteger, nullable=False),
    Column("dropped_id", BigInteger, nullable=False),
    Column("record", Json, nullable=False),  # both people as they were, and every row that moved
    Column("source", Text, nullable=False),  # who did it: staff:…, cli
    Column("merged_at", Instant, nullable=False),
    Column("undone_at", Instant),
    Index("ix_people_merges_kept_id", "kept_id"),
    Index("ix_people_merges_dropped_id", "dropped_id"),
)
