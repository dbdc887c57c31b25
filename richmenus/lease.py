"""One apply at a time: a row that names who is at it, and until when if it dies.

A process that dies leaves its lease behind; it lapses within seconds, and the next one goes on
where the dead one stopped.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.store import arrival
from bot.store.batch import Query
from bot.store.types import from_ms

_NAME: Final = "apply"
#: How long a dead process keeps others waiting.
LEASE: Final = timedelta(seconds=20)
RENEW_SECONDS: Final = 5.0

_TAKE = Query(
    "INSERT INTO rich_menu_leases (name, holder, since, until) "
    "VALUES (:name, :holder, :now, :until) ON CONFLICT (name) DO UPDATE SET "
    "holder = excluded.holder, since = excluded.since, until = excluded.until "
    "WHERE rich_menu_leases.until <= :now"
)
_HELD = Query("SELECT since, until FROM rich_menu_leases WHERE name = :name")
_RENEW = Query(
    "UPDATE rich_menu_leases SET until = :until WHERE name = :name AND holder = :holder"
)
_LEAVE = Query("DELETE FROM rich_menu_leases WHERE name = :name AND holder = :holder")


class BusyError(Exception):
    """Another apply is at work."""

    def __init__(self, since: datetime, until: datetime) -> None:
        super().__init__(f"another apply has been at work since {since:%H:%M:%S} UTC")
        self.since = since
        self.until = until


class Lease:
    """The right to change menus on LINE, for as long as it is renewed."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self.holder = arrival.number()
        self._is_lost = False

    def require(self) -> None:
        """Go on only while the lease is ours.

        Raises:
            BusyError: it was taken by somebody else.
        """
        if self._is_lost:
            raise BusyError(self._clock(), self._clock())

    async def take(self) -> None:
        """Take the lease.

        Raises:
            BusyError: somebody else has it.
        """
        now = self._clock()
        async with self._engine.begin() as connection:
            values = {"name": _NAME, "holder": self.holder, "now": now, "until": now + LEASE}
            if await _TAKE.count(connection, **values) == 1:
                return
            rows = await _HELD.rows(connection, name=_NAME)
        since, until = (from_ms(rows[0][0]), from_ms(rows[0][1])) if rows else (now, now)
        raise BusyError(since, until)  # without a row: it was left this moment

    async def renew(self) -> None:
        """Keep it for a while more."""
        async with self._engine.begin() as connection:
            values = {"name": _NAME, "holder": self.holder, "until": self._clock() + LEASE}
            self._is_lost = await _RENEW.count(connection, **values) != 1

    async def leave(self) -> None:
        """Let others at it."""
        async with self._engine.begin() as connection:
            await _LEAVE.count(connection, name=_NAME, holder=self.holder)


@asynccontextmanager
async def held(engine: AsyncEngine, clock: Clock) -> AsyncIterator[Lease]:
    """Hold the lease for a while.

    Raises:
        BusyError: somebody else has it.
    """
    lease = Lease(engine, clock)
    await lease.take()
    renewing = asyncio.create_task(_renewing(lease))
    try:
        yield lease
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        await lease.leave()


async def _renewing(lease: Lease) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        await lease.renew()
