"""Links by which somebody chooses a password; only their hashes are kept, and each works once."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables.staff import staff_invitations as table


async def add(
    connection: AsyncConnection,
    *,
    token_hash: str,
    staff_id: int,
    made_by: int | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a new link."""
    await connection.execute(
        insert(table).values(
            token_hash=token_hash,
            staff_id=staff_id,
            made_by=made_by,
            made_at=now,
            expires_at=expires_at,
        )
    )


async def holder(connection: AsyncConnection, token_hash: str, *, now: datetime) -> int | None:
    """Return whom a link that works is for."""
    works = (table.c.token_hash == token_hash, table.c.used_at.is_(None), table.c.expires_at > now)
    found: int | None = await connection.scalar(select(table.c.staff_id).where(*works))
    return found


async def use(connection: AsyncConnection, token_hash: str, *, now: datetime) -> bool:
    """Use a link up; False when it was already."""
    works = (table.c.token_hash == token_hash, table.c.used_at.is_(None), table.c.expires_at > now)
    result = await connection.execute(update(table).where(*works).values(used_at=now))
    return bool(result.rowcount)


async def withdraw_made_by(connection: AsyncConnection, staff_id: int, *, now: datetime) -> None:
    """Let every open link that somebody made stop working: they make none any more."""
    open_ones = (table.c.made_by == staff_id, table.c.used_at.is_(None))
    await connection.execute(update(table).where(*open_ones).values(used_at=now))


async def withdraw(connection: AsyncConnection, staff_id: int, *, now: datetime) -> None:
    """Let every open link of somebody stop working."""
    open_ones = (table.c.staff_id == staff_id, table.c.used_at.is_(None))
    await connection.execute(update(table).where(*open_ones).values(used_at=now))
