"""What friends are to be shown, read when a call leaves: many calls, one statement.

Between the decision and the call another decision may have been made. The call does what the
newest one says, so that none that is late can undo it.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.friends.model import Friendship
from bot.menus.model import HIDDEN
from bot.store.batch import Query

_WANTED = Query(
    "SELECT f.user_id, f.menu, f.menu_tab, f.state, m.rich_menu_id FROM friends f "
    "LEFT JOIN menus m ON m.key = coalesce(f.menu_tab, f.menu) "
    "WHERE f.user_id = ANY(:user_ids::text[])"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one friend is to be shown: the key of a menu, or ``model.HIDDEN``."""

    #: By the rules.
    menu: str
    #: The tab of it that is open, or the menu itself.
    shown: str
    #: The id of what is shown on LINE; None: it is not there.
    rich_menu_id: str | None = None


async def wanted(connection: AsyncConnection, user_ids: Collection[str]) -> Mapping[str, Wanted]:
    """Return what friends are to be shown; who blocks, or has the default, is left out."""
    rows = await _WANTED.rows(connection, user_ids=sorted(user_ids))
    return {
        row[0]: replace(shown_of(row[1], row[2]), rich_menu_id=row[4])
        for row in rows
        if row[1] is not None and row[3] != Friendship.BLOCKED
    }


def shown_of(menu: str, tab: str | None) -> Wanted:
    """Return what a friend with a menu of their own sees of it."""
    return Wanted(menu, menu if tab is None or menu == HIDDEN else tab)


class WantedMenus:
    """Reads for all calls that are being made at the moment at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._asked: set[str] = set()
        self._reading: asyncio.Task[Mapping[str, Wanted]] | None = None

    async def of(self, user_id: str) -> Wanted | None:
        """Return what a friend is to be shown; None: nothing of their own."""
        if self._reading is None:
            self._asked = set()
            self._reading = asyncio.create_task(self._read(self._asked))
        self._asked.add(user_id)
        return (await asyncio.shield(self._reading)).get(user_id)

    async def _read(self, asked: set[str]) -> Mapping[str, Wanted]:
        await asyncio.sleep(0)  # whoever asks until then is read, too
        try:
            async with self._engine.connect() as connection:
                self._reading = None
                return await wanted(connection, asked)
        finally:
            if self._asked is asked:
                self._reading = None
