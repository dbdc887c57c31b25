"""Talks: what was said, which of them staff look after, and what staff did about them.

A conversation is the whole talk of one friend; its row exists once somebody of the staff was
needed. What was said is recorded for every friend, and kept longer than what LINE sent.
"""

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
    text,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

_NOTE = text("kind = 'note'")
_WITH_STAFF = text("state <> 'done'")
_SNOOZED = text("state = 'snoozed'")
_WANTED = text("state = 'waiting'")
_PLANNED = text("push_at IS NOT NULL")
_PAID = text("paid_by IS NOT NULL")

talk_messages = Table(
    "talk_messages",
    metadata,
    # What came in has its event's id; what went out, its call's: the outbox tells its state.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("friend_id", BigInteger, nullable=False),
    Column("author", Text, nullable=False),  # friend | bot | a staff member's id
    Column("kind", Text, nullable=False),  # LINE's type; tap, follow, unfollow, several, note
    Column("text", Text),  # what is read and searched
    Column("body", Text),  # JSON: what else a screen needs to show it
    Column("at", Instant, nullable=False),
    Column("state", Text),  # once the outbox has forgotten it; or unsent
    Column("error", Text),
    Index("ix_talk_messages_friend_id", "friend_id", "id"),
    # The few that tills show of all that was said.
    Index("ix_talk_messages_notes", "friend_id", "id", postgresql_where=_NOTE, sqlite_where=_NOTE),
)

