"""What nobody reports: messages that nobody reads, and trouble of the account. A scheduler's job.

talks, outbox, dead letters, notices -> staff_events, each with a key that it can have once
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import TOKYO, month_of
from bot.conversations.allowance import allowance
from bot.line.account import Account
from bot.line.answers import Outcome
from bot.notices.model import Choices, Kind
from bot.outbox.troubles import TROUBLE
from bot.store import batch, staff_events
from bot.store.batch import Query
from bot.store.tables.notices import staff_events as events
from bot.store.types import to_ms

#: So many at once; the rest is found at the next look.
PIECE: Final = 500
#: Of the month's messages, when admins are told.
NEARLY_USED: Final = 0.9
_ASKS_EVERY: Final = timedelta(minutes=5)
#: More of the same trouble is told after this.
_AGAIN: Final = timedelta(hours=1)
_LOOKS_BACK: Final = timedelta(days=1)
_KEPT: Final = timedelta(days=30)
_REFUSED: Final = frozenset({401, 403})
_MINUTE_MS: Final = 60_000

_UNSEEN: Final = Query(
    "SELECT c.friend_id, c.shop_key, c.staff_id, m.id FROM conversations c "  # noqa: S608 - a number of ours
    "JOIN talk_messages m ON m.id = (SELECT u.id FROM talk_messages u "
    "WHERE u.friend_id = c.friend_id AND u.id > c.seen_id AND u.author = 'friend' "
    "AND u.kind NOT IN ('tap', 'follow', 'unfollow') ORDER BY u.id LIMIT 1) "
    "LEFT JOIN staff_notice_choices n ON n.staff_id = c.staff_id "
    "WHERE c.state IN ('open', 'in_progress') AND c.staff_id IS NOT NULL "
    "AND c.queue_key <= :latest AND c.heard_id > c.seen_id "
    "AND m.at <= :now::bigint - :minute::bigint * "
    f"COALESCE(n.unseen_minutes, {Choices().unseen_minutes}) "
    "AND NOT EXISTS (SELECT 1 FROM staff_events e WHERE e.key = 'unseen:' || m.id) "
    "ORDER BY c.queue_key LIMIT :limit"
)
_PARKED: Final = Query(
    "SELECT status, count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'parked') "
    "AND state = 'parked' GROUP BY status"
)
_COUNTS: Final = {
    "dead": Query("SELECT count(*) FROM dead_letters WHERE died_at > :since"),
    "uncertain": Query(
        f"SELECT count(*) FROM outbox o WHERE {TROUBLE} AND o.state = 'uncertain' "  # noqa: S608
        "AND o.settled_at > :since"
    ),
    # Of whoever has blocked us nobody need hear: nothing was sent, and nothing can be mended.
    "undelivered": Query(
        f"SELECT count(*) FROM outbox o WHERE {TROUBLE} AND o.state IN ('failed', 'expired') "  # noqa: S608
        "AND (o.state = 'expired' OR o.status IS NOT NULL OR o.kind <> 'message') "
        "AND o.settled_at > :since"
    ),
    "failed": Query(
        "SELECT count(*) FROM staff_notices n JOIN staff_events e ON e.id = n.event_id "
        "WHERE n.state = 'failed' AND n.settled_at > :since AND e.kind NOT IN ('trouble', 'test')"
    ),
}
#: Where each trouble is seen and mended.
_PATHS: Final = {
    "refused": "/console/trouble?reason=channel",
    "quota": "/console/trouble",
    "quota_over": "/console/trouble?reason=month",
    "dead": "/console/trouble/events",
    "uncertain": "/console/trouble?state=uncertain",
    "undelivered": "/console/trouble",
    "failed": "/console/notices/sent?state=failed",
}
_LAST: Final = Query(
    "SELECT max(at) FROM staff_events WHERE kind = 'trouble' AND key LIKE :what::text || ':%'"
)
_FORGET: Final = (
    Query("DELETE FROM staff_notices WHERE settled_at <= :past"),
    Query(
        "DELETE FROM staff_events WHERE told AND at <= :past AND NOT EXISTS "
        "(SELECT 1 FROM staff_notices n WHERE n.event_id = staff_events.id)"
    ),
    Query("DELETE FROM staff_line_codes WHERE expires_at <= :past"),
)


class Watch:
    """Looks for what staff should be told of."""

    def __init__(self, engine: AsyncEngine, account: Account) -> None:
        self._engine = engine
        self._account = account
        self._asked_at: datetime | None = None

    async def run(self, now: datetime) -> None:
        """Note what is new, and forget what was told long ago."""
        asks = self._asked_at is None or now >= self._asked_at + _ASKS_EVERY
        refused = asks and (await self._account.info()).outcome is Outcome.UNAUTHORIZED
        async with self._engine.begin() as connection:
            rows = [
                *await _unseen(connection, now=now),
                *await _parked(connection, refused=refused, now=now),
                *await _counted(connection, now=now),
                *(await _nearly_used(connection, now=now) if asks else ()),
            ]
            await batch.insert(connection, events, rows, or_ignore=True)
            for query in _FORGET:
                await query.count(connection, past=now - _KEPT)
        if asks:
            self._asked_at = now


async def _unseen(connection: AsyncConnection, *, now: datetime) -> list[dict[str, Any]]:
    """Return a row for each talk whose owner has not looked for as long as they say."""
    found = await _UNSEEN.rows(
        connection, now=to_ms(now), latest=to_ms(now) - _MINUTE_MS, minute=_MINUTE_MS, limit=PIECE
    )
    return [
        staff_events.row(
            Kind.MESSAGE.value,
            f"unseen:{message_id}",
            friend_id=friend_id,
            shop_key=shop_key,
            staff_id=staff_id,
            ref=message_id,
            at=now,
        )
        for friend_id, shop_key, staff_id, message_id in found
    ]


async def _parked(
    connection: AsyncConnection, *, refused: bool, now: datetime
) -> list[dict[str, Any]]:
    """Return a row a day while LINE takes nothing from the channel."""
    parked: Sequence[Any] = await _PARKED.rows(connection)
    refused = refused or any(status in _REFUSED for status, _ in parked)
    limited = sum(count for status, count in parked if status not in _REFUSED)
    rows = []
    if refused:
        today = f"{now.astimezone(TOKYO):%Y-%m-%d}"
        rows.append(_trouble("refused", today, {}, now))
    if limited:
        rows.append(_trouble("quota_over", month_of(now), {"count": limited}, now))
    return rows


async def _counted(connection: AsyncConnection, *, now: datetime) -> list[dict[str, Any]]:
    """Return a row for each kind of trouble of which there is more than was told."""
    rows = []
    for what, query in _COUNTS.items():
        last = (await _LAST.rows(connection, what=what))[0][0]
        told_at = None if last is None else batch.instant(last)
        if told_at is not None and now < told_at + _AGAIN:
            continue
        since = max(told_at or now - _LOOKS_BACK, now - _LOOKS_BACK)
        count = (await query.rows(connection, since=since))[0][0]
        if count:
            rows.append(_trouble(what, f"after {last or 0}", {"count": count}, now))
    return rows


async def _nearly_used(connection: AsyncConnection, *, now: datetime) -> list[dict[str, Any]]:
    """Return a row once a month, when most of its messages are used."""
    left = await allowance(connection, now=now)
    if left.quota is None or left.used < left.quota * NEARLY_USED:
        return []
    body = {"left": left.left, "quota": left.quota, "used": left.used}
    return [_trouble("quota", month_of(now), body, now)]


def _trouble(what: str, when: str, body: dict[str, Any], now: datetime) -> dict[str, Any]:
    said = {"what": what, "path": _PATHS[what], **body}
    return staff_events.row(Kind.TROUBLE.value, f"{what}:{when}", body=said, at=now)
