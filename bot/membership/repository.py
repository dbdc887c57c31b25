"""How members are read and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch
from bot.store.tables.membership import members
from bot.store.unit import Change, Shelf


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a number."""

    person_id: int
    number: str
    joined_at: datetime


_LOAD = batch.Query(
    "SELECT person_id, number, joined_at FROM members WHERE person_id = ANY(:ids::bigint[])"
)
_NEXT = batch.Query("SELECT count(*) FROM members")


async def _load(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Member]:
    rows = await _LOAD.rows(connection, ids=list(ids))
    return {row[0]: Member(row[0], row[1], batch.instant(row[2])) for row in rows}


async def _save(connection: AsyncConnection, changes: Sequence[Change[Member]]) -> None:
    rows = [
        {"person_id": c.after.person_id, "number": c.after.number, "joined_at": c.after.joined_at}
        for c in changes
        if c.before is None
    ]
    await batch.insert(connection, members, rows)


#: Members by person id.
MEMBERS: Shelf[int, Member] = Shelf("members", _load, _save)
