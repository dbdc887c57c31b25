"""How long LINE surely took a reply token: what "invalid" proves of an attempt nobody knows about.

A token works once, so one that LINE refuses while it lives was used by the attempt before. Its
minute begins when LINE sends the webhook, which nobody tells us; it is not before the event. What
we go by otherwise, the minute from when we read the webhook, ends later where that came late.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.line.limits import REPLY_TOKEN_SECONDS
from bot.outbox.model import Call
from bot.store.batch import Query
from bot.store.types import from_ms

_MINUTE: Final = timedelta(seconds=REPLY_TOKEN_SECONDS)
#: The earlier of two times by two clocks: where ours is slow, the event seems to lie ahead.
_BEGAN = Query(
    "SELECT min(CASE WHEN occurred_at < received_at THEN occurred_at ELSE received_at END) "
    "FROM events WHERE received_at = :received_at AND lane = :lane"
)


async def surely_until(connection: AsyncConnection, call: Call) -> datetime | None:
    """Return until when the call's token lived for certain.

    None: nobody knows, for the token had its life renewed by a redelivery.
    """
    if call.reply_until is None:
        return None
    rows = await _BEGAN.rows(connection, received_at=call.reply_until - _MINUTE, lane=call.lane)
    began = rows[0][0]
    return None if began is None else from_ms(began) + _MINUTE
