"""Telling LINE to show a friend their menu, or none.

    outbox (kind menu) -> what the friend is to be shown now
        -> POST /v2/bot/user/{userId}/richmenu/{richMenuId}, or DELETE …/richmenu

The call's own words are for the trace: what it does is read when it leaves.
"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.line.answers import Answer, Outcome
from bot.line.endpoints import path
from bot.menus.model import HIDDEN
from bot.menus.published import Published
from bot.menus.wanted import WantedMenus
from bot.outbox.model import Call
from bot.outbox.requests import Request


class MenuLink:
    """Makes the calls that link menus to one friend."""

    def __init__(self, engine: AsyncEngine, published: Published) -> None:
        self._wanted = WantedMenus(engine)
        self._published = published

    async def request(self, call: Call) -> Request | None:
        """Return the call; none for who blocks us meanwhile.

        Raises:
            CannotSendError: the menu was never published.
        """
        wanted = await self._wanted.of(call.lane)
        if wanted is None:
            return None
        if wanted.shown == HIDDEN:
            return Request("DELETE", path("/v2/bot/user/{}/richmenu", call.lane))
        rich_menu_id = self._published.use(call, wanted.shown, wanted.rich_menu_id)
        where = path("/v2/bot/user/{}/richmenu/{}", call.lane, rich_menu_id)
        return Request("POST", where, b"")

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Try again when the menus were published anew meanwhile: LINE refuses their old ids."""
        if await self._published.has_replaced(call, answer):
            return replace(answer, outcome=Outcome.UNREACHABLE)
        return answer
