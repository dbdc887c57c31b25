"""People and friends: a person is a customer, a friend is one LINE identity of a person."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("attributes", Json, nullable=False),  # {name: value}; who set it is in the changes
    Column("tags", Json, nullable=False, server_default="[]"),  # sorted keys
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_people_tags", "tags", postgresql_using="gin",
          postgresql_ops={"tags": "jsonb_path_ops"}),
)  # fmt: skip

attribute_changes = Table(
    "attribute_changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Json),  # JSON null: no longer known
    Column("source", Text, nullable=False),  # such as survey:welcome:2
    Column("changed_at", Instant, nullable=False),
    Index("ix_attribute_changes_person_id", "person_id"),
)

tag_changes = Table(
    "tag_changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, nullable=False),
    Column("tag", Text, nullable=False),
    Column("added", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_tag_changes_person_id", "person_id"),
)

people_imports = Table(
    "people_imports",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("file_hash", Text, nullable=False),  # of the bytes and of how they are read
    Column("file_name", Text, nullable=False),
    Column("next_row", Integer, nullable=False),
    Column("counts", Json, nullable=False),  # rows by what became of them
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Index("ix_people_imports_file_hash", "file_hash"),
)

friends = Table(
    "friends",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("provider", Text, nullable=False, server_default=""),
    Column("user_id", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("followed_at", Instant),
    Column("blocked_at", Instant),
    Column("last_event_at", Instant),
    Column("menu", Text),  # key of the rich menu LINE is told to show; "-": none on purpose
    Column("menu_tab", Text),  # the tab of it that the friend chose last
    Column("version", Integer, nullable=False),
    UniqueConstraint("user_id", "provider"),
    Index("ix_friends_person_id", "person_id"),
)

profiles = Table(
    "profiles",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("display_name", Text),
    Column("picture_url", Text),
    Column("language", Text),
    Column("fetched_at", Instant, nullable=False),  # also when LINE had nothing to tell
)

#: By what names people are found, written with the names; SQLite leaves the numbers empty.
profile_names = Table(
    "profile_names",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("folded", Text, nullable=False),  # a name a line
    Column("grams", ARRAY(Integer).with_variant(Text, "sqlite"), nullable=False),
    Index("ix_profile_names_grams", "grams", postgresql_using="gin",
          postgresql_with={"fastupdate": "off"}),
)  # fmt: skip

person_names = Table(
    "person_names",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("folded", Text, nullable=False),
    Column("grams", ARRAY(Integer).with_variant(Text, "sqlite"), nullable=False),
    Index("ix_person_names_grams", "grams", postgresql_using="gin",
          postgresql_with={"fastupdate": "off"}),
)  # fmt: skip
