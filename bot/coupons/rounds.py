"""What the clock does to wallets: points expire, ranks are worked out anew, counts are forgotten.

scheduler -> Rounds.run -> short transactions, each of its own; what fails comes again
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.coupons import locks
from bot.membership.ranks import Ranks
from bot.points.expiry import expire_due
from bot.points.service import Points
from bot.store.batch import Query

#: What other systems were to be told stays so long.
KEEP_NEWS: Final = timedelta(days=30)

_PRUNE: Final = Query("DELETE FROM domain_events WHERE at <= :past")


class Rounds:
    """Goes round the wallets of an account."""

    def __init__(self, engine: AsyncEngine, points: Points, ranks: Ranks) -> None:
        self._engine = engine
        self._points = points
        self._ranks = ranks

    async def run(self, now: datetime) -> None:
        """Do what is due."""
        await expire_due(self._engine, self._points, now=now)
        await self._ranks.refresh_due(self._engine, now=now)
        async with self._engine.begin() as connection:
            await locks.prune(connection, now=now)
            await _PRUNE.count(connection, past=now - KEEP_NEWS)
