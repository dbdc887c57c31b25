"""Rich menus as they were last published on LINE, and how far showing them to friends is."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, text

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

_OPEN = text("ended_at IS NULL")

menus = Table(
    "menus",
    metadata,
    Column("key", Text, primary_key=True),
    Column("rich_menu_id", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
)

menu_hides = Table(
    "menu_hides",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("menu", Text),  # hidden from whoever would see this menu,
    Column("rule", Text),  # or from whoever this rule fits; neither: from everybody
    Column("until", Instant),  # None: until somebody ends it
    Column("why", Text, nullable=False),  # who did it: cli, staff:…
    Column("hidden_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_menu_hides_open", "ended_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
)

menu_progress = Table(
    "menu_progress",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row
    Column("shown", Text, nullable=False),  # the rules of that moment, as all friends have them
    Column("walking", Text),  # those that friends are being gone through for
    Column("walked", BigInteger, nullable=False),  # the last friend gone through
    Column("changes", BigInteger),  # how far the log of changes was read; None: not yet
    Column("change_id", BigInteger, nullable=False),
    Column("looked_at", Instant, nullable=False),  # by the machine's clock
    Column("default_menu", Text),  # told LINE; None: to be told
    Column("checked_at", Instant),
)

menu_repoints = Table(
    "menu_repoints",
    metadata,
    Column("menu", Text, primary_key=True),  # whoever has it is linked to it again
    Column("walked", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
)

menu_batches = Table(
    "menu_batches",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("moves", Json, nullable=False),  # {menu: menu}; {}: nobody is to have one
    Column("ids", Json, nullable=False),  # {menu: what LINE knew it as, when this was planned}
    Column("phase", Text, nullable=False),  # of menus.batches.Phase
    Column("why", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("taken_at", Instant),
    Column("request_id", Text),  # LINE's, by which it says how far it is
)

menu_checks = Table(
    "menu_checks",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("checked_at", Instant, nullable=False),
    Column("looked", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("default_is_right", Boolean, nullable=False),
    Column("report", Json, nullable=False),  # [{user_id, wanted, found}]
    Column("missing", Json, nullable=False),  # keys of menus that LINE has no more
)
