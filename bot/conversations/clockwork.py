"""What happens to talks by the clock: snoozes end, quiet talks end, what waited is paid for.

scheduler -> due (ids) -> one use case each, as if a colleague had done it
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.desk import Desk
from bot.conversations.rules import TalkRules
from bot.outbox.outside import UseCase
from bot.store.batch import Query

#: So many at once; the rest is due again at the next look.
PIECE: Final = 500
_ERASED_AT_ONCE: Final = 5_000
#: The outbox keeps a settled call a little longer than this.
_REMEMBERED: Final = timedelta(days=29)

_WAKING: Final = Query(
    "SELECT friend_id FROM conversations WHERE state = 'snoozed' AND snoozed_until <= :now "
    "ORDER BY snoozed_until LIMIT :limit"
)
_QUIET: Final = Query(
    "SELECT friend_id FROM conversations WHERE state = 'in_progress' AND waiting_since IS NULL "
    "AND last_at <= :since LIMIT :limit"
)
_PAY: Final = Query(
    "UPDATE outbox SET pays = true, state = 'waiting', due_at = :now WHERE state = 'held' "
    "AND id IN (SELECT outbox_id FROM staff_answers WHERE push_at <= :now)"
)
_PAID: Final = Query("UPDATE staff_answers SET push_at = NULL WHERE push_at <= :now")
_WORTH_KEEPING: Final = Query(
    "UPDATE talk_messages SET "
    "state = (SELECT o.state FROM outbox o WHERE o.id = talk_messages.id), "
    "error = (SELECT o.error FROM outbox o WHERE o.id = talk_messages.id) "
    "WHERE state IS NULL AND id IN (SELECT id FROM outbox WHERE settled_at < :before "
    "AND state IN ('failed', 'uncertain', 'expired') ORDER BY settled_at LIMIT :limit)"
)
_OLDEST: Final = (
    "SELECT id FROM (SELECT id, at FROM talk_messages ORDER BY id LIMIT :limit) m "
    "WHERE at < :before"
)
_ERASE_SEARCH: Final = Query(f"DELETE FROM talk_search WHERE id IN ({_OLDEST})")  # noqa: S608
_ERASE_FILES: Final = Query(
    f"UPDATE talk_files SET state = 'erased' WHERE message_id IN ({_OLDEST})"  # noqa: S608
)
_ERASE_QUOTES: Final = Query(f"DELETE FROM talk_quotes WHERE message_id IN ({_OLDEST})")  # noqa: S608
_ERASE: Final = Query(f"DELETE FROM talk_messages WHERE id IN ({_OLDEST})")  # noqa: S608


class TalkClock:
    """Does what is due."""

    def __init__(self, rules: TalkRules, desk: Desk, use_case: UseCase) -> None:
        self._rules = rules
        self._desk = desk
        self._use_case = use_case

    async def run(self, now: datetime) -> int:
        """Wake, end and pay what is due; return how many conversations changed."""
        ends_after = self._rules.now.ends_after_hours
        quiet_since = now - timedelta(hours=ends_after)
        async with self._use_case() as unit:
            waking = await _ids(unit.connection, _WAKING, now=now)
            quiet: Sequence[int] = ()
            if ends_after:
                quiet = await _ids(unit.connection, _QUIET, since=quiet_since)
            await _PAY.count(unit.connection, now=now)
            await _PAID.count(unit.connection, now=now)
        changed = 0
        for friend_id in waking:
            async with self._use_case() as unit:
                changed += await self._desk.wake(unit, friend_id, now=now)
        for friend_id in quiet:
            async with self._use_case() as unit:
                changed += await self._desk.end(unit, friend_id, quiet_since=quiet_since, now=now)
        return changed

    async def erase(self, now: datetime) -> None:
        """Erase what was kept long enough.

        Calls are about to leave the outbox: what did not go well is written down first.
        """
        before = now - timedelta(days=self._rules.now.keeps_days)
        async with self._use_case() as unit:
            connection = unit.connection
            await _WORTH_KEEPING.count(connection, before=now - _REMEMBERED, limit=_ERASED_AT_ONCE)
            for query in (_ERASE_SEARCH, _ERASE_FILES, _ERASE_QUOTES, _ERASE):
                await query.count(connection, before=before, limit=_ERASED_AT_ONCE)


async def _ids(connection: AsyncConnection, query: Query, **values: object) -> Sequence[int]:
    return [row[0] for row in await query.rows(connection, limit=PIECE, **values)]
