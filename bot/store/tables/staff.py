"""Staff: shops, the people who work there, their invitations, and the log of what they did."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant, Json

shops = Table(
    "shops",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("hours", Json, nullable=False),  # {day: [[from, to], …]}, days mon … sun and holiday
    Column("exceptions", Json, nullable=False),  # [{on, hours, note}], which win over the days
    Column("position", Integer, nullable=False),  # the order of lists
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("login", Text, nullable=False, unique=True),  # folded: one spelling a name
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False, server_default=""),  # empty: as the browser says
    Column("theme", Text, nullable=False, server_default=""),  # empty: as the device says
    Column("password_hash", Text),  # none until the invitation was taken
    Column("generation", Integer, nullable=False),  # grows: sessions of before end
    Column("pin_hash", Text),  # for changing over at the till
    Column("totp_seed", Text),  # of which, with SECRET_KEY, the secret of the app is made
    Column("totp_step", BigInteger),  # the last 30 s whose code was used: each works once
    Column("recovery_hashes", Json, nullable=False, server_default="[]"),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("signed_in_at", Instant),
    Column("version", Integer, nullable=False),
)

staff_shops = Table(
    "staff_shops",
    metadata,
    Column("staff_id", BigInteger, primary_key=True, autoincrement=False),
    Column("shop_key", Text, primary_key=True),
    Index("ix_staff_shops_shop_key", "shop_key"),
)

#: What is asked of roles; one without a row is asked nothing.
staff_roles = Table(
    "staff_roles",
    metadata,
    Column("role", Text, primary_key=True),
    Column("needs_second_step", Boolean, nullable=False),
)

staff_passkeys = Table(
    "staff_passkeys",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("staff_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("credential_id", Text, nullable=False, unique=True),  # base64url, as browsers send it
    Column("public_key", Text, nullable=False),  # COSE, base64url
    Column("sign_count", BigInteger, nullable=False),  # 0 for ever: the device does not count
    Column("made_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_staff_passkeys_staff_id", "staff_id"),
)

staff_invitations = Table(
    "staff_invitations",
    metadata,
    Column("token_hash", Text, primary_key=True),  # the link itself is shown once and not kept
    Column("staff_id", BigInteger, nullable=False),
    Column("made_by", BigInteger),  # none: the command line
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_staff_invitations_staff_id", "staff_id"),
)

_PATTERN = "text_pattern_ops"

#: Grows only: the database itself refuses to change or delete a row.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("staff_id", BigInteger),  # none: the command line, or somebody unknown
    Column("staff_name", Text, nullable=False),  # as it was then
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # such as friend:123 or staff:佐藤
    Column("shop_key", Text),
    Column("details", Json, nullable=False),
    Column("address", Text, nullable=False),
    Index("ix_audit_log_staff_id", "staff_id", "id"),
    # Whatever language the database sorts by, the beginning of a text is found.
    Index("ix_audit_log_action", "action", "id", postgresql_ops={"action": _PATTERN}),
    Index("ix_audit_log_subject", "subject", "id", postgresql_ops={"subject": _PATTERN}),
    Index("ix_audit_log_address", "address", "id", postgresql_ops={"address": _PATTERN}),
    Index("ix_audit_log_at", "at"),
)
