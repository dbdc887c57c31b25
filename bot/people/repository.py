"""How people are read and written."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.model import Person
from bot.store import batch
from bot.store.tables.friends import people
from bot.store.types import from_ms
from bot.store.unit import Change, Shelf

_LOAD = batch.Query(
    "SELECT id, attributes, created_at, version FROM people WHERE id = ANY(:ids::bigint[])"
)


async def _load(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Person]:
    return {
        row[0]: Person(
            person_id=row[0],
            attributes=batch.document(row[1]),
            created_at=from_ms(row[2]),
            version=row[3],
        )
        for row in await _LOAD.rows(connection, ids=list(ids))
    }


async def _save(connection: AsyncConnection, changes: Sequence[Change[Person]]) -> None:
    new = [
        {
            "id": change.after.person_id,
            "attributes": dict(change.after.attributes),
            "created_at": change.after.created_at,
            "version": 1,
        }
        for change in changes
        if change.before is None
    ]
    await batch.insert(connection, people, new)
    changed = [
        {
            "id": change.after.person_id,
            "attributes": dict(change.after.attributes),
            "version": change.before.version + 1,
        }
        for change in changes
        if change.before is not None
    ]
    await batch.update(connection, people, ["id"], changed)


#: People by id.
PEOPLE: Shelf[int, Person] = Shelf("people", _load, _save)
