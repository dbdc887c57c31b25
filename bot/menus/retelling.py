"""Telling LINE once more what friends of a menu see: after publishing, or when LINE has lost it.

ask(menu) -> menu_repoints -> (keeper, a few thousand at a time) -> outbox
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.menus import moving
from bot.menus.progress import START
from bot.outbox import repository as outbox
from bot.store.batch import Query

#: Friends told again in one transaction.
PIECE = 5_000

_ASK = Query(
    "INSERT INTO menu_repoints (menu, walked, why, asked_at) "
    "VALUES (:menu, :start, :why, :now) "
    "ON CONFLICT (menu) DO UPDATE SET walked = excluded.walked, why = excluded.why"
)
_NEXT = Query(
    "SELECT menu, walked, why FROM menu_repoints ORDER BY asked_at, menu LIMIT 1 FOR UPDATE"
)
_WALK = Query("UPDATE menu_repoints SET walked = :walked WHERE menu = :menu")
_DONE = Query("DELETE FROM menu_repoints WHERE menu = :menu")
_SEES = (
    "state <> 'blocked' AND "
    "(menu = :menu AND (menu_tab IS NULL OR menu = '-') OR menu_tab = :menu AND menu <> '-')"
)
_HAVING = Query(
    f"SELECT id, user_id FROM friends WHERE id > :after AND {_SEES} ORDER BY id LIMIT :limit"  # noqa: S608 - constant
)
_COUNT = Query(f"SELECT count(*) FROM friends WHERE {_SEES}")  # noqa: S608 - constant


async def ask(connection: AsyncConnection, menu: str, *, why: str, now: datetime) -> None:
    """Have everybody who sees a menu linked to it again; asked twice, it begins anew."""
    await _ASK.count(connection, menu=menu, start=START, why=why, now=now)


async def having(
    connection: AsyncConnection, menu: str, *, after: int = START, limit: int
) -> Sequence[tuple[int, str]]:
    """Return the next friends with a menu of their own who see this one, as id and user id."""
    rows = await _HAVING.rows(connection, menu=menu, after=after, limit=limit)
    return [(row[0], row[1]) for row in rows]


async def count(connection: AsyncConnection, menu: str) -> int:
    """Return how many see a menu that is their own."""
    return int((await _COUNT.rows(connection, menu=menu))[0][0])


async def go_on(connection: AsyncConnection, *, now: datetime) -> bool:
    """Tell the next few; False: nobody is to be told."""
    asked = await _NEXT.rows(connection)
    if not asked:
        return False
    menu, walked, why = asked[0]
    found = await having(connection, menu, after=walked, limit=PIECE)
    calls = moving.calls_for([user_id for _, user_id in found], menu, why=why, now=now)
    await outbox.insert(connection, list(calls), owner=None, now=now)
    if len(found) < PIECE:
        await _DONE.count(connection, menu=menu)
    else:
        await _WALK.count(connection, menu=menu, walked=found[-1][0])
    return True
