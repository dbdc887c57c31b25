"""Telling LINE to show a friend their menu.

    outbox (kind menu) -> POST /v2/bot/user/{userId}/richmenu/{richMenuId}

The call names our menu; its id on LINE is looked up when it leaves, since publishing changes it.
"""

from dataclasses import replace

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.line.answers import Answer, Outcome
from bot.menus import repository
from bot.outbox.model import Call
from bot.outbox.requests import CannotSendError, Request


class MenuLink:
    """Makes the calls that link menus."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._ids: dict[str, str] = {}

    async def request(self, call: Call) -> Request | None:
        """Return the link call.

        Raises:
            CannotSendError: the menu was never published.
        """
        menu = str(orjson.loads(call.body)["menu"])
        if menu not in self._ids:
            await self._look_up()
        if menu not in self._ids:
            raise CannotSendError(f"menu {menu} is not on LINE: run enishi richmenus publish")
        return Request("POST", f"/v2/bot/user/{call.lane}/richmenu/{self._ids[menu]}", b"")

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Try again when the menus were published anew meanwhile: LINE refuses their old ids."""
        del call
        if answer.outcome is not Outcome.REFUSED:
            return answer
        known, self._ids = self._ids, {}
        await self._look_up()
        return answer if self._ids == known else replace(answer, outcome=Outcome.UNREACHABLE)

    async def _look_up(self) -> None:
        async with self._engine.begin() as connection:
            self._ids = await repository.published(connection)
