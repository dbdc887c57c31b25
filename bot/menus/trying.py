"""What rules would do: who would see what, before anybody does.

Choice -> (SQL) -> heads by what they see now and would see
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.model import Friendship
from bot.menus.choosing import Choice
from bot.menus.tabs import Tabs
from bot.store.tables.friends import friends


@dataclass(frozen=True, slots=True)
class Heads:
    """So many friends see one menu now, and would see another, or the same."""

    before: str
    after: str
    friends: int


async def heads(
    connection: AsyncConnection, now: Choice, then: Choice, tabs: Tabs
) -> Sequence[Heads]:
    """Count who would see what; largest first.

    Args:
        connection: a snapshot is enough.
        now: what friends without a menu of their own see by.
        then: what is tried.
        tabs: moving between tabs of one set is staying.
    """
    before = sa.func.coalesce(friends.c.menu, now.unlinked).label("before")
    after = then.case(connection.dialect.name).label("after")
    each = (
        sa.select(before, after)
        .select_from(then.source)
        .where(friends.c.state != Friendship.BLOCKED.value)
        .subquery()
    )
    count = sa.func.count()
    query = sa.select(each.c.before, each.c.after, count).group_by(each.c.before, each.c.after)
    found = [
        Heads(row[0], row[0] if tabs.same(row[0], row[1]) else row[1], row[2])
        for row in await connection.execute(query)
    ]
    return sorted(found, key=lambda one: (-one.friends, one.before, one.after))
