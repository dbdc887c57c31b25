"""Members: people with a number, the cards they had before, and their ranks."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant

members = Table(
    "members",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False, unique=True),
    Column("joined_at", Instant, nullable=False),
)

#: Numbers of other cards and systems that stand for a member: an older plastic card, a web shop.
member_cards = Table(
    "member_cards",
    metadata,
    Column("system", Text, nullable=False),  # card | the name of another system
    Column("number", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("how", Text, nullable=False),  # typed | scanned | api | import
    Column("staff_id", BigInteger),
    Column("linked_at", Instant, nullable=False),
    PrimaryKeyConstraint("system", "number"),
    Index("ix_member_cards_person_id", "person_id"),
)

#: A number that two people claim: nothing is overwritten, staff decide.
card_conflicts = Table(
    "card_conflicts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("system", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False),  # who claims it
    Column("holder_id", BigInteger, nullable=False),  # who has it
    Column("how", Text, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", BigInteger),  # staff
    Column("outcome", Text),  # moved | kept
    Index("ix_card_conflicts_person_id", "person_id"),
)

#: What staff note about a member, for whoever stands at a till next.
member_notes = Table(
    "member_notes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),  # the same key again notes nothing
    Column("person_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("shop", Text),
    Column("staff_id", BigInteger),
    Column("device", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("removed_at", Instant),
    Column("removed_by", BigInteger),  # staff
    Index("ix_member_notes_person_id", "person_id", "at"),
)

member_ranks = Table(
    "member_ranks",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("rank", Text, nullable=False),
    Column("basis", BigInteger, nullable=False),  # yen or points of the period
    Column("since", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_member_ranks_checked_at", "checked_at"),
)

rank_changes = Table(
    "rank_changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
    Column("basis", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_rank_changes_person_id", "person_id"),
)
