"""Friends, as publishing menus needs to know them.

    richmenus.publish -> Friends -> friends and rules, and LINE's bulk link

The rules say which menus must stand; the friends of an old version are given the new one before
the old is deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock
from bot.line.limits import BULK_LINK_USERS
from bot.menus import repository
from richmenus.calls import LineMenus

#: A bulk link takes effect within seconds; longer than this nobody waits for it.
_LOOKS: Final = 20
_LOOK_SECONDS: Final = 0.5
_LOOKED_AT: Final = 5


class Friends:
    """Implements ``richmenus.publish.Followers``."""

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

    async def default(self) -> str | None:
        """Return the key of everybody's menu."""
        return self._default

    async def named(self) -> frozenset[str]:
        """Return the key of every menu that some rule shows."""
        return self._named

    async def shown(self) -> Mapping[str, int]:
        """Return how many friends have each menu of their own, by key."""
        async with self._engine.begin() as connection:
            return await repository.shown_counts(connection)

    async def point(self, connection: AsyncConnection, ids: Mapping[str, str]) -> None:
        """Let new links use these ids, by key."""
        await repository.save(connection, ids, now=self._clock())

    async def repoint(self, key: str, rich_menu_id: str) -> int | None:
        """Show a menu's new version to all who have the old one, and wait until they do."""
        async with self._engine.begin() as connection:
            user_ids = await repository.shown(connection, key)
        for start in range(0, len(user_ids), BULK_LINK_USERS):
            await self._line.link_many(rich_menu_id, user_ids[start : start + BULK_LINK_USERS])
        if user_ids and not await self._arrived(user_ids[-_LOOKED_AT:], rich_menu_id):
            return None
        return len(user_ids)

    async def _arrived(self, user_ids: Sequence[str], rich_menu_id: str) -> bool:
        """Wait until one of the last has it; others may have switched tabs, or left."""
        for _ in range(_LOOKS):
            for user_id in reversed(user_ids):
                if await self._line.linked(user_id) == rich_menu_id:
                    return True
            await self._line.rest(_LOOK_SECONDS)
        return False
