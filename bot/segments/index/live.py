"""Counts as of now: the index brought up to date, or SQL where it cannot be trusted.

count -> changes since the last look -> bitmaps -> number
      -> not built, too far behind, or a test without a bitmap -> SQL
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.segments import repository
from bot.segments.atoms import Tree
from bot.segments.catalogue import Catalogue
from bot.segments.index import changes, reading
from bot.segments.index.bitmaps import Bitmaps
from bot.segments.index.columns import UnindexedError
from bot.segments.repository import Count

#: Friends read at once while the index is built, on another thread.
PAGE = 2_000
#: And while it is in use: a few milliseconds of bitmaps.
FEW = 200
#: Whoever wants a number does not wait for more changes than this.
MOST_CHANGES = 1_000
#: How often the index looks for changes when nobody asks for a number.
EVERY_SECONDS = 5.0


class LiveCounts:
    """Counts segments of one database from memory."""

    def __init__(self, engine: AsyncEngine, catalogue: Catalogue) -> None:
        self._engine = engine
        self._catalogue = catalogue
        self._bitmaps: Bitmaps | None = None
        self._position = 0
        self._looked = 0.0
        self._lock = asyncio.Lock()

    async def build(self) -> int:
        """Read all friends; what changes meanwhile is caught up with. Return how many."""
        async with self._lock:
            self._bitmaps = None  # the old one and a new one together would need twice the room
            started = monotonic()
            async with self._snapshot() as connection:
                position = await changes.position(connection)
            bitmaps = Bitmaps(self._catalogue)
            after = -1
            while True:
                async with self._snapshot() as connection:
                    found = await reading.page(connection, after=after, limit=PAGE)
                if not found:
                    break
                after = found[-1][0]
                await asyncio.to_thread(bitmaps.add, found)
            self._bitmaps, self._position, self._looked = bitmaps, position, started
            return len(bitmaps)

    async def keep(self) -> None:
        """Build the index and keep it near, until cancelled."""
        while True:
            if not await self.catch_up():
                await self.build()
            await asyncio.sleep(EVERY_SECONDS)

    async def catch_up(self) -> bool:
        """Read every change since the last look; False: there is no index to bring up to date."""
        async with self._lock, self._snapshot() as connection:
            return await self._catch_up(connection, limit=None)

    async def count(self, tree: Tree) -> Count:
        """Count the friends a tree fits now."""
        try:
            # The lock first: an older snapshot must not come after a newer one.
            async with self._lock, self._snapshot() as connection:
                return await self.count_indexed(connection, tree)
        except UnindexedError:
            async with self._snapshot() as connection:
                return await repository.count(connection, tree)

    async def count_indexed(self, connection: AsyncConnection, tree: Tree) -> Count:
        """Count in memory, as of a connection's snapshot; no other count runs meanwhile.

        Raises:
            UnindexedError: the index is not there, not fresh, or does not know what is asked.
        """
        if not await self._catch_up(connection, limit=MOST_CHANGES) or self._bitmaps is None:
            raise UnindexedError("the index is not up to date")
        return self._bitmaps.count(tree)

    async def _catch_up(self, connection: AsyncConnection, *, limit: int | None) -> bool:
        if self._bitmaps is None or monotonic() - self._looked > changes.KEPT.total_seconds() / 2:
            return False
        looked, position = monotonic(), await changes.position(connection)
        friends, people = await changes.since(
            connection, self._position, limit=2**31 if limit is None else limit + 1
        )
        if limit is not None and len(friends) + len(people) > limit:
            return False
        if people:
            friends |= await reading.friends_of(connection, sorted(people))
        await self._take(connection, sorted(friends))
        self._position, self._looked = position, looked
        return True

    async def _take(self, connection: AsyncConnection, friends: list[int]) -> None:
        for start in range(0, len(friends), FEW):
            some = friends[start : start + FEW]
            found = await reading.of(connection, some)
            if self._bitmaps is not None:
                self._bitmaps.drop(some)
                self._bitmaps.add(found)

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[AsyncConnection]:
        engine = self._engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        async with engine.begin() as connection:
            yield connection
