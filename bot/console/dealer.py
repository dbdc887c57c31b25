"""Dealing talks in turn, while the rules say so: the web process knows whose inbox is open.

news of talks, or a few seconds -> who is there (Redis) -> Dealing.deal

Several web processes may look at once: what one has given, the others find given.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot import keys, resources
from bot.clock import utc_now
from bot.console.presence import Presence
from bot.conversations.dealing import Dealing
from bot.conversations.model import ConversationError
from bot.rounds import Round
from bot.signals import TALKS
from bot.store.batch import StaleRowError
from bot.store.types import to_ms

_log = structlog.get_logger(__name__)

#: Somebody may have come, with no news of a talk.
_LOOK_SECONDS: Final = 5.0
#: News come in swarms.
_GATHER_SECONDS: Final = 0.3


class Dealer:
    """Looks for talks to deal."""

    def __init__(self, app: web.Application, presences: Presence) -> None:
        """Take the whole application, whose services it uses once they are open."""
        self._app = app
        self._presences = presences
        self._dealing = Dealing(app[keys.DESK])
        self._wakes = asyncio.Event()
        self._round = Round()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deal while inside."""
        with self._app[resources.SIGNALS].listening(TALKS, self._heard):
            task = asyncio.create_task(self._run(), name="dealer")
            yield
            await self._round.end(task)

    def _heard(self, _: Sequence[str]) -> None:
        self._wakes.set()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._wakes.wait()
            await asyncio.sleep(_GATHER_SECONDS)
            self._wakes.clear()
            if not self._app[keys.TALK_RULES].now.deals:
                continue
            try:
                async with self._round:
                    await self.look()
            except (SQLAlchemyError, OSError, TimeoutError):
                _log.exception("dealer.failed", mend="it looks again in a few seconds")

    async def look(self) -> None:
        """Deal what waits now."""
        there = await self._presences.there(now_ms=to_ms(utc_now()))
        if not there:
            return
        with contextlib.suppress(StaleRowError, ConversationError):  # a colleague was faster
            await self._dealing.deal(
                self._app[resources.USE_CASE], there, now=self._app[resources.CLOCK]()
            )
