"""Calls that a person should look at: how many of which kind, and what is wrong with each.

outbox -> groups: alike by state, LINE's status and kind -> newest of some of them

What can be done about one is in :mod:`bot.outbox.mending`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox.model import Kind, State
from bot.store.batch import Query, instant

#: States in which a call waits for a person.
STATES: Final = (State.UNCERTAIN, State.FAILED, State.PARKED, State.EXPIRED)
#: Shops with no more friends, and fewer calls that wait, are looked at friend by friend.
_FEW_FRIENDS: Final = 3_000
_FEW: Final = 1_000

#: In the words of the index of troubles: SQLite takes an index for these words only.
TROUBLE: Final = "o.state IN ('uncertain', 'failed', 'parked', 'expired') AND o.closed_at IS NULL"
#: Messages of talks of some shops.
_THEIRS: Final = (
    "AND o.kind = 'message' AND EXISTS (SELECT 1 FROM friends f "
    "JOIN conversations c ON c.friend_id = f.id "
    "WHERE f.user_id = o.lane AND c.shop_key = ANY(:shops::text[]))"
)
_GROUPS: Final = Query(
    f"SELECT state, status, kind, count(*) FROM outbox o WHERE {TROUBLE} "  # noqa: S608
    "GROUP BY state, status, kind"
)
_THEIR_GROUPS: Final = Query(
    f"SELECT state, status, kind, count(*) FROM outbox o WHERE {TROUBLE} {_THEIRS} "  # noqa: S608
    "GROUP BY state, status, kind"
)
_LANES: Final = Query(
    "SELECT f.user_id FROM conversations c JOIN friends f ON f.id = c.friend_id "
    "WHERE c.shop_key = ANY(:shops::text[]) LIMIT :most"
)
_OF_LANES: Final = Query(
    f"SELECT o.id, o.state, o.status, o.kind FROM outbox o WHERE {TROUBLE} "  # noqa: S608
    "AND o.lane = ANY(:lanes::text[]) AND o.kind = 'message' ORDER BY o.id DESC LIMIT :most"
)


def _ids(status: str, narrowed: str, order: str) -> Query:
    past = "<" if order == "DESC" else ">"
    return Query(
        f"SELECT o.id FROM outbox o WHERE {TROUBLE} AND o.state = :state "  # noqa: S608
        f"AND {status} AND o.kind = :kind AND o.id {past} :past {narrowed} "
        f"ORDER BY o.id {order} LIMIT :limit"
    )


_WITH_STATUS: Final = ("o.status IS NULL", "o.status = :status")
#: By whether the group has a status, and whether the reader belongs to some shops.
_NEWEST: Final = [[_ids(s, n, "DESC") for n in ("", _THEIRS)] for s in _WITH_STATUS]
_OLDEST: Final = [_ids(s, "", "ASC") for s in _WITH_STATUS]
_PAID: Final = [
    Query(
        f"SELECT count(*) FROM outbox o WHERE {TROUBLE} AND o.state = :state AND {s} "  # noqa: S608
        "AND o.kind = 'message' AND o.pays AND o.body IS NOT NULL"
    )
    for s in _WITH_STATUS
]
_ROWS: Final = Query(
    "SELECT o.id, o.lane, o.kind, o.body, o.pays, o.why, o.state, o.via, o.attempts, o.doubtful, "  # noqa: S608
    "o.status, o.request_id, o.error, o.created_at, COALESCE(o.settled_at, o.due_at), f.id, "
    "f.state, p.display_name, c.shop_key, m.text, a.outbox_id FROM outbox o "
    "LEFT JOIN friends f ON f.user_id = o.lane LEFT JOIN profiles p ON p.user_id = o.lane "
    "LEFT JOIN conversations c ON c.friend_id = f.id "
    "LEFT JOIN talk_messages m ON m.id = o.id LEFT JOIN staff_answers a ON a.outbox_id = o.id "
    f"WHERE o.id = ANY(:ids::bigint[]) AND {TROUBLE} ORDER BY o.id DESC"
)


class Reason(StrEnum):
    """Why a call waits for a person."""

    UNKNOWN = "unknown"  # nobody knows whether it arrived
    REFUSED_CHANNEL = "channel"  # LINE takes nothing from this channel: its token is wrong
    MONTH = "month"  # the month's messages are used up
    PLAN = "plan"  # LINE keeps it from accounts or plans like ours
    BLOCKED = "blocked"
    UNFIT = "unfit"  # LINE does not take what it says
    GONE = "gone"  # LINE does not know whom or what it is about
    UNREADY = "unready"  # it makes no sense as things are here
    LATE = "late"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that are alike, and how many they are."""

    state: State
    #: LINE's last HTTP status.
    status: int | None
    kind: Kind
    count: int

    @property
    def reason(self) -> Reason:
        """Why they wait."""
        return reason_of(self.state, self.status, self.kind)


