"""The ids that our menus have on LINE; publishing changes them.

They are read for every call: one that is kept too long would link friends to a version that is
about to be deleted.
"""

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.line.answers import Answer, Outcome
from bot.menus import repository
from bot.outbox.model import Call
from bot.outbox.requests import CannotSendError


class Published:
    """Ids by key, and which one each call under way was made with."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._used: dict[int, tuple[str, str]] = {}

    async def id_for(self, call: Call, menu: str) -> str:
        """Return the id of a menu, for a call.

        Raises:
            CannotSendError: the menu was never published.
        """
        return self.use(call, menu, await self._id_of(menu))

    def use(self, call: Call, menu: str, rich_menu_id: str | None) -> str:
        """Note the id that a call is made with.

        Raises:
            CannotSendError: there is none: the menu was never published.
        """
        if rich_menu_id is None:
            raise CannotSendError(f"menu {menu} is not on LINE: run enishi richmenus apply")
        self._used[call.call_id] = (menu, rich_menu_id)
        return rich_menu_id

    async def has_replaced(self, call: Call, answer: Answer) -> bool:
        """Tell whether LINE refused a call for an id that publishing has replaced since."""
        menu, used = self._used.pop(call.call_id, (None, None))
        if menu is None or answer.outcome is not Outcome.REFUSED:
            return False
        return await self._id_of(menu) not in {None, used}

    async def _id_of(self, menu: str) -> str | None:
        async with self._engine.connect() as connection:
            return (await repository.published(connection)).get(menu)
