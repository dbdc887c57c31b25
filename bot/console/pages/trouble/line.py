"""GET /console/trouble/line: whether LINE takes anything from us now, asked by the page."""

import asyncio
from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.rendering import render
from bot.line.account import Account
from bot.line.answers import Outcome
from bot.staff.rights import Right

routes: Final = Routes()
_PATIENCE_SECONDS: Final = 5.0
#: LINE is asked no more often, however many look.
_GOOD_SECONDS: Final = 30.0


class Asked:
    """What LINE answered last, and until when that is good enough."""

    def __init__(self) -> None:
        self._outcome: Outcome | None = None
        self._until = 0.0

    async def outcome(self, account: Account) -> Outcome:
        """Return how LINE takes to this channel."""
        loop = asyncio.get_running_loop()
        if self._outcome is None or loop.time() >= self._until:
            self._outcome = await _ask(account)
            # What is mended is seen at once.
            is_good = self._outcome is Outcome.DONE
            self._until = loop.time() + (_GOOD_SECONDS if is_good else 0.0)
        return self._outcome


ASKED: Final = web.AppKey("ASKED", Asked)


@routes.get("/trouble/line", access=Right.QUEUES_REPAIR)
async def line(request: web.Request) -> web.Response:
    """Say whether LINE takes what we send, and if not, what to do."""
    account = Account(request.config_dict[resources.LINE])
    outcome = await request.config_dict[ASKED].outcome(account)
    return render(request, "needs/line.html", outcome=outcome.value)


async def _ask(account: Account) -> Outcome:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return (await account.info()).outcome
    except TimeoutError:
        return Outcome.UNREACHABLE
