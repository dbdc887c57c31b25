"""The queries of the outbox.

A process may send a call while it holds the call's lease. What it writes about the call is fenced
by its name as the owner, so a process whose lease was taken over changes nothing any more.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox.model import Call, Kind, State, Via
from bot.outbox.policy import Verdict
from bot.store import batch
from bot.store.batch import Query
from bot.store.tables.outbox import outbox
from bot.store.types import from_ms

#: How long a process may be silent about a call before another takes it over.
LEASE: Final = timedelta(seconds=30)
#: How long a call that does not ride on a token holds back the later ones of its friend.
#: Past it, an answer the friend waits for is worth more than the order.
PATIENCE: Final = timedelta(seconds=20)

#: States in which a call still waits for something.
OPEN: Final = (State.WAITING, State.SENDING, State.PARKED, State.HELD)

_COLUMNS = (
    "id, lane, kind, body, bubbles, reply_token, reply_until, pays, retry_key, why, state, via, "
    "attempts, doubtful, pushed_at, due_at, expires_at, created_at"
)
#: In the words of the indexes of open calls: SQLite takes an index for these words only.
_OPEN = "state IN ('waiting', 'sending', 'parked')"
#: Of ``p``: under way elsewhere. The same friend's calls keep order.
_ELSEWHERE = (
    f"p.{_OPEN} AND p.state <> 'parked' AND (p.owner IS NULL OR p.owner <> :owner) "
    "AND (p.reply_until > :now OR p.created_at > :patience)"
)
#: By lane: 0, calls are under way elsewhere; 1, calls wait for the friend's next event.
_STANDING = Query(
    f"SELECT DISTINCT p.lane, 0 FROM outbox p WHERE p.lane = ANY(:lanes::text[]) AND {_ELSEWHERE} "  # noqa: S608
    f"UNION ALL SELECT lane, 1 FROM outbox WHERE lane = ANY(:lanes::text[]) AND {_OPEN} "
    "AND state = 'parked' "
    "UNION ALL SELECT lane, 1 FROM outbox WHERE lane = ANY(:lanes::text[]) AND state = 'held'"
)
_HELD = Query(
    f"SELECT {_COLUMNS} FROM outbox WHERE lane = ANY(:lanes::text[]) AND state = 'held' "  # noqa: S608
    "AND expires_at > :now FOR UPDATE SKIP LOCKED"
)
_PARKED = Query(
    f"SELECT {_COLUMNS} FROM outbox WHERE lane = ANY(:lanes::text[]) AND {_OPEN} "  # noqa: S608
    "AND state = 'parked' AND kind = 'message' AND via IS NULL AND NOT doubtful "
    "AND expires_at > :now FOR UPDATE SKIP LOCKED"
)
_DUE = Query(
    f"SELECT id FROM outbox o WHERE o.{_OPEN} AND o.due_at <= :now "  # noqa: S608
    "AND (o.state <> 'sending' OR o.lease_until < :now) AND NOT EXISTS "
    f"(SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.id < o.id AND {_ELSEWHERE})"
    " ORDER BY o.due_at, o.id LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_LEASE = Query(
    "UPDATE outbox SET owner = :owner, lease_until = :until, "  # noqa: S608
    "doubtful = doubtful OR state = 'sending', state = 'sending' "
    f"WHERE id = ANY(:ids::bigint[]) RETURNING {_COLUMNS}"
)
_RENEW = Query(
    "UPDATE outbox SET lease_until = :until WHERE id = ANY(:ids::bigint[]) AND owner = :owner"
)
_PACK = Query(
    "UPDATE outbox SET state = 'packed', packed_into = :into, settled_at = :now, body = NULL, "
    "owner = NULL, lease_until = NULL "
    "WHERE id = ANY(:ids::bigint[])"
)
_SHORTEN = Query("UPDATE outbox SET body = :body, bubbles = :bubbles WHERE id = :id")
#: LINE's last words stay with a call that is put back, or given up without asking again.
_SETTLE = Query(
    "UPDATE outbox o SET state = u.state, via = u.via, attempts = u.attempts, "
    "doubtful = u.doubtful, due_at = u.due_at, settled_at = u.settled_at, "
    "status = COALESCE(u.status, o.status), request_id = COALESCE(u.request_id, o.request_id), "
    "error = COALESCE(u.error, CASE WHEN u.status IS NULL THEN o.error END), "
    "sent_as = u.sent_as, owner = NULL, lease_until = NULL, "
    "reply_token = CASE WHEN u.keeps THEN o.reply_token ELSE NULL END "
    "FROM json_to_recordset(:rows::json) AS u(id bigint, state text, via text, attempts int, "
    "doubtful bool, due_at bigint, settled_at bigint, status int, request_id text, error text, "
    "sent_as text, keeps bool) "
    "WHERE o.id = u.id AND o.owner = :owner"
)
_SETTLE_ONE = Query(
    "UPDATE outbox SET state = :state, via = :via, attempts = :attempts, doubtful = :doubtful, "
    "due_at = :due_at, settled_at = :settled_at, status = COALESCE(:status::int, status), "
    "request_id = COALESCE(:request_id::text, request_id), "
    "error = COALESCE(:error::text, CASE WHEN :status::int IS NULL THEN error END), "
    "sent_as = :sent_as, owner = NULL, lease_until = NULL, "
    "reply_token = CASE WHEN :keeps THEN reply_token ELSE NULL END "
    "WHERE id = :id AND owner = :owner"
)
_BEGIN_PUSH = Query(
    "UPDATE outbox SET via = 'push', pushed_at = :now, body = :body, bubbles = :bubbles "
    "WHERE id = :id AND owner = :owner AND state = 'sending'"
)
_COMPANIONS = Query(
    f"SELECT {_COLUMNS} FROM outbox WHERE lane = :lane AND id > :id AND {_OPEN} "  # noqa: S608
    "AND (state = 'waiting' AND due_at <= :now OR state = 'parked' "
    "OR state = 'sending' AND owner = :owner) "
    "AND kind = 'message' AND pays AND via IS NULL AND NOT doubtful AND expires_at > :now "
    "AND (reply_token IS NULL OR reply_until <= :now) ORDER BY id FOR UPDATE SKIP LOCKED"
)
#: Of what is said by the way, nobody need hear that it did not leave; of an answer, somebody must.
_EXPIRE = Query(
    "UPDATE outbox SET state = 'expired', settled_at = :now, "
    "error = COALESCE(error, 'nothing could be sent in time'), closed_at = "
    "CASE WHEN why LIKE 'event:%' OR why LIKE 'staff:%' THEN NULL ELSE :now::bigint END "
    "WHERE state = 'held' AND expires_at <= :now"
)
_WITHDRAW = Query(
    "UPDATE outbox SET state = 'expired', settled_at = :now, closed_at = :now, body = NULL, "
    "error = 'no longer worth saying' WHERE id = :id AND state = 'held'"
)
_DEPTH = Query(
    f"SELECT state, count(*), min(created_at) FROM outbox WHERE {_OPEN} GROUP BY state "  # noqa: S608
    "UNION ALL "
    "SELECT state, count(*), min(created_at) FROM outbox WHERE state = 'held' GROUP BY state"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Lanes with open calls."""

    #: Earlier calls are under way elsewhere: a new one waits behind them.
    blocked: frozenset[str] = frozenset()
    #: Calls wait for the friend's next event.
    holding: frozenset[str] = frozenset()


