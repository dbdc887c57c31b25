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
    "WHERE user_id = :user_id AND counted_at >= :since AND voided_at IS NULL "
    "AND EXISTS (SELECT 1 FROM outbox o WHERE o.id = ledger.outbox_id AND o.state = 'sent')"
)
_RESTORE = Query(
    "UPDATE ledger SET voided_at = NULL, void_reason = NULL WHERE user_id = :user_id "
    "AND (:until::bigint IS NULL OR counted_at < :until::bigint) AND void_reason = :reason "
    "AND EXISTS (SELECT 1 FROM outbox o WHERE o.id = ledger.outbox_id AND o.settled_at >= :since)"
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
    """Take off what was pushed after the friend had blocked us, before we could know.

    A push still under way stays: the friend may be back when LINE takes it.
    """
    return await _VOID_SINCE.count(
        connection, user_id=user_id, since=blocked_at, reason=_BLOCKED, now=now
    )


async def restore_since_follow(
    connection: AsyncConnection, user_id: str, *, followed_at: datetime, until: datetime | None
) -> int:
    """Put back what was taken off before we knew that the friend had come back.

    Args:
        connection: inside the transaction that notes the follow.
        user_id: the friend.
        followed_at: pushes that LINE may have taken from here on arrived.
        until: when the friend blocked us again, as far as we know.
    """
    return await _RESTORE.count(
        connection, user_id=user_id, since=followed_at, until=until, reason=_BLOCKED
    )


async def total(connection: AsyncConnection, month: str) -> int:
    """Return how many messages of a month (2026-11, JST) LINE bills, as far as we know."""
    return int((await _TOTAL.rows(connection, month=month))[0][0])
