"""The LINE of staff: tied to them by a code that their console shows and their talk tells.

console -> make_code -> "スタッフ連携 ABCD-2345" in the talk -> take -> their pushes go there
"""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query
from bot.store.unit import Unit

LASTS: Final = timedelta(minutes=15)
#: Stands before the code, so that no other text is taken for one.
MARK: Final = "スタッフ連携"
#: Nothing that looks like something else.
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_HALF: Final = 4
_CODE: Final = re.compile(rf"{MARK}[\s:]*([{_SIGNS}]{{4}})[-ー\s]?([{_SIGNS}]{{4}})")

_KEEP: Final = Query(
    "INSERT INTO staff_line_codes (staff_id, code_hash, expires_at) "
    "VALUES (:staff_id, :code_hash, :expires_at) ON CONFLICT (staff_id) DO UPDATE SET "
    "code_hash = excluded.code_hash, expires_at = excluded.expires_at"
)
_FIND: Final = Query(
    "SELECT c.staff_id, s.name FROM staff_line_codes c JOIN staff s ON s.id = c.staff_id "
    "WHERE c.code_hash = :code_hash AND c.expires_at > :now AND s.is_active"
)
_USED: Final = Query("DELETE FROM staff_line_codes WHERE staff_id = :staff_id")
#: One LINE is one member's, and the other way round.
_PART: Final = Query("DELETE FROM staff_lines WHERE staff_id = :staff_id OR user_id = :user_id")
_TIE: Final = Query(
    "INSERT INTO staff_lines (staff_id, user_id, linked_at) VALUES (:staff_id, :user_id, :now)"
)
_OF: Final = Query(
    "SELECT l.user_id, l.linked_at, p.display_name, f.state FROM staff_lines l "
    "LEFT JOIN profiles p ON p.user_id = l.user_id LEFT JOIN friends f ON f.user_id = l.user_id "
    "WHERE l.staff_id = :staff_id"
)


@dataclass(frozen=True, slots=True)
class StaffLine:
    """The LINE of a staff member."""

    user_id: str
    #: As LINE tells it; None: not known yet.
    name: str | None
    is_blocked: bool


async def make_code(connection: AsyncConnection, staff_id: int, *, now: datetime) -> str:
    """Return a new code, good for a quarter of an hour; the one before is void."""
    drawn = "".join(secrets.choice(_SIGNS) for _ in range(2 * _HALF))
    await _KEEP.count(
        connection, staff_id=staff_id, code_hash=_hash(drawn), expires_at=now + LASTS
    )
    return f"{drawn[:_HALF]}-{drawn[_HALF:]}"


def code_in(text: str) -> str | None:
    """Return the code that a text tells, however it was typed; None: it tells none."""
    if MARK not in text:
        return None
    found = _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    return found[1] + found[2] if found else None


async def take(unit: Unit, user_id: str, code: str, *, now: datetime) -> str | None:
    """Tie a LINE to whom the code was shown; return their name. None: it is over, or wrong."""
    rows = await _FIND.rows(unit.connection, code_hash=_hash(code), now=now)
    if not rows:
        return None
    staff_id, name = rows[0]
    unit.defer(partial(_tie, staff_id=staff_id, user_id=user_id, now=now))
    return str(name)


async def of(connection: AsyncConnection, staff_id: int) -> StaffLine | None:
    """Return the LINE of a staff member."""
    rows = await _OF.rows(connection, staff_id=staff_id)
    if not rows:
        return None
    user_id, _, name, state = rows[0]
    return StaffLine(user_id, name, state == "blocked")


async def part(connection: AsyncConnection, staff_id: int) -> bool:
    """Send nothing to their LINE any more; False: there was none."""
    return bool(await _PART.count(connection, staff_id=staff_id, user_id=""))


async def _tie(connection: AsyncConnection, *, staff_id: int, user_id: str, now: datetime) -> None:
    await _USED.count(connection, staff_id=staff_id)
    await _PART.count(connection, staff_id=staff_id, user_id=user_id)
    await _TIE.count(connection, staff_id=staff_id, user_id=user_id, now=now)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
