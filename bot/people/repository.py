"""How people are read and written."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.model import Person
from bot.people.names import PERSON_NAMES, called
from bot.store import batch
from bot.store.tables.friends import people
from bot.store.types import from_ms
from bot.store.unit import Change, Shelf

_LOAD = batch.Query(
    "SELECT id, attributes, tags, created_at, version FROM people WHERE id = ANY(:ids::bigint[])"
)


async def _load(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Person]:
    return {
        row[0]: Person(
            person_id=row[0],
            attributes=batch.document(row[1]),
            tags=_keys(row[2]),
            created_at=from_ms(row[3]),
            version=row[4],
        )
        for row in await _LOAD.rows(connection, ids=list(ids))
    }


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(orjson.loads(value) if isinstance(value, str) else value)


async def _save(connection: AsyncConnection, changes: Sequence[Change[Person]]) -> None:
    new = [
        {
            "id": change.after.person_id,
            "attributes": dict(change.after.attributes),
            "tags": change.after.tags,
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
            "tags": change.after.tags,
            "version": change.before.version + 1,
        }
        for change in changes
        if change.before is not None
    ]
    await batch.update(connection, people, ["id"], changed)
    await PERSON_NAMES.keep(connection, _names(changes))


def _names(changes: Sequence[Change[Person]]) -> dict[int, tuple[str, ...]]:
    """Return what those are called now of whom something else is said than before."""
    found = {}
    for change in changes:
        before = () if change.before is None else called(change.before.attributes)
        after = called(change.after.attributes)
        if after != before:
            found[change.after.person_id] = after
    return found


#: People by id.
PEOPLE: Shelf[int, Person] = Shelf("people", _load, _save)
