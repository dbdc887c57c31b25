"""Telling LINE which menu everybody sees who has none of their own.

outbox (kind default menu) -> what was decided last -> POST /v2/bot/user/all/richmenu/{id} | DELETE
"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.line.answers import Answer, Outcome
from bot.line.endpoints import path
from bot.menus import progress
from bot.menus.model import HIDDEN
from bot.menus.published import Published
from bot.outbox.model import Call
from bot.outbox.requests import Request


class DefaultMenu:
    """Makes the calls that set the default menu, or take it away."""

    def __init__(self, engine: AsyncEngine, published: Published) -> None:
        self._engine = engine
        self._published = published

    async def request(self, call: Call) -> Request | None:
        """Return the call for what was decided last.

        Raises:
            CannotSendError: the menu was never published.
        """
        async with self._engine.connect() as connection:
            found = await progress.read(connection)
        if found is None or found.default_menu is None:
            return None
        if found.default_menu == HIDDEN:
            return Request("DELETE", "/v2/bot/user/all/richmenu")
        rich_menu_id = await self._published.id_for(call, found.default_menu)
        return Request("POST", path("/v2/bot/user/all/richmenu/{}", rich_menu_id), b"")

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Try again when the menus were published anew meanwhile."""
        if await self._published.has_replaced(call, answer):
            return replace(answer, outcome=Outcome.UNREACHABLE)
        return answer
