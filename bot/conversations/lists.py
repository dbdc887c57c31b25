"""The list of talks: filters with counts, who waits longest first, a page at a time.

    Filter + Scope -> SQL over conversations (an index for each order) -> rows with names and words

Pages go on from the last row's key, so a list that changes under the reader skips nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.model import State
from bot.staff.model import Scope
from bot.store.batch import is_postgres
from bot.store.types import from_ms

PAGE: Final = 50
#: A count past this is shown as "more than".
COUNTED: Final = 1_000

#: A page's key: the order's number, and the friend.
Key = tuple[int, int]


class View(StrEnum):
    """Which talks a list shows, as the left pane names them."""

    MINE = "mine"  # 自分の担当
    UNASSIGNED = "unassigned"  # 未割当
    ALL = "all"  # すべて
    OPEN = "open"  # 要対応
    IN_PROGRESS = "in_progress"  # 対応中
    SNOOZED = "snoozed"  # 保留
    DONE = "done"  # 対応済み


_WITH_STAFF: Final = "c.state IN ('open', 'in_progress')"
_VIEWS: Final = {
    View.MINE: "c.staff_id = :me AND c.state <> 'done'",
    View.UNASSIGNED: f"c.staff_id IS NULL AND {_WITH_STAFF}",
    View.ALL: "true",
    View.OPEN: "c.state = 'open'",
    View.IN_PROGRESS: "c.state = 'in_progress'",
    View.SNOOZED: "c.state = 'snoozed'",
    View.DONE: "c.state = 'done' AND c.opened_at IS NOT NULL",
}
#: These show what was said last first; the others who waits longest.
_NEWEST_FIRST: Final = frozenset({View.ALL, View.DONE})


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to."""

    view: View = View.OPEN
    shop_key: str | None = None
    tag: str | None = None
    only_unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTalk:
    """One row of the list."""

    friend_id: int
    key: Key
    state: State
    staff_id: int | None
    shop_key: str | None
    #: As LINE tells it; None: not known.
    name: str | None
    picture_url: str | None
    is_blocked: bool
    #: What was said last (of a friend who waits: by the friend), by whom (friend, bot or a staff
    #: member's id), and what kind it was.
    last_text: str | None
    last_author: str
    last_kind: str
    last_at: datetime
    waiting_since: datetime | None
    snoozed_until: datetime | None
    is_unread: bool
    version: int


#: Friends with a tag are asked for by id up to here.
_FEW: Final = 1_000
_TAGGED: Final = (
    "SELECT g.id FROM people t JOIN friends g ON g.person_id = t.id "
    "WHERE t.tags @> jsonb_build_array(CAST(:tag AS text)) LIMIT :limit"
)

_SELECT: Final = (
    "SELECT c.friend_id, c.queue_key, c.last_id, c.state, c.staff_id, c.shop_key, "
    "p.display_name, p.picture_url, f.state, m.text, m.author, m.kind, c.last_at, "
    "c.waiting_since, c.snoozed_until, c.heard_id > c.seen_id, c.version, m.state "
    "FROM conversations c JOIN friends f ON f.id = c.friend_id "
    "LEFT JOIN profiles p ON p.user_id = f.user_id "
    "LEFT JOIN talk_messages m ON m.id = "
    "CASE WHEN c.waiting_since IS NULL THEN c.last_id ELSE c.heard_id END "
)


async def list_talks(
    connection: AsyncConnection,
    chosen: Filter,
    *,
    scope: Scope,
    me: int,
    after: Key | None = None,
    limit: int = PAGE,
) -> list[ListedTalk]:
    """Return a page of talks.

    Args:
        connection: reads only.
        chosen: the view and what it is narrowed to.
        scope: whose talks the reader may see.
        me: the reader, for *mine*.
        after: the key of the last row of the page before.
        limit: rows at most.
    """
    where, values = _conditions(connection, chosen, scope, me)
    if chosen.tag is not None and (few := await _tagged(connection, chosen.tag)) is not None:
        where.append("c.friend_id IN :friend_ids")
        values["friend_ids"] = few
    newest = chosen.view in _NEWEST_FIRST
    number, way = ("c.last_id", "DESC") if newest else ("c.queue_key", "ASC")
    if after is not None:
        compare = "<" if newest else ">"
        where.append(f"({number}, c.friend_id) {compare} (:after_number, :after_friend)")
        values |= {"after_number": after[0], "after_friend": after[1]}
    sql = (
        f"{_SELECT} WHERE {' AND '.join(where)} "
        f"ORDER BY {number} {way}, c.friend_id {way} LIMIT :limit"
    )
    rows = await connection.execute(_text(sql, values), {**values, "limit": limit})
    return [_listed(row, newest=newest) for row in rows]


async def talks_of(
    connection: AsyncConnection, friend_ids: Sequence[int], *, scope: Scope
) -> list[ListedTalk]:
    """Return the rows of certain talks, such as those that have just changed."""
    if not friend_ids:
        return []
    where, values = _in_scope(scope)
    where.append("c.friend_id IN :friend_ids")
    values["friend_ids"] = list(friend_ids)
    rows = await connection.execute(
        _text(f"{_SELECT} WHERE {' AND '.join(where)}", values), values
    )
    return [_listed(row, newest=False) for row in rows]


