"""From what happened to what is told: a notice for each event, staff member and way, once.

staff_events (not told) -> one transaction: staff_notices, told -> bot.notices.sender
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.notices.choices import Reach, reach
from bot.notices.model import TRANSITIONS, Kind, Step, Way
from bot.staff import repository as staff
from bot.staff.model import StaffMember
from bot.staff.rights import Right
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.notices import staff_notices

#: Events in one transaction.
PIECE: Final = 200

_UNTOLD: Final = Query(
    "SELECT id, kind, shop_key, staff_id, by_staff_id, body FROM staff_events WHERE NOT told "
    "ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_TOLD: Final = Query("UPDATE staff_events SET told = true WHERE id = ANY(:ids::bigint[])")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that concerns staff."""

    event_id: int
    kind: Kind
    shop_key: str | None
    staff_id: int | None
    by_staff_id: int | None
    #: Of a test, the way and the device that are tried.
    way: Way | None = None
    target: int = 0


async def relay(connection: AsyncConnection, *, now: datetime) -> int:
    """Make the notices of events that nobody was told of yet; return how many events."""
    events = [_event(row) for row in await _UNTOLD.rows(connection, limit=PIECE)]
    if not events:
        return 0
    members = {m.staff_id: m for m in await staff.list_all(connection) if m.is_active}
    reached = await reach(connection, members)
    rows = [
        {
            "id": arrival.number(),
            "event_id": event.event_id,
            "staff_id": member.staff_id,
            "way": way.value,
            "target": target,
            "state": TRANSITIONS[None, Step.NOTED].value,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        for event in events
        for member in concerned(event, members.values())
        for way, target in ways(event, reached[member.staff_id])
    ]
    await batch.insert(connection, staff_notices, rows, or_ignore=True)
    await _TOLD.count(connection, ids=[event.event_id for event in events])
    return len(events)


def concerned(event: Event, members: Iterable[StaffMember]) -> list[StaffMember]:
    """Return whom an event concerns; who did it knows already, nobody hears of other shops."""
    return [
        member
        for member in members
        if member.staff_id != event.by_staff_id
        and event.staff_id in (None, member.staff_id)
        and _may_hear(event, member)
    ]


def _may_hear(event: Event, member: StaffMember) -> bool:
    match event.kind:
        case Kind.TEST:
            return True
        case Kind.TROUBLE:
            return member.may(Right.SETTINGS_EDIT)
        case Kind.WAITING:
            return member.may(Right.TALK_ANSWER) and member.scope.sees(event.shop_key)
        case _:
            return member.may(Right.TALK_READ) and member.scope.sees(event.shop_key)


def ways(event: Event, reached: Reach) -> list[tuple[Way, int]]:
    """Return by which ways, and there to what, somebody hears of an event."""
    if event.way is not None:
        return [(event.way, event.target)]
    return [
        (way, target)
        for way in Way
        if reached.choices.wants(event.kind, way)
        for target in reached.targets(way)
    ]


def _event(row: Any) -> Event:
    body = batch.document(row[5])
    return Event(
        event_id=row[0],
        kind=Kind(row[1]),
        shop_key=row[2],
        staff_id=row[3],
        by_staff_id=row[4],
        way=Way(body["way"]) if "way" in body else None,
        target=int(body.get("target", 0)),
    )