async def standing(
    connection: AsyncConnection, lanes: Collection[str], *, owner: str | None, now: datetime
) -> Standing:
    """Tell how lanes stand before new calls come, in one statement.

    Args:
        connection: inside the transaction of what causes the calls.
        lanes: of the calls, and of the friends who could let others go.
        owner: whose own calls hold nothing back.
        now: the present.
    """
    if not lanes:
        return Standing()
    rows = await _STANDING.rows(
        connection, lanes=list(lanes), owner=owner or "", now=now, patience=now - PATIENCE
    )
    return Standing(
        frozenset(row[0] for row in rows if not row[1]),
        frozenset(row[0] for row in rows if row[1]),
    )


async def insert(
    connection: AsyncConnection,
    calls: Sequence[Call],
    *,
    owner: str | None,
    now: datetime,
    blocked: Collection[str] | None = None,
) -> list[Call]:
    """Store calls and lease those that may leave at once to ``owner``.

    Args:
        connection: inside the transaction of what caused the calls.
        calls: all WAITING.
        owner: the process that will send them itself; None leaves them to a dispatcher.
        now: also the start of the leases.
        blocked: lanes whose calls wait behind others; asked of the database when not given.

    Returns:
        The leased calls, SENDING.
    """
    if not calls:
        return []
    if blocked is None and owner is not None:
        lanes = {call.lane for call in calls}
        blocked = (await standing(connection, lanes, owner=owner, now=now)).blocked
    rows, leased = [], []
    for call in calls:
        leases = owner is not None and call.lane not in (blocked or ()) and call.due_at <= now
        state = State.SENDING if leases else State.WAITING
        rows.append(_row(call, state, owner if leases else None, now))
        if leases:
            leased.append(replace(call, state=state))
    await batch.insert(connection, outbox, rows)
    return leased


