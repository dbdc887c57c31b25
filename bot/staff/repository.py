"""How staff members and their shops are read and written."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.model import StaffMember
from bot.staff.rights import Role
from bot.store.tables.staff import staff, staff_passkeys, staff_roles, staff_shops


async def by_id(connection: AsyncConnection, staff_id: int) -> StaffMember | None:
    """Return one member."""
    found = await _members(connection, staff.c.id == staff_id)
    return found[0] if found else None


async def by_login(connection: AsyncConnection, login: str) -> StaffMember | None:
    """Return who signs in by a folded login."""
    found = await _members(connection, staff.c.login == login)
    return found[0] if found else None


async def list_all(connection: AsyncConnection) -> list[StaffMember]:
    """Return everybody, those who left included, by role and name."""
    members = await _members(connection)
    order = list(Role)
    return sorted(members, key=lambda m: (not m.is_active, order.index(m.role), m.name, m.login))


async def secrets_of(connection: AsyncConnection, staff_id: int) -> RowMapping | None:
    """Return the columns that no screen shows."""
    columns = (
        staff.c.password_hash,
        staff.c.pin_hash,
        staff.c.totp_seed,
        staff.c.totp_step,
        staff.c.recovery_hashes,
    )
    result = await connection.execute(select(*columns).where(staff.c.id == staff_id))
    return result.mappings().one_or_none()


async def count_owners(connection: AsyncConnection) -> int:
    """Return how many owners are active; who else would change one of them waits."""
    query = select(staff.c.id).where(staff.c.role == Role.OWNER, staff.c.is_active)
    return len((await connection.execute(query.with_for_update())).all())


async def add(connection: AsyncConnection, member: StaffMember) -> None:
    """Write a new member, without a password."""
    await connection.execute(
        insert(staff).values(
            id=member.staff_id,
            login=member.login,
            name=member.name,
            role=member.role,
            generation=member.generation,
            recovery_hashes=[],
            is_active=member.is_active,
            created_at=member.created_at,
            version=1,
        )
    )
    await set_shops(connection, member.staff_id, member.shops)


async def change(connection: AsyncConnection, staff_id: int, **values: Any) -> None:
    """Change columns of a member."""
    query = update(staff).where(staff.c.id == staff_id)
    await connection.execute(query.values(version=staff.c.version + 1, **values))


async def end_sessions(connection: AsyncConnection, staff_id: int) -> None:
    """Let every session of before be void."""
    await change(connection, staff_id, generation=staff.c.generation + 1)


async def signed_in(connection: AsyncConnection, staff_id: int, *, now: datetime) -> None:
    """Keep when somebody last came in."""
    await connection.execute(update(staff).where(staff.c.id == staff_id).values(signed_in_at=now))


async def use_totp_step(connection: AsyncConnection, staff_id: int, step: int) -> bool:
    """Take a code's half minute, so that it works once; False when it is taken already."""
    result = await connection.execute(
        update(staff)
        .where(staff.c.id == staff_id, (staff.c.totp_step.is_(None)) | (staff.c.totp_step < step))
        .values(totp_step=step)
    )
    return bool(result.rowcount)


async def use_paper_code(
    connection: AsyncConnection, staff_id: int, *, before: Sequence[str], after: Sequence[str]
) -> bool:
    """Cross a code out; False when somebody crossed one out meanwhile."""
    result = await connection.execute(
        update(staff)
        .where(staff.c.id == staff_id, staff.c.recovery_hashes == list(before))
        .values(recovery_hashes=list(after))
    )
    return bool(result.rowcount)


async def roles_asked(connection: AsyncConnection) -> frozenset[Role]:
    """Return the roles that need a second step."""
    query = select(staff_roles.c.role).where(staff_roles.c.needs_second_step)
    return frozenset(Role(role) for role in await connection.scalars(query))


async def ask_roles(connection: AsyncConnection, roles: Collection[Role]) -> None:
    """Let these roles need a second step, and no others."""
    await connection.execute(delete(staff_roles))
    rows = [{"role": role.value, "needs_second_step": True} for role in Role if role in roles]
    if rows:
        await connection.execute(insert(staff_roles), rows)


async def set_shops(connection: AsyncConnection, staff_id: int, shops: Collection[str]) -> None:
    """Let a member belong to these shops and no others."""
    await connection.execute(delete(staff_shops).where(staff_shops.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "shop_key": key} for key in sorted(shops)]
    if rows:
        await connection.execute(insert(staff_shops), rows)


async def _members(
    connection: AsyncConnection, *conditions: ColumnElement[bool]
) -> list[StaffMember]:
    passkeys = select(staff_passkeys.c.id).where(staff_passkeys.c.staff_id == staff.c.id)
    query = (
        select(staff, staff_roles.c.needs_second_step, passkeys.exists().label("has_passkey"))
        .outerjoin(staff_roles, staff_roles.c.role == staff.c.role)
        .where(*conditions)
    )
    rows = (await connection.execute(query)).mappings().all()
    ids = [row["id"] for row in rows]
    shops: dict[int, set[str]] = {}
    if ids:
        belonging = select(staff_shops).where(staff_shops.c.staff_id.in_(ids))
        for row in await connection.execute(belonging):
            shops.setdefault(row.staff_id, set()).add(row.shop_key)
    return [_member(row, shops.get(row["id"], ())) for row in rows]


def _member(row: RowMapping, shops: Collection[str] | Sequence[str]) -> StaffMember:
    return StaffMember(
        staff_id=row["id"],
        login=row["login"],
        name=row["name"],
        role=Role(row["role"]),
        shops=frozenset(shops),
        language=row["language"],
        theme=row["theme"],
        is_active=row["is_active"],
        generation=row["generation"],
        has_password=row["password_hash"] is not None,
        has_pin=row["pin_hash"] is not None,
        has_totp=row["totp_seed"] is not None,
        has_passkey=row["has_passkey"],
        needs_second_step=bool(row["needs_second_step"]),
        created_at=row["created_at"],
        signed_in_at=row["signed_in_at"],
    )
