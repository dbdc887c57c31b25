"""Surveys: how far each friend is, and what they answered."""

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

survey_progress = Table(
    "survey_progress",
    metadata,
    Column("friend_id", BigInteger, nullable=False),
    Column("survey", Text, nullable=False),
    Column("survey_version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("question", Text),
    Column("answers", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("friend_id", "survey"),
)
