"""Numbers of other cards and systems: tied to a member, never taken from another.

    typed in the talk, scanned by staff, told by a shop system -> link -> Linked
    claimed by two -> a conflict for staff -> settle

Nobody gets what another has by typing their number: the claim waits for staff, who see the card.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.membership.number import plain
from bot.points.actor import Actor
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.membership import card_conflicts
from bot.store.unit import Unit

#: The system of plastic cards; web shops and others have names of their own.
CARD: Final = "card"

_LINK: Final = Query(
    "INSERT INTO member_cards (system, number, person_id, how, staff_id, linked_at) "
    "VALUES (:system, :number, :person_id, :how, :staff_id, :now) ON CONFLICT DO NOTHING"
)
_HOLDER: Final = Query(
    "SELECT person_id FROM members WHERE number = :number AND :system = 'card' "
    "UNION ALL SELECT person_id FROM member_cards WHERE system = :system AND number = :number"
)
_WAITING: Final = Query(
    "SELECT id FROM card_conflicts WHERE system = :system AND number = :number "
    "AND person_id = :person_id AND settled_at IS NULL"
)
#: With who has the number now: another claim, or a merge, may have moved it meanwhile.
_OPEN: Final = Query(
    "SELECT c.id, c.system, c.number, c.person_id, coalesce(m.person_id, k.person_id, "
    "c.holder_id), c.how, c.found_at FROM card_conflicts c LEFT JOIN member_cards k "
    "ON k.system = c.system AND k.number = c.number LEFT JOIN members m "
    "ON m.number = c.number AND c.system = 'card' WHERE c.settled_at IS NULL "
    "AND coalesce(m.person_id, k.person_id, 0) <> c.person_id ORDER BY c.id LIMIT :limit"
)
_CLAIM: Final = Query(
    "SELECT c.system, c.number, c.person_id, EXISTS (SELECT 1 FROM members m "
    "WHERE m.number = c.number AND c.system = 'card') FROM card_conflicts c WHERE c.id = :id"
)
_SETTLE: Final = Query(
    "UPDATE card_conflicts SET settled_at = :now, settled_by = :staff_id, outcome = :outcome "
    "WHERE id = :id AND settled_at IS NULL"
)
_MOVE: Final = Query(
    "INSERT INTO member_cards (system, number, person_id, how, staff_id, linked_at) "
    "VALUES (:system, :number, :person_id, 'scanned', :staff_id, :now) "
    "ON CONFLICT (system, number) DO UPDATE SET person_id = excluded.person_id, "
    "how = excluded.how, staff_id = excluded.staff_id, linked_at = excluded.linked_at"
)
#: A member's own number first, then cards, then what other systems have.
_FIND: Final = Query(
    "SELECT person_id, 0 FROM members WHERE number = :number "
    "UNION SELECT person_id, CASE WHEN system = 'card' THEN 1 ELSE 2 END FROM member_cards "
    "WHERE number = :number AND system = 'card' OR number = :written AND system <> 'card' "
    "ORDER BY 2"
)
_CARDS: Final = Query(
    "SELECT system, number FROM member_cards WHERE person_id = :person_id ORDER BY linked_at"
)
_USER: Final = Query("SELECT person_id FROM friends WHERE user_id = :user_id")


class OwnNumberError(Exception):
    """The claimed number is a member's own: it never moves, but two people can become one."""


class Linked(StrEnum):
    """What came of tying a number to a person."""

    LINKED = "linked"
    ALREADY = "already"  # it was theirs
    CONFLICT = "conflict"  # it is somebody else's; staff decide


@dataclass(frozen=True, slots=True)
class Conflict:
    """A number that two people claim."""

    conflict_id: int
    system: str
    number: str
    #: Who claims it.
    person_id: int
    #: Who has it.
    holder_id: int
    how: str
    found_at: datetime


async def link(
    unit: Unit,
    person_id: int,
    number: str,
    *,
    system: str = CARD,
    how: str,
    actor: Actor,
    now: datetime,
) -> Linked:
    """Tie a number to a person, or note that somebody else has it; written at once.

    Args:
        unit: of the transaction.
        person_id: whose it shall be.
        number: as written on the card, or as the other system has it.
        system: ``card``, or the name of the other system.
        how: typed, scanned, api or import.
        actor: who did it, where.
        now: when.
    """
    number = _kept(system, number)
    here = {"system": system, "number": number, "person_id": person_id}
    async with unit.connection.begin_nested():
        holder = await _holder(unit.connection, system, number)
        if holder is None and await _LINK.count(
            unit.connection, **here, how=how, staff_id=actor.staff_id, now=now
        ):
            return Linked.LINKED
        holder = holder or await _holder(unit.connection, system, number)
        if holder == person_id:
            return Linked.ALREADY
        if not await _WAITING.rows(unit.connection, **here):
            row = here | {"id": arrival.number(), "holder_id": holder, "how": how}
            await batch.insert(unit.connection, card_conflicts, [row | {"found_at": now}])
    return Linked.CONFLICT


async def conflicts(connection: AsyncConnection, *, limit: int = 100) -> list[Conflict]:
    """Return the conflicts that wait for staff, the oldest in front."""
    rows = await _OPEN.rows(connection, limit=limit)
    return [
        Conflict(row[0], row[1], row[2], row[3], row[4], row[5], batch.instant(row[6]))
        for row in rows
    ]


async def settle(
    unit: Unit, conflict_id: int, *, moves: bool, actor: Actor, now: datetime
) -> bool:
    """Give a card's number to who claims it, or let it stay; False: it was settled before.

    Raises:
        OwnNumberError: it is a member's own, and shall move.
    """
    rows = await _CLAIM.rows(unit.connection, id=conflict_id)
    if not rows:
        return False
    system, number, person_id, is_own = rows[0]
    if moves and is_own:
        raise OwnNumberError
    async with unit.connection.begin_nested():
        if not await _SETTLE.count(
            unit.connection,
            id=conflict_id,
            now=now,
            staff_id=actor.staff_id,
            outcome="moved" if moves else "kept",
        ):
            return False
        if moves:
            await _MOVE.count(
                unit.connection,
                system=system,
                number=number,
                person_id=person_id,
                staff_id=actor.staff_id,
                now=now,
            )
    return True


async def find(connection: AsyncConnection, number: str) -> int | None:
    """Return the person of a member number, or of a card's or another system's number.

    A member's own number is theirs whatever other systems call by it. None: nobody's, or several
    people's in different systems.
    """
    rows = await _FIND.rows(connection, number=plain(number), written=number.strip())
    first = [row[0] for row in rows if row[1] == rows[0][1]]
    return first[0] if len(first) == 1 else None


async def find_in(connection: AsyncConnection, system: str, number: str) -> int | None:
    """Return the person whom a number of one system stands for."""
    return await _holder(connection, system, _kept(system, number))


async def find_user(connection: AsyncConnection, user_id: str) -> int | None:
    """Return the person of a LINE user id."""
    rows = await _USER.rows(connection, user_id=user_id)
    return rows[0][0] if rows else None


async def numbers(connection: AsyncConnection, person_id: int) -> list[tuple[str, str]]:
    """Return the other numbers of a person, each with its system."""
    return [(row[0], row[1]) for row in await _CARDS.rows(connection, person_id=person_id)]


def _kept(system: str, number: str) -> str:
    """Return a number as it is kept: of cards without hyphens, of other systems as it is."""
    return plain(number) if system == CARD else number.strip()


async def _holder(connection: AsyncConnection, system: str, number: str) -> int | None:
    rows = await _HOLDER.rows(connection, system=system, number=number)
    return rows[0][0] if rows else None
