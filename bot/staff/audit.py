"""The audit log: who saw, sent, exported or changed what, when, and from where.

It grows only; the database refuses to change or delete a row. Texts of talks and values of
customers stay out of it: a row names a thing by its id and says what kind of deed it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, bindparam, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.model import Actor
from bot.store import arrival
from bot.store.tables.staff import audit_log
from bot.store.types import to_ms
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


async def search(
    connection: AsyncConnection,
    *,
    text: str = "",
    staff_id: int | None = None,
    action: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    below: int | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Return lines, the newest first.

    Args:
        connection: any.
        text: the beginning of a subject or of an address, such as ``friend:123`` or ``192.0.2.``.
        staff_id: whose deeds.
        action: ``noun.verb``, or ``noun.`` for all of a kind.
        since: not before.
        until: before.
        below: the id of the last line seen.
        limit: at most so many.
    """
    query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
    if text:
        query = query.where(
            _begins(audit_log.c.subject, text) | _begins(audit_log.c.address, text)
        )
    if staff_id is not None:
        query = query.where(audit_log.c.staff_id == staff_id)
    if action.endswith("."):
        query = query.where(_begins(audit_log.c.action, action))
    elif action:
        query = query.where(audit_log.c.action == action)
    if since is not None:
        query = query.where(audit_log.c.at >= literal_column(str(to_ms(since))))
    if until is not None:
        query = query.where(audit_log.c.at < literal_column(str(to_ms(until))))
    if below is not None:
        query = query.where(audit_log.c.id < below)
    return [_entry(row) for row in (await connection.execute(query)).mappings()]


def _begins(column: Column[str], text: str) -> ColumnElement[bool]:
    """Say that a column begins with a text, which the planner is told: rare ones have an index."""
    text = text.replace("\0", "")
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return column.like(bindparam(None, f"{text}%", literal_execute=True), escape="!")


def _entry(row: RowMapping) -> Entry:
    return Entry(
        entry_id=row["id"],
        at=row["at"],
        staff_id=row["staff_id"],
        staff_name=row["staff_name"],
        action=row["action"],
        subject=row["subject"],
        shop_key=row["shop_key"],
        details=row["details"],
        address=row["address"],
    )


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
