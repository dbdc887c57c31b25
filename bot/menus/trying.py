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
from bot.segments.sql import where
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


async def by_rule(connection: AsyncConnection, choice: Choice) -> Sequence[int]:
    """Count the friends each rule decides for, in the order they are asked; the default's last."""
    dialect, default = connection.dialect.name, len(choice.asked)
    whens = [
        (where(one.tree, dialect), sa.literal(number)) for number, one in enumerate(choice.asked)
    ]
    decides = sa.case(*whens, else_=default) if whens else sa.literal(default)
    each = (
        sa.select(decides.label("rule"))
        .select_from(choice.source)
        .where(friends.c.state != Friendship.BLOCKED.value)
        .subquery()
    )
    query = sa.select(each.c.rule, sa.func.count()).group_by(each.c.rule)
    found = {row[0]: row[1] for row in await connection.execute(query)}
    return [found.get(number, 0) for number in range(default + 1)]