async def counts(
    connection: AsyncConnection, *, scope: Scope, me: int, shop_key: str | None = None
) -> dict[View, int]:
    """Return how many talks each view has, up to ``COUNTED`` each."""
    found = {}
    for view in View:
        where, values = _conditions(connection, Filter(view, shop_key), scope, me)
        sql = (
            "SELECT count(*) FROM (SELECT 1 FROM conversations c "  # noqa: S608 - our own words
            f"WHERE {' AND '.join(where)} LIMIT {COUNTED}) counted"
        )
        found[view] = int(await connection.scalar(_text(sql, values), values) or 0)
    return found


async def changed_since(
    connection: AsyncConnection, cursor: int, *, scope: Scope, limit: int = 1_000
) -> tuple[list[tuple[int, int]], int]:
    """Return which talks changed since a cursor, as (friend id, version), and the next cursor.

    Numbers become visible out of order: of those shortly before the cursor the newest come again,
    as many as fit, and the version tells that they did. Where more have changed than fit, one
    more than that is returned.
    """
    where, values = _in_scope(scope)
    after = f"{' AND '.join(where)} AND c.touched > :cursor"
    newer = await _touched(connection, f"{after} ORDER BY c.touched", values, cursor, limit + 1)
    reached = max([cursor, *(row[2] for row in newer)])
    if (room := limit - len(newer)) > 0:
        before = f"{after} AND c.touched <= {cursor} ORDER BY c.touched DESC"
        newer += await _touched(connection, before, values, max(0, cursor - _LAG), room)
    return [(row[0], row[1]) for row in newer], reached


async def _touched(
    connection: AsyncConnection, where: str, values: dict[str, Any], cursor: int, limit: int
) -> list[Any]:
    sql = (
        f"SELECT c.friend_id, c.version, c.touched FROM conversations c WHERE {where} LIMIT :limit"  # noqa: S608 - our own words
    )
    given = {**values, "cursor": cursor, "limit": limit}
    return list((await connection.execute(_text(sql, values), given)).all())


async def cursor_now(connection: AsyncConnection) -> int:
    """Return where ``changed_since`` goes on for a screen that was drawn just now."""
    return int(
        await connection.scalar(text("SELECT COALESCE(max(touched), 0) FROM conversations")) or 0
    )


#: A transaction lives no longer than 30 s; arrival numbers count microseconds in their upper bits.
_LAG: Final = 40 * 1_000_000 << 12


def _conditions(
    connection: AsyncConnection, chosen: Filter, scope: Scope, me: int
) -> tuple[list[str], dict[str, Any]]:
    where, values = _in_scope(scope)
    if chosen.view is not View.ALL:
        where.append(_VIEWS[chosen.view])
    if chosen.view is View.MINE:
        values["me"] = me
    if chosen.shop_key is not None:
        where.append("c.shop_key = :shop_key")
        values["shop_key"] = chosen.shop_key
    if chosen.only_unread:
        where.append("c.heard_id > c.seen_id")
    if chosen.tag is not None:
        tagged = (
            "t.tags @> jsonb_build_array(CAST(:tag AS text))"
            if is_postgres(connection)
            else "EXISTS (SELECT 1 FROM json_each(t.tags) j WHERE j.value = :tag)"
        )
        where.append(
            "EXISTS (SELECT 1 FROM friends g JOIN people t ON t.id = g.person_id "  # noqa: S608 - our own words
            f"WHERE g.id = c.friend_id AND {tagged})"
        )
        values["tag"] = chosen.tag
    return where, values


async def _tagged(connection: AsyncConnection, tag: str) -> list[int] | None:
    """Return the friends with a tag, or None: they are many, and a walk over talks meets them.

    The planner knows nothing of how common a tag is.
    """
    if not is_postgres(connection):
        return None
    rows = await connection.execute(text(_TAGGED), {"tag": tag, "limit": _FEW + 1})
    found = [row[0] for row in rows]
    return found if len(found) <= _FEW else None


def _in_scope(scope: Scope) -> tuple[list[str], dict[str, Any]]:
    if scope.shops is None:
        return ["true"], {}
    return ["c.shop_key IN :shops"], {"shops": sorted(scope.shops)}


def _text(sql: str, values: dict[str, Any]) -> Any:
    lists = [name for name in ("shops", "friend_ids") if name in values]
    return text(sql).bindparams(*(bindparam(name, expanding=True) for name in lists))


def _listed(row: Sequence[Any], *, newest: bool) -> ListedTalk:
    return ListedTalk(
        friend_id=row[0],
        key=(row[2] if newest else row[1], row[0]),
        state=State(row[3]),
        staff_id=row[4],
        shop_key=row[5],
        name=row[6],
        picture_url=row[7],
        is_blocked=row[8] == "blocked",
        last_text=row[9],
        last_author=row[10] or "",
        last_kind="unsent" if row[17] == "unsent" else row[11] or "",
        last_at=from_ms(row[12]),
        waiting_since=None if row[13] is None else from_ms(row[13]),
        snoozed_until=None if row[14] is None else from_ms(row[14]),
        is_unread=bool(row[15]),
        version=row[16],
    )
