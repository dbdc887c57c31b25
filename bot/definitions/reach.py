"""How many friends a plan concerns: who enters and leaves segments, who sees another menu."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content.model import Kind
from bot.definitions.fate import Fate
from bot.definitions.plan import Plan
from bot.friends.model import Friendship
from bot.menus.choosing import Chooser
from bot.people.derived import today_in_tokyo
from bot.store import batch
from bot.store.tables.friends import friends, people


@dataclass(frozen=True, slots=True)
class Moved:
    """Friends who would see another menu."""

    count: int
    before: str
    after: str


async def segments(
    connection: AsyncConnection, plan: Plan, *, now: datetime
) -> AsyncIterator[tuple[str, int | None, int | None]]:
    """Count the friends of every segment that changes, as it is and as it would be."""
    today = today_in_tokyo(now)
    for step in plan.of(Kind.SEGMENT):
        if step.fate in {Fate.UNCHANGED, Fate.KEPT}:
            continue
        key = step.document.key
        counts: list[int | None] = []
        for contents in (plan.before, None if step.fate is Fate.REMOVED else plan.after):
            known = None if contents is None else contents.segments
            if known is None or key not in known.keys:
                counts.append(None)
                continue
            found = await known.count(connection, known[key].rule, today=today)
            counts.append(found.friends)
        yield key, counts[0], counts[1]


async def menus(connection: AsyncConnection, plan: Plan, *, now: datetime) -> list[Moved]:
    """Count the friends who would see another menu, the most first; none when the rules agree."""
    if plan.before is None:
        return []
    both = [Chooser(each.rules, each.segments).at(now) for each in (plan.before, plan.after)]
    if both[0].fingerprint == both[1].fingerprint:
        return []
    name = connection.dialect.name
    before, after = (choice.case(name).label(f"menu_{n}") for n, choice in enumerate(both))
    shown = (
        sa.select(before, after)
        .select_from(people.join(friends, people.c.id == friends.c.person_id))
        .where(friends.c.state != Friendship.BLOCKED.value)
        .subquery()
    )
    count = sa.func.count()
    query = (
        sa.select(count, shown.c.menu_0, shown.c.menu_1)
        .where(shown.c.menu_0 != shown.c.menu_1)
        .group_by(shown.c.menu_0, shown.c.menu_1)
        .order_by(count.desc())
    )
    return [Moved(*row) for row in await connection.execute(query)]


async def holders(connection: AsyncConnection, kind: Kind, key: str) -> int:
    """Count the people who have a value of an attribute, or carry a tag."""
    has: sa.ColumnElement[bool]
    if kind is Kind.ATTRIBUTE:
        has = (
            sa.func.jsonb_exists(people.c.attributes, key)
            if batch.is_postgres(connection)
            else sa.func.json_type(people.c.attributes, f'$."{key}"').is_not(None)
        )
    elif batch.is_postgres(connection):
        has = sa.func.jsonb_exists(people.c.tags, key)
    else:
        tags = sa.func.json_each(people.c.tags).table_valued("value")
        has = sa.exists().where(tags.c.value == key)
    query = sa.select(sa.func.count()).select_from(people).where(has)
    return int(await connection.scalar(query) or 0)
