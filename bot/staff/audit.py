"""The audit log: who saw, sent, exported or changed what, when, and from where.

It grows only; the database refuses to change or delete a row. Texts of talks and values of
customers stay out of it: a row names a thing by its id and says what kind of deed it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.model import Actor
from bot.store import arrival
from bot.store.tables.staff import audit_log
from bot.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log."""

    entry_id: int
    at: datetime
    staff_id: int | None
    staff_name: str
    action: str
    subject: str
    shop_key: str | None
    details: Mapping[str, Any]
    address: str


async def audit(
    connection: AsyncConnection,
    actor: Actor,
    action: str,
    subject: str = "",
    *,
    now: datetime,
    shop_key: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write one line with what is being done, in its transaction.

    Args:
        connection: of the change itself: no deed without its line, no line without its deed.
        actor: who does it.
        action: ``noun.verb`` of :mod:`bot.staff.actions`.
        subject: ``kind:id``, such as ``friend:123``.
        now: when.
        shop_key: the shop it belongs to, if one.
        details: ids, counts and names of fields; never texts or values of customers.
    """
    row = _row(actor, action, subject, now=now, shop_key=shop_key, details=details)
    await connection.execute(insert(audit_log).values(**row))


def audit_in(
    unit: Unit,
    actor: Actor,
    action: str,
    subject: str = "",
    *,
    now: datetime,
    shop_key: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write the line with what a unit of work gathers; the arguments are those of ``audit``."""
    row = _row(actor, action, subject, now=now, shop_key=shop_key, details=details)
    unit.add(audit_log, row)


def _row(
    actor: Actor,
    action: str,
    subject: str,
    *,
    now: datetime,
    shop_key: str | None,
    details: Mapping[str, Any] | None,
) -> dict[str, Any]:
    return {
        "id": arrival.number(),
        "at": now,
        "staff_id": actor.staff_id,
        "staff_name": actor.name,
        "action": action,
        "subject": subject,
        "shop_key": shop_key,
        "details": dict(details or {}),
        "address": actor.address,
    }
