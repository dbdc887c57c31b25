"""Members: people with a number."""

from sqlalchemy import BigInteger, Column, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant

members = Table(
    "members",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False, unique=True),
    Column("joined_at", Instant, nullable=False),
)
