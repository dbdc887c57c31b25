"""Notices to the LINE of staff: a push, which LINE bills, or free while their reply token lives.

The call is queued in the transaction that settles the notices: it leaves once, like every other.
"""

from datetime import datetime
from typing import Final

from bot.conversations.repository import spare_token
from bot.line.limits import TEXT_UNITS
from bot.line.messages import text
from bot.notices.words import Written
from bot.outbox.model import messages
from bot.outbox.policy import token_lives
from bot.outbox.queue import queue
from bot.store.batch import Query
from bot.store.unit import Unit

#: In the ledger of what LINE bills.
WHY: Final = "notice:staff"

#: What they said last, unless somebody has answered it: that took the reply token.
_LAST: Final = Query(
    "SELECT m.id FROM talk_messages m JOIN friends f ON f.id = m.friend_id "
    "WHERE f.user_id = :user_id AND m.author = 'friend' AND NOT EXISTS ("
    "SELECT 1 FROM talk_messages a WHERE a.friend_id = m.friend_id AND a.id > m.id "
    "AND a.author <> 'friend' AND a.kind <> 'note') ORDER BY m.id DESC LIMIT 1"
)
_FRIENDSHIP: Final = Query("SELECT state FROM friends WHERE user_id = :user_id")


async def send(
    unit: Unit, user_id: str, written: Written, *, public_url: str, now: datetime
) -> int | None:
    """Queue a notice; return the call's id. None: the account is blocked there."""
    rows = await _FRIENDSHIP.rows(unit.connection, user_id=user_id)
    if not rows or rows[0][0] == "blocked":
        return None
    lines = "\n".join(f"・{line}" for line, _ in written.lines)
    ending = f"\n{public_url}{written.path}"
    said = f"{written.subject}\n{lines}"[: TEXT_UNITS // 2 - len(ending)] + ending
    call = messages(user_id, [text(said)], why=WHY, now=now, pays=True)
    last = await _LAST.rows(unit.connection, user_id=user_id)
    spare = await spare_token(unit.connection, last[0][0]) if last else None
    if spare is not None and token_lives(riding := call.with_token(*spare), now):
        call = riding
    queue(unit, call)
    return call.call_id
