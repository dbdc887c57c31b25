"""Surveys: their versions, how far each friend is, what they answered and agreed to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

_NUDGED = text("nudge_at IS NOT NULL")

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
    Column("picked", Text),  # choices so far, where several may be chosen: a,b
    Column("handed_in", Json),  # the answers to go back to while one is changed after the end
    Column("messages", Json),  # what was typed or sent for an answer: question to LINE's id
    Column("done_at", Instant),
    Column("nudge_at", Instant),  # look then whether the friend is to be reminded
    Column("nudge_id", BigInteger),  # the outbox call of this run's reminder: there is no second
    PrimaryKeyConstraint("friend_id", "survey"),
    Index(
        "ix_survey_progress_nudge_at", "nudge_at", postgresql_where=_NUDGED, sqlite_where=_NUDGED
    ),
)

survey_versions = Table(
    "survey_versions",
    metadata,
    Column("survey", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Json, nullable=False),  # the definition: who is half way through finishes it
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("survey", "version"),
)

survey_runs = Table(
    "survey_runs",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("friend_id", BigInteger, nullable=False),
    Column("survey", Text, nullable=False),
    Column("survey_version", Integer, nullable=False),
    Column("answers", Json, nullable=False),  # of a run that a later one followed
    Column("done_at", Instant),
    Index("ix_survey_runs_friend_id", "friend_id", "survey"),
)

survey_consents = Table(
    "survey_consents",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("friend_id", BigInteger, nullable=False),
    Column("survey", Text, nullable=False),
    Column("survey_version", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("terms_version", Text, nullable=False),
    Column("terms", Text, nullable=False),  # as they were shown
    Column("agreed", Boolean, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index("ix_survey_consents_friend_id", "friend_id"),
)
