"""Rich menus on LINE: versions with their pictures, and every step of bringing them there."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

rich_menu_versions = Table(
    "rich_menu_versions",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("body", Json, nullable=False),  # as LINE takes it, the name left out
    Column("picture", LargeBinary, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("state", Text, nullable=False),  # making, standing, past
    Column("rich_menu_id", Text),
    Column("line_digest", Text),  # of the picture as LINE gives it back; NULL: not verified
    Column("created_at", Instant, nullable=False),
    Column("published_at", Instant),
    Column("repointed_at", Instant),  # friends of the version before have it; NULL: not all
    UniqueConstraint("key", "fingerprint", name="uq_rich_menu_versions_key_fingerprint"),
)

rich_menu_pins = Table(
    "rich_menu_pins",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),  # the version that went back
    Column("instead_of", Text, nullable=False),  # the file's; a changed file ends the pin
    Column("pinned_at", Instant, nullable=False),
)

rich_menu_steps = Table(
    "rich_menu_steps",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("apply_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("rich_menu_id", Text),
    Column("state", Text, nullable=False),  # begun, done, failed
    Column("message", Text, nullable=False, server_default=""),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_rich_menu_steps_kind_begun_at", "kind", "begun_at"),
    Index("ix_rich_menu_steps_apply_id", "apply_id"),
)

rich_menu_pictures = Table(
    "rich_menu_pictures",
    metadata,
    Column("origin", Text, nullable=False),  # file, given, drawn
    Column("name", Text, nullable=False),  # below richmenus/, of the menu, of the recipe
    Column("digest", Text, nullable=False),  # SHA-256: pictures are compared without being read
    Column("picture", LargeBinary, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("source", Text, nullable=False),  # content, staff:…, drawing
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("origin", "name"),
)

rich_menu_runs = Table(
    "rich_menu_runs",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # the steps' apply_id
    Column("kind", Text, nullable=False),  # register, show
    Column("state", Text, nullable=False),  # running, done, failed
    Column("source", Text, nullable=False),  # staff:…
    Column("planned", Json, nullable=False),  # [[kind, key]], as far as known beforehand
    Column("problem", Text, nullable=False, server_default=""),
    Column("report", Json, nullable=False),  # {created, moved, deleted, left}
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

rich_menu_leases = Table(
    "rich_menu_leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", BigInteger, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
)
