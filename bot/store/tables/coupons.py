"""Coupons: campaigns, who holds what, every draw and every use."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

_VALID = text("undone_at IS NULL")
_FREE = text("coupon_id IS NULL")
_SERIAL = text("serial IS NOT NULL")

coupon_campaigns = Table(
    "coupon_campaigns",
    metadata,
    Column("key", Text, primary_key=True),
    Column("body", Json, nullable=False),  # wins over the same key in content/coupons/
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

#: How many went out, where there is a limit: the row that everybody who wants the last one locks.
coupon_counters = Table(
    "coupon_counters",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("prize", Text, nullable=False),  # empty: the campaign as a whole
    Column("issued", Integer, nullable=False),
    PrimaryKeyConstraint("campaign", "prize"),
    CheckConstraint("issued >= 0", name="ck_coupon_counters_issued"),
)

coupons = Table(
    "coupons",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False, unique=True),  # ten digits, to be said and typed
    Column("campaign", Text, nullable=False),
    Column("prize", Text),  # what was won, in a lottery with a table of prizes
    Column("person_id", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),  # the person's first, second, … of the campaign
    Column("state", Text, nullable=False),  # held | used
    Column("uses", Integer, nullable=False),  # so often it may be used
    Column("used", Integer, nullable=False),
    Column("serial", Text),  # the owner's code, or one of ours
    Column("valid_from", Instant, nullable=False),
    Column("valid_until", Instant),  # the midnight after the last day; None: no end
    Column("why", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("blocked_at", Instant),  # its owner blocked the account within a day of it
    UniqueConstraint("person_id", "campaign", "ordinal"),
    CheckConstraint("used >= 0 AND used <= uses", name="ck_coupons_used"),
    Index("ix_coupons_campaign", "campaign", "issued_at"),
    Index("ix_coupons_serial", "serial", postgresql_where=_SERIAL, sqlite_where=_SERIAL),
)

coupon_draws = Table(
    "coupon_draws",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("seed", LargeBinary, nullable=False),
    Column("commitment", Text, nullable=False),  # SHA-256 of the seed: what the friend is shown
    Column("odds", Json, nullable=False),  # the prizes as they could be won just then
    Column("prize", Text),  # None: lost
    Column("coupon_id", BigInteger),
    Column("why", Text, nullable=False),
    Column("drawn_at", Instant, nullable=False),
    UniqueConstraint("person_id", "campaign", "ordinal"),
    Index("ix_coupon_draws_campaign", "campaign", "drawn_at"),
)

coupon_serials = Table(
    "coupon_serials",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("coupon_id", BigInteger),
    PrimaryKeyConstraint("campaign", "serial"),
    Index(
        "ix_coupon_serials_free",
        "campaign",
        "position",
        postgresql_where=_FREE,
        sqlite_where=_FREE,
    ),
)

redemptions = Table(
    "redemptions",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),  # the same key again uses nothing
    Column("coupon_id", BigInteger, nullable=False),
    Column("use_no", Integer, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("how", Text, nullable=False),  # code | pin | api
    Column("shop", Text),
    Column("staff_id", BigInteger),
    Column("device", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", BigInteger),  # staff
    Column("undo_reason", Text),
    # Whatever the code does, one use is redeemed once at a time.
    Index(
        "uq_redemptions_use",
        "coupon_id",
        "use_no",
        unique=True,
        postgresql_where=_VALID,
        sqlite_where=_VALID,
    ),
    Index("ix_redemptions_at", "at"),
    Index("ix_redemptions_person_id", "person_id", "at"),  # what was used on this visit
)

#: Wrong PINs and wrong typed codes: after a few of them nothing is tried for a while.
code_misses = Table(
    "code_misses",
    metadata,
    Column("key", Text, primary_key=True),
    Column("misses", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("locked_until", Instant),
)

shop_pins = Table(
    "shop_pins",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("hash", Text, nullable=False),  # Argon2id
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", BigInteger),
)
