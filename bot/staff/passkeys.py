"""The passkeys of staff: kept, proven, taken away; each named after its device."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import repository
from bot.staff.audit import audit
from bot.staff.ceremony import Answer, Site, credential_of, proven
from bot.staff.model import Actor, PasskeyError, StaffMember, fit_name
from bot.store import arrival
from bot.store.tables.staff import staff_passkeys as table

#: Keys of one member.
MOST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One key of one member."""

    passkey_id: int
    staff_id: int
    name: str
    key: Answer
    made_at: datetime
    used_at: datetime | None = None


async def list_of(connection: AsyncConnection, staff_id: int) -> Sequence[Passkey]:
    """Return a member's keys, the oldest first."""
    query = select(table).where(table.c.staff_id == staff_id).order_by(table.c.id)
    return [_passkey(row) for row in (await connection.execute(query)).mappings()]


async def add(
    connection: AsyncConnection,
    member: StaffMember,
    key: Answer,
    *,
    name: str,
    by: Actor,
    now: datetime,
) -> None:
    """Keep a new key.

    Raises:
        PasskeyError: somebody has it already, or the member has very many.
        UnfitNameError: the name cannot be one.
    """
    fit = fit_name(name)
    has = await connection.scalar(select(func.count()).where(table.c.staff_id == member.staff_id))
    if (has or 0) >= MOST or await _found(connection, key.credential_id) is not None:
        raise PasskeyError
    await connection.execute(
        insert(table).values(
            id=arrival.number(),
            staff_id=member.staff_id,
            name=fit,
            credential_id=key.credential_id,
            public_key=key.public_key,
            sign_count=key.sign_count,
            made_at=now,
        )
    )
    await _audit(connection, member.staff_id, "staff.passkey_add", fit, by=by, now=now)


async def remove(
    connection: AsyncConnection, member: StaffMember, passkey_id: int, *, by: Actor, now: datetime
) -> Passkey | None:
    """Forget one key of a member and return it, and end every session; others' are left alone."""
    mine = (table.c.id == passkey_id, table.c.staff_id == member.staff_id)
    row = (await connection.execute(select(table).where(*mine))).mappings().one_or_none()
    if row is None:
        return None
    await connection.execute(delete(table).where(*mine))
    await repository.end_sessions(connection, member.staff_id)
    await _audit(connection, member.staff_id, "staff.passkey_remove", row["name"], by=by, now=now)
    return _passkey(row)


async def forget(connection: AsyncConnection, staff_id: int) -> None:
    """Forget every key of a member, whose access is made anew."""
    await connection.execute(delete(table).where(table.c.staff_id == staff_id))


async def prove(
    connection: AsyncConnection, site: Site, challenge: bytes, answer: str, *, now: datetime
) -> StaffMember:
    """Return who has shown a key of theirs, and keep what their device counts.

    Raises:
        PasskeyError: the key is not known here, not proven, or of somebody who has left.
    """
    passkey = await _found(connection, credential_of(answer))
    member = await repository.by_id(connection, passkey.staff_id) if passkey else None
    if passkey is None or member is None or not member.is_active:
        raise PasskeyError
    count = proven(site, challenge, answer, staff_id=member.staff_id, key=passkey.key)
    # Two answers at once with one counter: the later one is a copy's.
    same = (table.c.id == passkey.passkey_id, table.c.sign_count == passkey.key.sign_count)
    kept = await connection.execute(
        update(table).where(*same).values(sign_count=count, used_at=now)
    )
    if not kept.rowcount:
        raise PasskeyError
    return member


async def _found(connection: AsyncConnection, credential_id: str) -> Passkey | None:
    query = select(table).where(table.c.credential_id == credential_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    return _passkey(row) if row is not None else None


async def _audit(
    connection: AsyncConnection, staff_id: int, action: str, name: str, *, by: Actor, now: datetime
) -> None:
    details = {"name": name}
    await audit(connection, by, action, f"staff:{staff_id}", now=now, details=details)


def _passkey(row: RowMapping) -> Passkey:
    return Passkey(
        passkey_id=row["id"],
        staff_id=row["staff_id"],
        name=row["name"],
        key=Answer(
            credential_id=row["credential_id"],
            public_key=row["public_key"],
            sign_count=row["sign_count"],
        ),
        made_at=row["made_at"],
        used_at=row["used_at"],
    )
