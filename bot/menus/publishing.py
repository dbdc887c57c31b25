"""Friends, as publishing menus needs to know them.

    richmenus.publish -> Friends -> friends and rules, and LINE's bulk link

The rules say which menus must stand; the friends of an old version are given the new one before
the old is deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock, utc_now
from bot.line.limits import BULK_LINK_USERS
from bot.menus import hides, progress, repository, retelling
from bot.menus.many import look_after
from bot.menus.model import open_at
from bot.menus.progress import START
from bot.outbox import repository as outbox
from richmenus.calls import LineMenus

#: A bulk link takes effect within seconds; longer than this nobody waits for it.
_LOOKS: Final = 20
_LOOK_SECONDS: Final = 0.5
_LOOKED_AT: Final = 5


class Friends:
    """Implements ``richmenus.applying.Followers``."""

    def __init__(
        self,
        engine: AsyncEngine,
        line: LineMenus,
        *,
        default: str | None,
        named: frozenset[str],
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._line = line
        self._default = default
        self._named = named
        self._clock = clock
        #: What the publisher was last told to make the default.
        self._told: str | None = None

    async def default(self) -> str | None:
        """Return the key of everybody's menu; none while something is hidden."""
        async with self._engine.connect() as connection:
            hidden = open_at(await hides.stored(connection), self._clock())
        self._told = None if hidden else self._default
        return self._told

    async def named(self) -> frozenset[str]:
        """Return the key of every menu that some rule shows."""
        return self._named

    async def shown(self) -> Mapping[str, int]:
        """Return how many friends have each menu of their own, by key."""
        async with self._engine.begin() as connection:
            return await repository.shown_counts(connection)

    async def point(self, connection: AsyncConnection, ids: Mapping[str, str]) -> None:
        """Let new links use these ids, by key; by now LINE has the default that was asked for."""
        now = self._clock()
        await repository.save(connection, ids, now=now)
        if self._default in ids:
            # While something is hidden the new one is not made the default, and LINE forgets the
            # old one with its menu: whatever was told before, the keeper tells it anew.
            await progress.lock(connection, looked_at=utc_now(), now=now)
            await progress.note_default(connection, self._told)

    async def repoint(self, key: str, rich_menu_id: str) -> int | None:
        """Show a menu's new version to all who have the old one, and wait until they do.

        LINE does it late: whoever is moved elsewhere meanwhile is looked after by the dispatcher.
        """
        after, count, last = START, 0, []
        while True:
            async with self._engine.begin() as connection:
                found = await retelling.having(connection, key, after=after, limit=BULK_LINK_USERS)
                user_ids = [user_id for _, user_id in found]
                if found:
                    now = self._clock()
                    calls = [look_after(user_ids, key, why=f"publish:{key}", now=now)]
                    await outbox.insert(connection, calls, owner=None, now=now)
            if not found:
                break
            await self._line.link_many(rich_menu_id, user_ids)
            after, count, last = found[-1][0], count + len(found), user_ids[-_LOOKED_AT:]
        if last and not await self._arrived(last, rich_menu_id):
            return None
        return count

    async def _arrived(self, user_ids: Sequence[str], rich_menu_id: str) -> bool:
        """Wait until one of the last has it; others may have switched tabs, or left."""
        for _ in range(_LOOKS):
            for user_id in reversed(user_ids):
                if await self._line.linked(user_id) == rich_menu_id:
                    return True
            await self._line.rest(_LOOK_SECONDS)
        return False
