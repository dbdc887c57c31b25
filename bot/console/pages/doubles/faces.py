"""Whom staff see when they decide: name, number, points, what tells two people apart.

person ids -> faces -> one Face each
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables.friends import friends, people, profiles
from bot.store.tables.membership import members
from bot.store.tables.points import point_balances
from bot.store.tables.purchases import purchase_summaries

_COLUMNS: Final = (
    people.c.id,
    people.c.attributes,
    members.c.number,
    members.c.joined_at,
    point_balances.c.balance,
    purchase_summaries.c.count.label("bills"),
    purchase_summaries.c.last_at,
)


@dataclass(frozen=True, slots=True)
class Face:
    """One person, as somebody at a desk knows them."""

    person_id: int
    #: As they wrote it, or as LINE has it; empty: nobody knows.
    name: str
    number: str | None
    joined_at: datetime | None
    points: int
    bills: int
    last_bill_at: datetime | None
    is_on_line: bool


async def faces(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Face]:
    """Return who is still there of some people."""
    if not ids:
        return {}
    told = (
        sa.select(friends.c.person_id, profiles.c.display_name)
        .select_from(friends.outerjoin(profiles, profiles.c.user_id == friends.c.user_id))
        .where(friends.c.person_id.in_(ids))
        .order_by(friends.c.id.desc())
    )
    on_line = {row[0]: row[1] or "" for row in await connection.execute(told)}
    query = sa.select(*_COLUMNS).select_from(
        people.outerjoin(members, members.c.person_id == people.c.id)
        .outerjoin(point_balances, point_balances.c.person_id == people.c.id)
        .outerjoin(purchase_summaries, purchase_summaries.c.person_id == people.c.id)
    )
    rows = await connection.execute(query.where(people.c.id.in_(ids)))
    return {
        row.id: Face(
            person_id=row.id,
            name=str(row.attributes.get("name") or on_line.get(row.id, "")),
            number=row.number,
            joined_at=row.joined_at,
            points=row.balance or 0,
            bills=row.bills or 0,
            last_bill_at=row.last_at,
            is_on_line=row.id in on_line,
        )
        for row in rows
    }


async def person_of(connection: AsyncConnection, words: str) -> int | None:
    """Return the person of an id as exports write it: P123."""
    digits = words.strip().upper().removeprefix("P")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):  # noqa: PLR2004 - 64 bits
        return None
    query = sa.select(people.c.id).where(people.c.id == int(digits))
    found: int | None = await connection.scalar(query)
    return found
