"""Giving what nobody has taken to those who are there, in turn.

who is there + what waits unassigned -> the one who was given something longest ago -> assigned
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.desk import Desk
from bot.conversations.log import note_change
from bot.conversations.model import CLOCK, Change, Conversation, State
from bot.outbox.outside import UseCase
from bot.staff import repository as members
from bot.staff.model import Scope
from bot.staff.rights import Right
from bot.store import arrival
from bot.store.batch import Query
from bot.store.unit import Unit

#: What a line between bubbles gives as the reason.
IN_TURN: Final = "in turn"
_AT_ONCE: Final = 100

_LAST_GIVEN: Final = Query(
    "SELECT staff_id, max(id) FROM conversation_changes WHERE change = 'assigned' "
    "AND staff_id = ANY(:present::bigint[]) AND id > :since GROUP BY staff_id"
)
_UNASSIGNED: Final = Query(
    "SELECT friend_id FROM conversations WHERE state = 'open' AND staff_id IS NULL "
    "ORDER BY queue_key, friend_id LIMIT :limit"
)
_ABSENT: Final = Query("SELECT staff_id FROM talk_absences")
_LEAVE: Final = Query(
    "INSERT INTO talk_absences (staff_id, since) VALUES (:staff_id, :now) ON CONFLICT DO NOTHING"
)
_RETURN: Final = Query("DELETE FROM talk_absences WHERE staff_id = :staff_id")
#: Turns of before this count as never; arrival numbers count microseconds in their upper bits.
_TURNS: Final = 7 * 24 * 60 * 60 * 1_000_000 << 12


async def set_absent(
    connection: AsyncConnection, staff_id: int, *, absent: bool, now: datetime
) -> None:
    """Note that somebody is dealt no talks for now, or is again."""
    if absent:
        await _LEAVE.count(connection, staff_id=staff_id, now=now)
    else:
        await _RETURN.count(connection, staff_id=staff_id)


async def is_absent(connection: AsyncConnection, staff_id: int) -> bool:
    """Whether somebody said that they take none now."""
    return staff_id in {row[0] for row in await _ABSENT.rows(connection)}


async def takers(connection: AsyncConnection, there: Collection[int]) -> dict[int, Scope]:
    """Return who of those who are there can be given talks, and of which shops."""
    if not there:
        return {}
    absent = {row[0] for row in await _ABSENT.rows(connection)}
    return {
        member.staff_id: member.scope
        for member in await members.list_all(connection)
        if member.staff_id in there
        and member.staff_id not in absent
        and member.is_active
        and member.may(Right.TALK_ANSWER)
    }


class Dealing:
    """Deals talks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def deal(
        self, use_case: UseCase, there: Collection[int], *, now: datetime
    ) -> list[Conversation]:
        """Give what waits unassigned to those who are there; the last one given to comes last.

        Args:
            use_case: opens one for each talk, so that nobody's message waits for the others'.
            there: ids of the staff members whose inbox is open.
            now: when.
        """
        async with use_case() as unit:
            present = await takers(unit.connection, there)
            waiting = await _UNASSIGNED.rows(unit.connection, limit=_AT_ONCE) if present else ()
            turns = await _turns(unit.connection, present) if waiting else {}
        dealt = []
        for (friend_id,) in waiting:
            async with use_case() as unit:
                given = await self._give(unit, friend_id, present, turns, now)
            if given is not None:
                dealt.append(given)
        return dealt

    async def _give(
        self,
        unit: Unit,
        friend_id: int,
        present: Mapping[int, Scope],
        turns: dict[int, int],
        now: datetime,
    ) -> Conversation | None:
        before = await self._desk.open(unit, friend_id, now=now)
        if before.state is not State.OPEN or before.staff_id is not None:
            return None
        fit = [staff_id for staff_id, scope in present.items() if scope.sees(before.shop_key)]
        if not fit:
            return None
        chosen = min(fit, key=lambda staff_id: (turns.get(staff_id, 0), staff_id))
        turns[chosen] = max(turns.values(), default=0) + 1
        after = before.changed(Change.ASSIGNED, at=now, staff_id=chosen)
        note_change(unit, before, after, Change.ASSIGNED, by=CLOCK, reason=IN_TURN, at=now)
        return after


async def _turns(connection: AsyncConnection, present: Mapping[int, Scope]) -> dict[int, int]:
    """Return when each was last given something; in step, for new turns to follow them."""
    since = arrival.number() - _TURNS
    rows = await _LAST_GIVEN.rows(connection, present=list(present), since=since)
    return {row[0]: row[1] for row in rows}
