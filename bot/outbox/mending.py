"""What a person does about calls that did not go well: send them again, or let them be.

uncertain · failed · parked · expired -> resend -> waiting
                                      -> let_be -> closed: it stays what it is, unseen

Each is named together with what was seen of it: a second click, or a colleague's, finds it changed
and does nothing.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox.model import KEEPS_FOR, REQUEST_KEEPS_FOR
from bot.outbox.troubles import TROUBLE, Seen
from bot.store.batch import Query

_OPEN: Final = "state IN ('uncertain', 'failed', 'parked', 'expired') AND closed_at IS NULL"
#: A friend who has blocked us gets nothing.
_REACHABLE: Final = (
    "NOT EXISTS (SELECT 1 FROM friends f WHERE f.user_id = outbox.lane "
    "AND outbox.kind = 'message' AND f.state = 'blocked')"
)
_SEEN: Final = "attempts = :attempts AND COALESCE(settled_at, due_at) = :at"
#: What is parked was not sent, or is asked of LINE by the same key: it goes on where it stood.
_RESEND: Final = Query(
    "UPDATE outbox SET due_at = :now, settled_at = NULL, error = NULL, status = NULL, "  # noqa: S608
    "request_id = NULL, expires_at = CASE WHEN kind = 'message' THEN :message_until::bigint "
    "ELSE :request_until::bigint END, "
    "doubtful = state = 'parked' AND doubtful, "
    "via = CASE WHEN state = 'parked' THEN via END, "
    "pushed_at = CASE WHEN state = 'parked' THEN pushed_at END, "
    "retry_key = CASE WHEN state = 'parked' THEN retry_key ELSE :retry_key::text END, "
    f"state = 'waiting' WHERE id = :id AND {_OPEN} AND body IS NOT NULL "
    f"AND {_SEEN} AND {_REACHABLE}"
)
_LET_BE: Final = Query(
    f"UPDATE outbox SET closed_at = :now WHERE id = :id AND {_OPEN} AND settled_at IS NOT NULL "  # noqa: S608
    f"AND {_SEEN}"
)
_GIVE_UP: Final = Query(
    "UPDATE outbox SET closed_at = :now, settled_at = :now, state = 'expired' WHERE id = :id "  # noqa: S608
    f"AND state = 'parked' AND closed_at IS NULL AND kind = 'message' AND NOT doubtful AND {_SEEN}"
)
_GIVE_UP_DOUBTFUL: Final = Query(
    "UPDATE outbox SET closed_at = :now, settled_at = :now, state = 'uncertain' WHERE id = :id "  # noqa: S608
    f"AND state = 'parked' AND closed_at IS NULL AND kind = 'message' AND doubtful AND {_SEEN}"
)
#: Of these, those that can leave, or be let be; whoever is at the others has them.
_FREE: Final = Query(
    "SELECT o.id, o.attempts, COALESCE(o.settled_at, o.due_at) FROM outbox o "  # noqa: S608
    f"WHERE o.id = ANY(:ids::bigint[]) AND {TROUBLE} AND o.body IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM friends f WHERE f.user_id = o.lane "
    "AND o.kind = 'message' AND f.state = 'blocked') FOR UPDATE OF o SKIP LOCKED"
)
_CLOSABLE: Final = Query(
    "SELECT o.id, o.attempts, COALESCE(o.settled_at, o.due_at) FROM outbox o "  # noqa: S608
    f"WHERE o.id = ANY(:ids::bigint[]) AND {TROUBLE} "
    "AND (o.state <> 'parked' OR o.kind = 'message') FOR UPDATE OF o SKIP LOCKED"
)


async def resend(connection: AsyncConnection, seen: Seen, *, now: datetime) -> bool:
    """Send a call once more because a person says so.

    False: it changed since it was seen, its words are erased, or the friend has blocked us.
    """
    return await _RESEND.count(connection, **_leaving(seen, now)) == 1


async def resend_many(connection: AsyncConnection, ids: Sequence[int], *, now: datetime) -> int:
    """Send calls once more, those that can leave; return how many do."""
    found = [Seen(*row) for row in await _FREE.rows(connection, ids=list(ids))]
    if found:
        await _RESEND.each(connection, [_leaving(seen, now) for seen in found])
    return len(found)


async def let_be(connection: AsyncConnection, seen: Seen, *, now: datetime) -> bool:
    """Show a call no more, and send it no more; False: it changed since it was seen."""
    values = {"id": seen.call_id, "attempts": seen.attempts, "at": seen.at, "now": now}
    for query in (_LET_BE, _GIVE_UP, _GIVE_UP_DOUBTFUL):
        if await query.count(connection, **values):
            return True
    return False


async def let_many_be(connection: AsyncConnection, ids: Sequence[int], *, now: datetime) -> int:
    """Show calls no more, those that may be let be; return how many."""
    found = [Seen(*row) for row in await _CLOSABLE.rows(connection, ids=list(ids))]
    rows = [{"id": s.call_id, "attempts": s.attempts, "at": s.at, "now": now} for s in found]
    if rows:
        for query in (_LET_BE, _GIVE_UP, _GIVE_UP_DOUBTFUL):
            await query.each(connection, rows)
    return len(found)


def _leaving(seen: Seen, now: datetime) -> dict[str, Any]:
    return {
        "id": seen.call_id,
        "attempts": seen.attempts,
        "at": seen.at,
        "now": now,
        "retry_key": str(uuid.uuid4()),
        "message_until": now + KEEPS_FOR,
        "request_until": now + REQUEST_KEEPS_FOR,
    }