conversations = Table(
    "conversations",
    metadata,
    Column("friend_id", BigInteger, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("staff_id", BigInteger),  # the staff member who looks after it
    Column("shop_key", Text),
    Column("opened_at", Instant),  # none: staff were never needed
    Column("waiting_since", Instant),  # the friend's first word that nobody has answered
    Column("answered_at", Instant),  # the first answer since it was opened
    Column("closed_at", Instant),
    Column("snoozed_until", Instant),
    Column("last_at", Instant, nullable=False),
    Column("last_id", BigInteger, nullable=False),  # of the newest message, either way
    Column("heard_id", BigInteger, nullable=False),  # of the friend's newest message
    Column("seen_id", BigInteger, nullable=False),  # up to where somebody of the staff has read
    Column("spare_event_id", BigInteger),  # its reply token was not used
    Column("away_at", Instant),  # when the friend was last told that the shop is closed
    Column("misses", Integer, nullable=False),  # in a row, what the bot did not understand
    Column("queue_key", BigInteger, nullable=False),  # the order of lists: who waits, then who not
    Column("touched", BigInteger, nullable=False),  # arrival number of the last change
    Column("version", Integer, nullable=False),
    Index("ix_conversations_state", "state", "queue_key", "friend_id"),
    Index("ix_conversations_staff_id", "staff_id", "queue_key", postgresql_where=_WITH_STAFF,
          sqlite_where=_WITH_STAFF),
    # What counts are made of: the few that are with staff, beside all those that were.
    Index("ix_conversations_counted", "state", "staff_id", "shop_key",
          postgresql_where=_WITH_STAFF, sqlite_where=_WITH_STAFF),
    Index("ix_conversations_shop_key", "shop_key", "state", "queue_key"),
    Index("ix_conversations_last_id", "last_id"),
    Index("ix_conversations_touched", "touched"),
    Index("ix_conversations_snoozed_until", "snoozed_until", postgresql_where=_SNOOZED,
          sqlite_where=_SNOOZED),
)  # fmt: skip

conversation_changes = Table(
    "conversation_changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("friend_id", BigInteger, nullable=False),
    Column("change", Text, nullable=False),
    Column("state", Text, nullable=False),  # after it, as the two below
    Column("staff_id", BigInteger),
    Column("shop_key", Text),
    Column("by_whom", Text, nullable=False),  # friend | bot | clock | a staff member's id
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("waited_seconds", Integer),  # since the opening: of a first answer, and of a close
    Index("ix_conversation_changes_friend_id", "friend_id", "id"),
    Index("ix_conversation_changes_at", "at"),
)

staff_answers = Table(
    "staff_answers",
    metadata,
    Column("outbox_id", BigInteger, primary_key=True, autoincrement=False),
    Column("request_id", Text, nullable=False),  # made by the screen: a repetition is known
    Column("friend_id", BigInteger, nullable=False),
    Column("staff_id", BigInteger, nullable=False),
    Column("shop_key", Text),
    Column("way", Text, nullable=False),  # free | paid | next
    Column("push_at", Instant),  # when what waits for the friend shall leave paid after all
    Column("at", Instant, nullable=False),
    Column("paid_by", BigInteger),  # who had it leave paid later, though it waited or was lost
    Column("paid_at", Instant),
    UniqueConstraint("request_id"),
    Index("ix_staff_answers_staff_id", "staff_id", "at"),
    Index("ix_staff_answers_at", "at"),
    Index("ix_staff_answers_push_at", "push_at", postgresql_where=_PLANNED, sqlite_where=_PLANNED),
    Index("ix_staff_answers_paid_by", "paid_by", "paid_at", postgresql_where=_PAID,
          sqlite_where=_PAID),
)  # fmt: skip

talk_files = Table(
    "talk_files",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("friend_id", BigInteger, nullable=False),
    Column("line_id", Text),  # LINE's id of the message; none: staff gave the file
    Column("kind", Text, nullable=False),  # image | video | audio | file
    Column("state", Text, nullable=False),
    Column("name", Text),
    Column("key", Text),  # of the bytes in the file store
    Column("thumbnail_key", Text),
    Column("content_type", Text),
    Column("size", BigInteger),
    Column("width", Integer),
    Column("height", Integer),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("error", Text),
    Index("ix_talk_files_due_at", "due_at", postgresql_where=_WANTED, sqlite_where=_WANTED),
    Index("ix_talk_files_key", "key"),
)

#: What staff took up to send; what they did not send within a day is forgotten with its bytes.
talk_uploads = Table(
    "talk_uploads",
    metadata,
    Column("token", Text, primary_key=True),
    Column("friend_id", BigInteger, nullable=False),
    Column("staff_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # image | video | audio | file
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("thumbnail_key", Text),
    Column("content_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration_ms", BigInteger),
    Column("at", Instant, nullable=False),
    Index("ix_talk_uploads_at", "at"),
    Index("ix_talk_uploads_key", "key"),
)

#: How LINE calls messages of talks with staff, and what it wants for quoting them.
talk_quotes = Table(
    "talk_quotes",
    metadata,
    Column("line_id", Text, primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Index("ix_talk_quotes_message_id", "message_id"),
    Index("ix_talk_quotes_token", "token"),
)

talk_mentions = Table(
    "talk_mentions",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("staff_id", BigInteger, primary_key=True, autoincrement=False),
    Column("friend_id", BigInteger, nullable=False),
    Column("seen_at", Instant),
    Index("ix_talk_mentions_staff_id", "staff_id", "message_id"),
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("staff_id", BigInteger),  # none: shared
    Column("shop_key", Text),  # none: for every shop
    Column("title", Text, nullable=False),
    Column("messages", Json, nullable=False),  # texts with {variables}, in order
    Column("is_active", Boolean, nullable=False),
    Column("used", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_canned_replies_staff_id", "staff_id"),
)

#: What admins have changed of how talks go; one row.
talk_settings = Table(
    "talk_settings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("changes", Text, nullable=False),  # JSON: by the name of the rule
    Column("icon", Text),  # a token of PictureLinks
    Column("changed_at", Instant, nullable=False),
)

#: Staff members who are not dealt talks in turn, though they are there.
talk_absences = Table(
    "talk_absences",
    metadata,
    Column("staff_id", BigInteger, primary_key=True, autoincrement=False),
    Column("since", Instant, nullable=False),
)

#: PostgreSQL only; SQLite reads the messages themselves.
talk_search = Table(
    "talk_search",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # of the message
    Column("grams", ARRAY(Integer).with_variant(Text, "sqlite"), nullable=False),
    # Without its list of pending rows, which every search would read from end to end.
    Index(
        "ix_talk_search_grams",
        "grams",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    ),
)

#: How far those have come who follow the messages.
talk_marks = Table(
    "talk_marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
