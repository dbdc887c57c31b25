"""The billing ledger: one row for every message LINE bills.

The row is written before the message leaves, in the transaction that decides on the push, so that
a crash can leave a row too many for a moment but never a billed message without one.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import month_of
from bot.outbox.model import Call
from bot.store.batch import Query

_COUNT = Query(
    "INSERT INTO ledger (outbox_id, user_id, count, reason, month, counted_at) "
    "VALUES (:outbox_id, :user_id, :count, :reason, :month, :now) "
    "ON CONFLICT (outbox_id) DO UPDATE SET month = excluded.month, "
    "counted_at = excluded.counted_at, voided_at = NULL, void_reason = NULL"
)
_VOID = Query(
    "UPDATE ledger SET voided_at = :now, void_reason = :reason "
    "WHERE outbox_id = :outbox_id AND voided_at IS NULL"
)
_VOID_SINCE = Query(
    "UPDATE ledger SET voided_at = :now, void_reason = :reason "
    "WHERE user_id = :user_id AND counted_at >= :since AND voided_at IS NULL"
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


async def void_since_block(
    connection: AsyncConnection, user_id: str, *, blocked_at: datetime, now: datetime
) -> int:
    """Take off what was pushed after the friend had blocked us, before we could know."""
    return await _VOID_SINCE.count(
        connection, user_id=user_id, since=blocked_at, reason="blocked", now=now
    )


async def total(connection: AsyncConnection, month: str) -> int:
    """Return how many messages of a month (2026-11, JST) LINE bills, as far as we know."""
    return int((await _TOTAL.rows(connection, month=month))[0][0])
