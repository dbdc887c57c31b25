"""Waiting until links that were under way have arrived: LINE does what it was told in no order.

    links under way now -> Behind -> is_over, later; links made since read what is decided by then

A link that was built before a menu got another id, or before a batch, may reach LINE after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query
from bot.store.types import from_ms

#: LINE says "seconds" (reference, "Link rich menu to multiple users"); by then it is through.
THROUGH_AFTER: Final = timedelta(seconds=20)

#: A process whose lease is over has died, and its request is long through.
_SENDING = Query(
    "SELECT id FROM outbox WHERE state IN ('waiting', 'sending', 'parked') AND state = 'sending' "
    "AND kind IN ('menu', 'menus') AND lease_until >= :now"
)
_STILL = Query(
    "SELECT 1 FROM outbox WHERE id = ANY(:ids::bigint[]) AND state = 'sending' "
    "AND lease_until >= :now LIMIT 1"
)
#: Without a status nothing was asked of LINE.
_LAST_BULK = Query(
    "SELECT max(settled_at) FROM outbox WHERE settled_at > :since AND kind = 'menus' "
    "AND state = 'sent' AND status IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Behind:
    """What must have ended first."""

    #: Calls on their way to LINE.
    calls: Sequence[int]
    #: By when LINE is through with what it took already.
    until: datetime


async def under_way(connection: AsyncConnection, *, now: datetime) -> Behind:
    """Return what was told LINE, and may not have been done yet."""
    calls = [row[0] for row in await _SENDING.rows(connection, now=now)]
    last = (await _LAST_BULK.rows(connection, since=now - THROUGH_AFTER))[0][0]
    return Behind(calls, now if last is None else from_ms(last) + THROUGH_AFTER)


async def is_over(connection: AsyncConnection, behind: Behind, *, now: datetime) -> bool:
    """Whether it has ended; bulk links made since come behind whatever is to follow now."""
    if now < behind.until:
        return False
    return not (behind.calls and await _STILL.rows(connection, ids=behind.calls, now=now))