def _row(call: Call, state: State, owner: str | None, now: datetime) -> dict[str, Any]:
    return {
        "id": call.call_id,
        "lane": call.lane,
        "kind": call.kind.value,
        "body": call.body,
        "bubbles": call.bubbles,
        "reply_token": call.reply_token,
        "reply_until": call.reply_until,
        "pays": call.pays,
        "retry_key": call.retry_key,
        "why": call.why,
        "state": state.value,
        "attempts": call.attempts,
        "doubtful": call.doubtful,
        "due_at": call.due_at,
        "expires_at": call.expires_at,
        "owner": owner,
        "lease_until": None if owner is None else now + LEASE,
        "created_at": call.created_at,
    }


async def held(
    connection: AsyncConnection, lanes: Sequence[str], *, now: datetime
) -> dict[str, list[Call]]:
    """Return, locked, what the next event of these friends lets go free, oldest first."""
    found: dict[str, list[Call]] = {}
    rows = [
        *await _HELD.rows(connection, lanes=list(lanes), now=now),
        *await _PARKED.rows(connection, lanes=list(lanes), now=now),
    ]
    for row in sorted(rows, key=lambda row: (row[1], row[0])):
        found.setdefault(row[1], []).append(_call(row))
    return found


async def pack(
    connection: AsyncConnection, calls: Sequence[Call], *, into: int, now: datetime
) -> None:
    """Note that the bubbles of these calls leave in another call; nobody holds them any more."""
    await _PACK.count(connection, ids=[c.call_id for c in calls], into=into, now=now)


async def shorten(connection: AsyncConnection, call: Call) -> None:
    """Leave in a held call what did not fit into another."""
    await _SHORTEN.count(connection, id=call.call_id, body=call.body, bubbles=call.bubbles)


async def claim_due(
    connection: AsyncConnection, *, owner: str, now: datetime, limit: int
) -> list[Call]:
    """Lease calls that are due and whose friend has no earlier one under way.

    A call whose lease ran out may have been sent by the process that lost it: it comes back
    doubtful.
    """
    due = await _DUE.rows(connection, now=now, owner=owner, patience=now - PATIENCE, limit=limit)
    if not due:
        return []
    rows = await _LEASE.rows(
        connection, ids=[row[0] for row in due], owner=owner, until=now + LEASE
    )
    return sorted((_call(row) for row in rows), key=lambda call: call.call_id)


async def renew(
    connection: AsyncConnection, call_ids: Sequence[int], *, owner: str, now: datetime
) -> None:
    """Keep the leases of calls that are still being sent."""
    await _RENEW.count(connection, ids=list(call_ids), owner=owner, until=now + LEASE)