class Seen(NamedTuple):
    """A call as it stood when somebody looked at it."""

    call_id: int
    attempts: int
    #: Milliseconds: when it was settled, or when it is tried again.
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One call that waits for a person."""

    call_id: int
    lane: str
    kind: Kind
    #: As LINE was to get it; None: erased, so it cannot leave any more.
    body: bytes | None
    pays: bool
    why: str
    state: State
    via: str | None
    attempts: int
    doubtful: bool
    status: int | None
    request_id: str | None
    #: LINE's words, or the outbox's.
    error: str | None
    created_at: datetime
    #: When it came to this; of what is parked, when it is tried again.
    at: datetime
    friend_id: int | None
    is_blocked: bool
    name: str | None
    shop_key: str | None
    #: As the talk keeps it.
    text: str | None
    is_staff_answer: bool
    seen: Seen

    @property
    def reason(self) -> Reason:
        """Why it waits."""
        return reason_of(self.state, self.status, self.kind)

    @property
    def can_leave(self) -> bool:
        """Whether sending it again could bring it to anybody."""
        return self.body is not None and not (self.is_blocked and self.kind is Kind.MESSAGE)

    @property
    def costs(self) -> bool:
        """Whether LINE bills it when it leaves again."""
        return self.pays and self.kind is Kind.MESSAGE

    @property
    def may_be_there(self) -> bool:
        """Whether sending it again could bring it twice."""
        return self.state is State.UNCERTAIN and self.kind is Kind.MESSAGE

    @property
    def can_be_let_be(self) -> bool:
        """Whether it may be left alone: a menu that LINE takes no order for now is still owed."""
        return self.state is not State.PARKED or self.kind is Kind.MESSAGE


def reason_of(state: State, status: int | None, kind: Kind) -> Reason:
    """Return why calls like these wait for a person."""
    if state in _BY_STATE:
        return _BY_STATE[state]
    if status is None and state is State.FAILED:  # LINE was not asked
        return Reason.BLOCKED if kind is Kind.MESSAGE else Reason.UNREADY
    return _BY_STATUS.get(status or 0, Reason.OTHER)


_BY_STATE: Final = {State.UNCERTAIN: Reason.UNKNOWN, State.EXPIRED: Reason.LATE}
_BY_STATUS: Final[Mapping[int, Reason]] = {
    HTTPStatus.UNAUTHORIZED: Reason.REFUSED_CHANNEL,
    HTTPStatus.FORBIDDEN: Reason.PLAN,
    HTTPStatus.TOO_MANY_REQUESTS: Reason.MONTH,
    HTTPStatus.BAD_REQUEST: Reason.UNFIT,
    HTTPStatus.NOT_FOUND: Reason.GONE,
}


async def groups(
    connection: AsyncConnection, *, shops: Collection[str] | None = None
) -> list[Group]:
    """Count what waits for a person.

    Args:
        connection: reads only.
        shops: messages of their talks alone; None: everything.
    """
    if shops is None:
        return [_group(row) for row in await _GROUPS.rows(connection)]
    few = await _of_few(connection, shops)
    if few is not None:
        counts = Counter((row[1], row[2], row[3]) for row in few)
        return [_group((*alike, count)) for alike, count in counts.items()]
    return [_group(row) for row in await _THEIR_GROUPS.rows(connection, shops=sorted(shops))]


async def newest(
    connection: AsyncConnection,
    among: Iterable[Group],
    *,
    shops: Collection[str] | None = None,
    before: int = 1 << 62,
    limit: int,
) -> list[Trouble]:
    """Return calls of some groups, the newest first.

    Args:
        connection: reads only.
        among: those wanted; their counts do not matter.
        shops: as for ``groups``.
        before: the id of the oldest one shown so far.
        limit: at most so many.
    """
    few = None if shops is None else await _of_few(connection, shops)
    if few is not None:
        alike = {(group.state.value, group.status, group.kind.value) for group in among}
        ids = [row[0] for row in few if row[0] < before and tuple(row[1:4]) in alike]
        return await _read(connection, ids[:limit])
    ids = []
    for group in among:
        query = _NEWEST[group.status is not None][shops is not None]
        ids += await _ids_of(connection, query, group, past=before, limit=limit, shops=shops)
    return await _read(connection, sorted(ids, reverse=True)[:limit])


async def _of_few(connection: AsyncConnection, shops: Collection[str]) -> Sequence[Any] | None:
    """Return what waits of shops with few friends, the newest first; None: it is much."""
    told = await _LANES.rows(connection, shops=sorted(shops), most=_FEW_FRIENDS + 1)
    if len(told) > _FEW_FRIENDS:
        return None
    if not told:
        return ()
    found = await _OF_LANES.rows(connection, lanes=[row[0] for row in told], most=_FEW)
    return found if len(found) < _FEW else None


async def _read(connection: AsyncConnection, ids: Sequence[int]) -> list[Trouble]:
    return [_trouble(row) for row in await _ROWS.rows(connection, ids=list(ids))] if ids else []


async def find(connection: AsyncConnection, call_id: int) -> Trouble | None:
    """Return a call that waits for a person; None: it does not, or not any more."""
    rows = await _ROWS.rows(connection, ids=[call_id])
    return _trouble(rows[0]) if rows else None


async def next_ids(
    connection: AsyncConnection, among: Iterable[Group], *, after: int, limit: int
) -> list[int]:
    """Return the ids of calls of some groups, in order, to walk through all of them once."""
    ids: list[int] = []
    for group in among:
        query = _OLDEST[group.status is not None]
        ids += await _ids_of(connection, query, group, past=after, limit=limit)
    return sorted(ids)[:limit]


async def count_paid(connection: AsyncConnection, among: Iterable[Group]) -> int:
    """Count those of some groups that LINE would bill if they left again."""
    count = 0
    for group in among:
        if group.kind is Kind.MESSAGE:
            values = {} if group.status is None else {"status": group.status}
            query = _PAID[group.status is not None]
            rows = await query.rows(connection, state=group.state.value, **values)
            count += int(rows[0][0])
    return count


async def _ids_of(
    connection: AsyncConnection,
    query: Query,
    group: Group,
    *,
    past: int,
    limit: int,
    shops: Collection[str] | None = None,
) -> list[int]:
    values: dict[str, Any] = {"state": group.state.value, "kind": group.kind.value}
    values |= {} if group.status is None else {"status": group.status}
    values |= {} if shops is None else {"shops": sorted(shops)}
    rows = await query.rows(connection, past=past, limit=limit, **values)
    return [row[0] for row in rows]


def _group(row: Sequence[Any]) -> Group:
    return Group(State(row[0]), row[1], Kind(row[2]), int(row[3]))


def _trouble(row: Sequence[Any]) -> Trouble:
    return Trouble(
        call_id=row[0],
        lane=row[1],
        kind=Kind(row[2]),
        body=None if row[3] is None else bytes(row[3]),
        pays=bool(row[4]),
        why=row[5],
        state=State(row[6]),
        via=row[7],
        attempts=row[8],
        doubtful=bool(row[9]),
        status=row[10],
        request_id=row[11],
        error=row[12],
        created_at=instant(row[13]),
        at=instant(row[14]),
        friend_id=row[15],
        is_blocked=row[16] == "blocked",
        name=row[17],
        shop_key=row[18],
        text=row[19],
        is_staff_answer=row[20] is not None,
        seen=Seen(row[0], row[8], row[14]),
    )
