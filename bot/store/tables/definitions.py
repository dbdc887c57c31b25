"""What the account is made of: attributes, tags, surveys, segments, rich menus, menu rules."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant

definitions = Table(
    "definitions",
    metadata,
    Column("kind", Text, nullable=False),  # attribute, tag, survey, segment, richmenu, menus
    Column("key", Text, nullable=False),
    Column("position", Integer, nullable=False),  # the order of screens, within the kind
    Column("body", Text, nullable=False),  # YAML: a day and a text that looks like one differ
    Column("source", Text, nullable=False),  # content, import, staff:…
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("kind", "key"),
)

definition_files = Table(
    "definition_files",
    metadata,
    Column("path", Text, primary_key=True),  # such as surveys/welcome.yaml
    Column("text", Text, nullable=False),  # as its author wrote it, for the next export
)

definition_state = Table(
    "definition_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row, 1
    Column("revision", BigInteger, nullable=False),  # grows with every change
    # Whether the definitions are the whole account; else the sample counts, and they add to it.
    Column("is_whole", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

definition_changes = Table(
    "definition_changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # or picture
    Column("key", Text, nullable=False),  # of a picture its path
    Column("before", Text),  # None: it is new
    Column("after", Text),  # None: it was removed
    Column("source", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_definition_changes_key", "kind", "key"),
)