async def settle(
    connection: AsyncConnection, verdicts: Sequence[Verdict], *, owner: str, now: datetime
) -> None:
    """Record what became of calls and let go of their leases."""
    if not verdicts:
        return
    if not batch.is_postgres(connection):
        await _SETTLE_ONE.each(
            connection, [{"owner": owner, **_outcome(verdict, now)} for verdict in verdicts]
        )
        return
    outcomes = [_outcome(verdict, now) for verdict in verdicts]
    await _SETTLE.count(connection, owner=owner, rows=batch.records(outcomes))


async def settle_one(
    connection: AsyncConnection, verdict: Verdict, *, owner: str, now: datetime
) -> bool:
    """Record what became of one call; False: its lease was lost, and nothing is recorded."""
    outcome = {"owner": owner, **_outcome(verdict, now)}
    return await _SETTLE_ONE.count(connection, **outcome) == 1


_ENDED = frozenset({State.SENT, State.UNCERTAIN, State.FAILED, State.EXPIRED})


def _outcome(verdict: Verdict, now: datetime) -> dict[str, Any]:
    call = verdict.call
    return {
        "id": call.call_id,
        "state": call.state.value,
        "via": None if call.via is None else call.via.value,
        "attempts": call.attempts,
        "doubtful": call.doubtful,
        "due_at": call.due_at,
        "settled_at": now if call.state in _ENDED else None,
        "status": verdict.status,
        "request_id": verdict.request_id,
        "error": verdict.error,
        "sent_as": verdict.sent_as,
        "keeps": call.state is State.WAITING and call.reply_token is not None,
    }


async def companions(
    connection: AsyncConnection, call: Call, *, owner: str, now: datetime
) -> list[Call]:
    """Return, locked, later paid messages to the same friend that could leave in this call.

    Those that ``owner`` has leased too are in line behind this one.
    """
    rows = await _COMPANIONS.rows(
        connection, lane=call.lane, id=call.call_id, owner=owner, now=now
    )
    return [_call(row) for row in rows]


async def begin_push(
    connection: AsyncConnection, call: Call, *, owner: str, now: datetime
) -> bool:
    """Fix what will be pushed, before the first attempt; False: the lease was lost."""
    changed = await _BEGIN_PUSH.count(
        connection,
        id=call.call_id,
        owner=owner,
        now=now,
        body=call.body,
        bubbles=call.bubbles,
    )
    return changed == 1


async def expire_held(connection: AsyncConnection, *, now: datetime) -> int:
    """Give up what no event of the friend came for in time."""
    return await _EXPIRE.count(connection, now=now)


async def depth(connection: AsyncConnection) -> dict[State, tuple[int, datetime]]:
    """Return how many calls stand open in each state, and since when the oldest does."""
    return {State(r[0]): (r[1], from_ms(r[2])) for r in await _DEPTH.rows(connection)}


def _call(row: Sequence[Any]) -> Call:
    return Call(
        call_id=row[0],
        lane=row[1],
        kind=Kind(row[2]),
        body=bytes(row[3]),
        bubbles=row[4],
        reply_token=row[5],
        reply_until=None if row[6] is None else from_ms(row[6]),
        pays=bool(row[7]),
        retry_key=row[8],
        why=row[9],
        state=State(row[10]),
        via=None if row[11] is None else Via(row[11]),
        attempts=row[12],
        doubtful=bool(row[13]),
        pushed_at=None if row[14] is None else from_ms(row[14]),
        due_at=from_ms(row[15]),
        expires_at=from_ms(row[16]),
        created_at=from_ms(row[17]),
    )


async def withdraw(connection: AsyncConnection, call_id: int, *, now: datetime) -> bool:
    """Drop a call that is held for its friend; one that left, or is about to, stays as it is.

    Returns:
        Whether it was dropped, so that the friend never saw it.
    """
    return await _WITHDRAW.count(connection, id=call_id, now=now) > 0
