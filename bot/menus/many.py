"""Telling LINE to show many friends a menu in one call, or none.

    outbox (kind menus) -> who of them is still to see it -> POST /v2/bot/richmenu/bulk/link
        -> accepted; LINE does it within seconds -> looked after: who was moved elsewhere meanwhile

LINE may do it after a call for one of them that left later. So once it must be through, whoever is
to see something else by now is told again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.line.answers import Answer, Outcome
from bot.menus.model import HIDDEN
from bot.menus.published import Published
from bot.menus.settling import THROUGH_AFTER
from bot.menus.wanted import wanted
from bot.outbox import repository as outbox
from bot.outbox.model import Call, Kind, request
from bot.outbox.requests import Request
from bot.store import arrival


def look_after(user_ids: Sequence[str], menu: str, *, why: str, now: datetime) -> Call:
    """Make the call that tells again who was moved elsewhere while LINE linked them to a menu."""
    arguments = {"menu": menu, "users": list(user_ids), "looks_after": True}
    call = request(f"menus:{arrival.number()}", Kind.MENUS, arguments, why=why, now=now)
    return replace(call, due_at=now + THROUGH_AFTER, expires_at=call.expires_at + THROUGH_AFTER)


class MenuLinks:
    """Makes the calls that link menus to many friends."""

    def __init__(self, engine: AsyncEngine, published: Published, clock: Clock) -> None:
        self._engine = engine
        self._published = published
        self._clock = clock

    async def request(self, call: Call) -> Request | None:
        """Return the call for those who are still to see this menu; none, if nobody is.

        Raises:
            CannotSendError: the menu was never published.
        """
        arguments = orjson.loads(call.body)
        if arguments.get("looks_after"):
            await self._look_after(call, arguments)
            return None
        menu, users = str(arguments["menu"]), await self._still(arguments)
        if not users:
            return None
        if menu == HIDDEN:
            body = orjson.dumps({"userIds": users})
            return Request("POST", "/v2/bot/richmenu/bulk/unlink", body)
        rich_menu_id = await self._published.id_for(call, menu)
        body = orjson.dumps({"richMenuId": rich_menu_id, "userIds": users})
        return Request("POST", "/v2/bot/richmenu/bulk/link", body)

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Look after it when it is taken; when it is refused, find out for whom."""
        arguments = orjson.loads(call.body)
        is_replaced = await self._published.has_replaced(call, answer)
        if answer.ok:
            now = self._clock()
            await self._store(
                look_after(arguments["users"], arguments["menu"], why=call.why, now=now)
            )
            return answer
        if is_replaced:
            return replace(answer, outcome=Outcome.UNREACHABLE)
        users = arguments["users"]
        if answer.outcome is not Outcome.REFUSED or len(users) == 1:
            return answer
        # One id that LINE does not know, and nobody was linked: the halves go on by themselves.
        for half in (users[: len(users) // 2], users[len(users) // 2 :]):
            lane, now = f"menus:{arrival.number()}", self._clock()
            body = {"menu": arguments["menu"], "users": half}
            await self._store(request(lane, Kind.MENUS, body, why=call.why, now=now))
        return replace(answer, outcome=Outcome.DONE)

    async def _still(self, arguments: dict[str, Any]) -> list[str]:
        async with self._engine.connect() as connection:
            now = await wanted(connection, arguments["users"])
        return [
            user_id
            for user_id in arguments["users"]
            if user_id in now and now[user_id].shown == arguments["menu"]
        ]

    async def _look_after(self, call: Call, arguments: dict[str, Any]) -> None:
        now = self._clock()
        async with self._engine.begin() as connection:
            seen = await wanted(connection, arguments["users"])
            strays = [
                request(user_id, Kind.MENU, {"menu": one.shown}, why=call.why, now=now)
                for user_id, one in seen.items()
                if one.shown != arguments["menu"]
            ]
            await outbox.insert(connection, strays, owner=None, now=now)

    async def _store(self, call: Call) -> None:
        async with self._engine.begin() as connection:
            await outbox.insert(connection, [call], owner=None, now=self._clock())
