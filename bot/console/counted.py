"""What the menu counts: how much waits for whoever looks, without a query for every page.

gate -> Counted.of(member) -> (kept for a while) -> a badge beside 要確認
page -> Counted.learn, as it has just counted them
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.inbox import dead
from bot.outbox import troubles
from bot.outbox.model import State
from bot.outbox.troubles import Group
from bot.staff.model import StaffMember
from bot.staff.rights import Right

PATH: Final = "/console/trouble"
#: A count is good for so long, or for so many times as long as it took.
_GOOD_SECONDS: Final = 5.0
_WORTH: Final = 50


@dataclass(frozen=True, slots=True)
class _Kept:
    count: int
    until: float


class Counted:
    """How much waits, by whose shops."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._kept: dict[frozenset[str] | None, _Kept] = {}

    async def of(self, member: StaffMember) -> dict[str, int]:
        """Return by the path of an entry how much waits there."""
        if not member.may(Right.QUEUES_READ):
            return {}
        shops, loop = member.scope.shops, asyncio.get_running_loop()
        kept = self._kept.get(shops)
        if kept is None or loop.time() >= kept.until:
            began = loop.time()
            async with self._engine.connect() as connection:
                count = (await look(connection, shops)).total
            lasts = max(_GOOD_SECONDS, _WORTH * (loop.time() - began))
            self._kept[shops] = kept = _Kept(count, began + lasts)
        return {PATH: kept.count}

    def learn(self, member: StaffMember, count: int) -> dict[str, int]:
        """Take what a page has just counted; return it as ``of`` does."""
        until = asyncio.get_running_loop().time() + _GOOD_SECONDS
        self._kept[member.scope.shops] = _Kept(count, until)
        return {PATH: count}

    def forget(self) -> None:
        """Count anew: something was done about it."""
        self._kept.clear()


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for a person, by kind."""

    calls: Mapping[State, int] = field(default_factory=dict)
    #: Events that were not handled.
    letters: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.calls.values()) + self.letters


async def look(connection: AsyncConnection, shops: frozenset[str] | None) -> Needs:
    """Count what waits for a reader of some shops, or of all."""
    groups = await troubles.groups(connection, shops=shops)
    letters = await dead.count(connection) if shops is None else 0
    return Needs(by_state(groups), letters)


def by_state(groups: Sequence[Group]) -> dict[State, int]:
    """Add up groups by their state, in the order of screens."""
    return {
        state: sum(group.count for group in groups if group.state is state)
        for state in troubles.STATES
    }


COUNTED: Final = web.AppKey("COUNTED", Counted)
COUNTS: Final = web.RequestKey("COUNTS", dict[str, int])
