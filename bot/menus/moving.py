"""Moving many friends at once: who has another menu than they should, in one statement.

    Choice + some friends -> (SQL) -> friends.menu + outbox calls, in the caller's transaction

A few friends get a call each, which LINE does at once; from ``MANY`` on one call moves up to 500,
which LINE does within seconds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.friends.model import Friendship
from bot.line.limits import BULK_LINK_USERS
from bot.menus.choosing import Choice
from bot.menus.model import HIDDEN
from bot.menus.tabs import Tabs
from bot.menus.wanted import shown_of
from bot.outbox import repository as outbox
from bot.outbox.model import Call, Kind, request
from bot.store import arrival
from bot.store.batch import Query, is_postgres
from bot.store.tables.friends import friends

#: From so many friends on, who move to one menu, they share a call.
MANY: Final = 10

_MOVE = Query(
    "UPDATE friends SET menu = :menu, menu_tab = :tab::text, version = version + 1 "
    "WHERE id = ANY(:ids::bigint[])"
)


@dataclass(frozen=True, slots=True)
class Move:
    """One friend who is to see another menu."""

    friend_id: int
    user_id: str
    #: What they see now: a menu, or ``HIDDEN``.
    before: str
    after: str
    #: The tab that is open afterwards.
    tab: str | None
    #: The menu of their own, and the tab of it, that LINE was told of; None: they have none.
    own: str | None = None
    own_tab: str | None = None


async def find(
    connection: AsyncConnection,
    choice: Choice,
    tabs: Tabs,
    which: sa.ColumnElement[bool],
    *,
    locks: bool = False,
) -> list[Move]:
    """Return the friends among some who do not see what they should; with ``locks``, locked."""
    query = asked(connection, choice, tabs, which)
    if locks and is_postgres(connection):
        query = query.with_for_update(of=friends)
    return [
        Move(row[0], row[1], row[2], row[3], _tab(row[4], row[3], tabs, choice), row[5], row[4])
        for row in await connection.execute(query)
        if not tabs.same(row[2], row[3]) or row[4] in choice.hidden or tabs.is_gone(row[4])
    ]


def asked(
    connection: AsyncConnection, choice: Choice, tabs: Tabs, which: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """Return the question who among some friends does not see what they should."""
    wanted = choice.case(connection.dialect.name, is_walk=True)
    shown = sa.func.coalesce(friends.c.menu, choice.unlinked)
    moves = wanted != shown
    if choice.hidden:
        opened = friends.c.menu_tab.in_(sorted(choice.hidden))
        moves = sa.or_(moves, sa.and_(shown != HIDDEN, opened))
    if tabs.keys:  # a tab that is no longer defined is about to be deleted
        gone = friends.c.menu_tab.not_in(sorted(tabs.keys))
        moves = sa.or_(moves, sa.and_(shown != HIDDEN, gone))
    return (
        sa.select(
            friends.c.id, friends.c.user_id, shown, wanted, friends.c.menu_tab, friends.c.menu
        )
        .select_from(choice.source)
        .where(which, friends.c.state != Friendship.BLOCKED.value, moves)
        .order_by(friends.c.id)
    )


async def move(
    connection: AsyncConnection,
    moves: Sequence[Move],
    *,
    why: str,
    now: datetime,
    is_told: Callable[[Move], bool] = lambda _: False,
) -> None:
    """Note what friends see from now on, and store the calls that tell LINE.

    Args:
        connection: inside a transaction.
        moves: whose friends are locked.
        why: what caused it, for the trace of calls.
        now: the present.
        is_told: whether LINE is told of a move in another way.
    """
    groups: defaultdict[tuple[str, str | None], list[Move]] = defaultdict(list)
    for one in moves:
        groups[one.after, one.tab].append(one)
    calls: list[Call] = []
    for (menu, tab), group in groups.items():
        ids = [one.friend_id for one in group]
        await _MOVE.count(connection, menu=menu, tab=tab, ids=ids)
        users = [one.user_id for one in group if not is_told(one)]
        calls += calls_for(users, shown_of(menu, tab).shown, why=why, now=now)
    await outbox.insert(connection, calls, owner=None, now=now)


def calls_for(user_ids: Sequence[str], shown: str, *, why: str, now: datetime) -> Iterator[Call]:
    """Make the calls that show these friends what is noted for them."""
    if len(user_ids) < MANY:
        for user_id in user_ids:
            yield request(user_id, Kind.MENU, {"menu": shown}, why=why, now=now)
        return
    for start in range(0, len(user_ids), BULK_LINK_USERS):
        some = list(user_ids[start : start + BULK_LINK_USERS])
        # A lane of its own: what each of them is to see is read when it leaves.
        lane = f"menus:{arrival.number()}"
        yield request(lane, Kind.MENUS, {"menu": shown, "users": some}, why=why, now=now)


def _tab(tab: str | None, menu: str, tabs: Tabs, choice: Choice) -> str | None:
    if menu == HIDDEN:
        return tab  # it comes back with what was hidden
    return None if tab in choice.hidden else tabs.fitting(tab, menu)
