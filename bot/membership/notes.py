"""What staff note about a member: allergies, sizes, whose birthday it was; seen at every till.

    till -> add, remove -> member_notes -> of -> till
    a talk's notes (メモ) -> of -> till: one place to look, whoever wrote where

Friends never see them. A note that is taken away stays on record, with who took it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.points.actor import Actor
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.membership import member_notes
from bot.store.unit import Unit

LONGEST: Final = 300
#: As many as staff read while a customer waits.
SHOWN: Final = 8

_KNOWN: Final = Query("SELECT id, person_id FROM member_notes WHERE key = :key")
_OF: Final = Query(
    "SELECT * FROM (SELECT n.id, n.text, n.at, n.staff_id, s.name, n.shop, 0 "
    "FROM member_notes n LEFT JOIN staff s ON s.id = n.staff_id "
    "WHERE n.person_id = :person_id AND n.removed_at IS NULL ORDER BY n.at DESC LIMIT :limit) o "
    "UNION ALL SELECT * FROM (SELECT t.id, t.text, t.at, s.id, s.name, c.shop_key, 1 "
    "FROM friends f JOIN talk_messages t ON t.friend_id = f.id AND t.kind = 'note' "
    "LEFT JOIN conversations c ON c.friend_id = f.id "
    "LEFT JOIN staff s ON t.author = cast(s.id AS text) "
    "WHERE f.person_id = :person_id ORDER BY t.id DESC LIMIT :limit) t"
)
_WHOSE: Final = Query(
    "SELECT staff_id, removed_at FROM member_notes WHERE id = :id AND person_id = :person_id"
)
_REMOVE: Final = Query(
    "UPDATE member_notes SET removed_at = :now, removed_by = :staff_id "
    "WHERE id = :id AND removed_at IS NULL"
)


class NoteError(Exception):
    """Nothing is noted, or nothing taken away."""


class UnfitNoteError(NoteError):
    """It says nothing, or more than fits."""


class OthersNoteError(NoteError):
    """A colleague wrote it; managers may take it away."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    note_id: int
    text: str
    at: datetime
    staff_id: int | None
    #: Of who wrote it; empty: they are gone.
    staff: str
    #: Where it was written; of a talk, whose talk it is.
    shop: str | None
    #: Written in the friend's talk, and taken away there.
    is_of_talk: bool = False


async def add(
    unit: Unit, person_id: int, text: str, *, key: str, actor: Actor, now: datetime
) -> bool:
    """Note something about a member, at once; False: it was noted by this key before.

    Raises:
        UnfitNoteError: it is empty or too long.
    """
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST:
        raise UnfitNoteError
    if await _KNOWN.rows(unit.connection, key=key):
        return False
    row = {
        "id": arrival.number(),
        "key": key,
        "person_id": person_id,
        "text": words,
        "shop": actor.shop,
        "staff_id": actor.staff_id,
        "device": actor.device,
        "at": now,
    }
    await batch.insert(unit.connection, member_notes, [row])
    return True


async def remove(
    unit: Unit, person_id: int, note_id: int, *, may_others: bool, actor: Actor, now: datetime
) -> bool:
    """Take a note away; False: it was taken away before.

    Raises:
        UnfitNoteError: there is no such note of this member.
        OthersNoteError: somebody else wrote it.
    """
    rows = await _WHOSE.rows(unit.connection, id=note_id, person_id=person_id)
    if not rows:
        raise UnfitNoteError
    if rows[0][0] != actor.staff_id and not may_others:
        raise OthersNoteError
    return bool(await _REMOVE.count(unit.connection, id=note_id, now=now, staff_id=actor.staff_id))


async def of(connection: AsyncConnection, person_id: int) -> list[Note]:
    """Return what is noted of a person, here and in their talks; the latest in front."""
    rows = await _OF.rows(connection, person_id=person_id, limit=SHOWN)
    notes = [
        Note(r[0], r[1] or "", batch.instant(r[2]), r[3], r[4] or "", r[5], bool(r[6]))
        for r in rows
    ]
    return sorted(notes, key=lambda note: note.at, reverse=True)[:SHOWN]
