"""The ids that our menus have on LINE; publishing changes them."""

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.line.answers import Answer, Outcome
from bot.menus import repository
from bot.outbox.requests import CannotSendError


class Published:
    """Ids by key, kept until LINE refuses one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._ids: dict[str, str] = {}

    async def id_of(self, menu: str) -> str:
        """Return the id of a menu.

        Raises:
            CannotSendError: the menu was never published.
        """
        if menu not in self._ids:
            await self._look_up()
        if menu not in self._ids:
            raise CannotSendError(f"menu {menu} is not on LINE: run enishi richmenus publish")
        return self._ids[menu]

    async def are_older_than(self, answer: Answer) -> bool:
        """Tell whether LINE refused a call for ids that publishing has replaced since."""
        if answer.outcome is not Outcome.REFUSED:
            return False
        known, self._ids = self._ids, {}
        await self._look_up()
        return self._ids != known

    async def _look_up(self) -> None:
        async with self._engine.connect() as connection:
            self._ids = await repository.published(connection)
