"""How things stand now, and who spoke: what a supervisor looks at beside the figures.

conversations -> who waits, by shop          talk_messages -> said by friends, bot and staff
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.figures import bounds
from bot.conversations.lists import ListedTalk, talks_of
from bot.staff.model import Scope
from bot.store.batch import Query
from bot.store.types import from_ms, to_ms

_WAITING: Final = Query(
    "SELECT shop_key, staff_id IS NULL, count(*), min(waiting_since) FROM conversations "
    "WHERE state IN ('open', 'in_progress') AND waiting_since IS NOT NULL GROUP BY 1, 2"
)
_LONGEST: Final = Query(
    "SELECT friend_id FROM conversations WHERE state IN ('open', 'in_progress') "
    "AND waiting_since IS NOT NULL AND queue_key < 1000000000000000 "
    "ORDER BY queue_key LIMIT :limit"
)
_LONGEST_IN: Final = Query(
    "SELECT friend_id FROM conversations WHERE shop_key = ANY(:shops::text[]) "
    "AND state IN ('open', 'in_progress') AND waiting_since IS NOT NULL "
    "AND queue_key < 1000000000000000 ORDER BY queue_key LIMIT :limit"
)
_FROM: Final = Query("SELECT id, at FROM talk_messages WHERE id >= :id ORDER BY id LIMIT 1")
_LAST: Final = Query("SELECT COALESCE(max(id), 0) FROM talk_messages")
_SAID: Final = Query(
    "SELECT CASE WHEN author = 'friend' THEN 'friend' WHEN author = 'bot' THEN 'bot' "
    "ELSE 'staff' END, count(*) FROM talk_messages m WHERE id >= :low AND id < :high "
    "AND kind NOT IN ('tap', 'follow', 'unfollow', 'note') GROUP BY 1"
)
_SAID_IN: Final = Query(
    "SELECT CASE WHEN author = 'friend' THEN 'friend' WHEN author = 'bot' THEN 'bot' "
    "ELSE 'staff' END, count(*) FROM talk_messages m JOIN conversations c "
    "ON c.friend_id = m.friend_id WHERE id >= :low AND id < :high "
    "AND kind NOT IN ('tap', 'follow', 'unfollow', 'note') "
    "AND c.shop_key = ANY(:shops::text[]) GROUP BY 1"
)
#: An answer counts up to the end of the talk it was asked for in.
_UNANSWERED: Final = Query(
    "SELECT shop_key, count(*) FROM conversation_changes a "
    "WHERE change = 'asked' AND at >= :since AND at < :until AND NOT EXISTS ("
    "SELECT 1 FROM conversation_changes b WHERE b.friend_id = a.friend_id AND b.id > a.id "
    "AND b.change = 'answered' AND NOT EXISTS (SELECT 1 FROM conversation_changes c "
    "WHERE c.friend_id = a.friend_id AND c.id > a.id AND c.id < b.id "
    "AND c.change IN ('closed', 'ended'))) GROUP BY 1"
)


@dataclass(slots=True)
class Waiting:
    """Who waits for an answer in one shop, now."""

    count: int = 0
    unassigned: int = 0
    since: datetime | None = None

    def add(self, count: int, since: datetime, *, unassigned: bool) -> None:
        """Count some more."""
        self.count += count
        self.unassigned += count if unassigned else 0
        self.since = since if self.since is None else min(self.since, since)


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many messages friends, bot and staff sent, and how many requests nobody answered."""

    friends: int = 0
    bot: int = 0
    staff: int = 0
    unanswered: int = 0


async def waiting(connection: AsyncConnection, *, scope: Scope) -> dict[str | None, Waiting]:
    """Return who waits now, by shop."""
    found: dict[str | None, Waiting] = {}
    for shop_key, is_unassigned, count, since in await _WAITING.rows(connection):
        if scope.sees(shop_key):
            shop = found.setdefault(shop_key, Waiting())
            shop.add(count, from_ms(since), unassigned=bool(is_unassigned))
    return found


async def longest_waiting(
    connection: AsyncConnection, *, scope: Scope, limit: int
) -> list[ListedTalk]:
    """Return the talks whose friends have waited longest, whoever looks after them."""
    if scope.shops is None:
        rows = await _LONGEST.rows(connection, limit=limit)
    else:
        rows = await _LONGEST_IN.rows(connection, shops=sorted(scope.shops), limit=limit)
    talks = await talks_of(connection, [row[0] for row in rows], scope=scope)
    return sorted(talks, key=lambda talk: talk.waiting_since or talk.last_at)


async def spoken(connection: AsyncConnection, *, first: date, last: date, scope: Scope) -> Spoken:
    """Return who spoke on some days in Japan; of a reader of some shops, in their talks."""
    since, until = bounds(first, last)
    low, high = await _first_id(connection, since), await _first_id(connection, until)
    if scope.shops is None:
        rows = await _SAID.rows(connection, low=low, high=high)
    else:
        shops = sorted(scope.shops)
        rows = await _SAID_IN.rows(connection, low=low, high=high, shops=shops)
    said = {row[0]: row[1] for row in rows}
    left = await _UNANSWERED.rows(connection, since=since, until=until)
    unanswered = sum(count for shop_key, count in left if scope.sees(shop_key))
    return Spoken(said.get("friend", 0), said.get("bot", 0), said.get("staff", 0), unanswered)


async def _first_id(connection: AsyncConnection, moment: datetime) -> int:
    """Return the id of the first message since a moment: ids grow with time, so few are read."""
    low, high = 0, int((await _LAST.rows(connection))[0][0]) + 1
    while low < high:
        middle = (low + high) // 2
        rows = await _FROM.rows(connection, id=middle)
        if rows and rows[0][1] < to_ms(moment):
            low = rows[0][0] + 1
        else:
            high = middle
    return low
