"""Who has changed: the log that keeps indexes outside of the database right.

Triggers write it, so that no writer can forget to. Only changes of what segments ask for count;
a sign of life alone is none. Rows are pruned after a day.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from bot.store.tables.base import metadata

friend_changes = Table(
    "friend_changes",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    # PostgreSQL: the transaction, for it may commit after others with higher ids; SQLite: unused.
    Column("transaction_id", BigInteger),
    Column("friend_id", BigInteger),
    Column("person_id", BigInteger),  # all friends of the person
    Column("changed_at", BigInteger, nullable=False),  # milliseconds
    Index("ix_friend_changes_transaction_id", "transaction_id"),
    Index("ix_friend_changes_changed_at", "changed_at"),
    sqlite_autoincrement=True,  # a pruned id is never used again
)
