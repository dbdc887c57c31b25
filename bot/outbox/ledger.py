"""The billing ledger: one row for every message LINE bills.

The row is written before the message leaves, in the transaction that decides on the push, so that
a crash can leave a row too many for a moment but never a billed message without one.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import month_of
from bot.outbox.model import Call
from bot.store.batch import Query

#: Why a push to a friend who had blocked us is off the bill.
_BLOCKED: Final = "blocked"

#: In the words of the index of blocks and returns: SQLite takes an index for these words only.
_TURNS: Final = "kind IN ('follow', 'unfollow')"

#: What may have arrived, and was sent once more by a person, may be billed twice.
_COUNT = Query(
    "INSERT INTO ledger (outbox_id, user_id, count, reason, month, counted_at) "
    "VALUES (:outbox_id, :user_id, :count, :reason, :month, :now) "
    "ON CONFLICT (outbox_id) DO UPDATE SET month = excluded.month, "
    "count = excluded.count + CASE WHEN ledger.voided_at IS NULL THEN ledger.count ELSE 0 END, "
    "counted_at = excluded.counted_at, voided_at = NULL, void_reason = NULL"
)
_VOID = Query(
    "UPDATE ledger SET voided_at = CASE WHEN count > 1 THEN NULL ELSE :now::bigint END, "
    "void_reason = CASE WHEN count > 1 THEN NULL ELSE :reason::text END, "
    "count = CASE WHEN count > 1 THEN count - 1 ELSE count END "
    "WHERE outbox_id = :outbox_id AND voided_at IS NULL"
)
#: As LINE told us so far, the friend blocked us from before the push until after LINE took it.
#: What happened in the same millisecond leaves it on the bill.
_WHILE_BLOCKED: Final = (
    f"(SELECT e.kind FROM events e WHERE e.lane = ledger.user_id AND e.{_TURNS} "  # noqa: S608
    "AND e.occurred_at <= ledger.counted_at ORDER BY e.occurred_at DESC, e.kind LIMIT 1"
    ") = 'unfollow' AND NOT EXISTS (SELECT 1 FROM events e WHERE e.lane = ledger.user_id "
    f"AND e.{_TURNS} AND e.kind = 'follow' AND e.occurred_at > ledger.counted_at "
    "AND e.occurred_at <= o.settled_at)"
)
_VOID_SINCE = Query(
    "UPDATE ledger SET voided_at = :now, void_reason = :reason "  # noqa: S608
    "WHERE user_id = :user_id AND counted_at >= :since AND voided_at IS NULL "
    "AND EXISTS (SELECT 1 FROM outbox o WHERE o.id = ledger.outbox_id AND o.state = 'sent' "
    f"AND {_WHILE_BLOCKED})"
)
_RESTORE_SINCE = Query(
    "UPDATE ledger SET voided_at = NULL, void_reason = NULL "  # noqa: S608
    "WHERE user_id = :user_id AND void_reason = :reason "
    "AND EXISTS (SELECT 1 FROM outbox o WHERE o.id = ledger.outbox_id "
    f"AND o.settled_at >= :since AND NOT ({_WHILE_BLOCKED}))"
)
_TOTAL = Query(
    "SELECT COALESCE(sum(count), 0) FROM ledger WHERE month = :month AND voided_at IS NULL"
)


async def count(connection: AsyncConnection, call: Call, *, now: datetime) -> None:
    """Count a push to one friend; LINE bills the call, not its bubbles."""
    await _COUNT.count(
        connection,
        outbox_id=call.call_id,
        user_id=call.lane,
        count=1,
        reason=call.why,
        month=month_of(now),
        now=now,
    )


async def void(connection: AsyncConnection, call_id: int, *, reason: str, now: datetime) -> None:
    """Take a push off the bill: LINE refused it."""
    await _VOID.count(connection, outbox_id=call_id, reason=reason, now=now)


async def correct_since(
    connection: AsyncConnection, user_id: str, *, since: datetime, now: datetime
) -> None:
    """Bring the bill in line with a block or a return that we are told of.

    LINE bills no push that meets a block, and tells of blocks and returns late and in any order:
    of what was pushed since then, all that we know of this friend decides. A push still under
    way stays counted, for the friend may be back when LINE takes it.

    Args:
        connection: inside the transaction that notes the block or the return.
        user_id: the friend.
        since: when they blocked us or came back.
        now: the present.
    """
    values = {"user_id": user_id, "since": since, "reason": _BLOCKED}
    await _VOID_SINCE.count(connection, now=now, **values)
    await _RESTORE_SINCE.count(connection, **values)


async def total(connection: AsyncConnection, month: str) -> int:
    """Return how many messages of a month (2026-11, JST) LINE bills, as far as we know."""
    return int((await _TOTAL.rows(connection, month=month))[0][0])
