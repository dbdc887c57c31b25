"""The facts of many friends at once, for the index."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.segments.facts import Facts
from bot.store import batch
from bot.store.batch import Query
from bot.surveys.engine import Progress, State

#: PostgreSQL takes an EXISTS with an OFFSET as it is written, and would otherwise read all members
#: for every page.
_FRIENDS = (
    "SELECT f.id, f.state, f.followed_at, f.menu, p.attributes, p.tags, "
    "EXISTS (SELECT 1 FROM members m WHERE m.person_id = f.person_id LIMIT 1 OFFSET 0), "
    "EXISTS (SELECT 1 FROM member_cards c WHERE c.person_id = f.person_id "
    "AND c.system <> 'card' LIMIT 1 OFFSET 0) "
    "FROM friends f JOIN people p ON p.id = f.person_id WHERE "
)
_PAGE = Query(f"{_FRIENDS} f.id > :after ORDER BY f.id LIMIT :limit")
_BY_ID = Query(f"{_FRIENDS} f.id = ANY(:ids::bigint[])")
_OF_PEOPLE = Query("SELECT id FROM friends WHERE person_id = ANY(:ids::bigint[])")
_PROGRESS = Query(
    "SELECT friend_id, survey, survey_version, state, question, answers "
    "FROM survey_progress WHERE friend_id = ANY(:ids::bigint[])"
)


async def page(
    connection: AsyncConnection, *, after: int, limit: int
) -> Sequence[tuple[int, Facts]]:
    """Read friends in the order of their ids, from behind one on."""
    return await _read(connection, await _PAGE.rows(connection, after=after, limit=limit))


async def of(connection: AsyncConnection, ids: Sequence[int]) -> Sequence[tuple[int, Facts]]:
    """Read friends by their ids; who is gone is left out."""
    return await _read(connection, await _BY_ID.rows(connection, ids=list(ids)))


async def friends_of(connection: AsyncConnection, people: Sequence[int]) -> set[int]:
    """Return the friend ids of people."""
    return {row[0] for row in await _OF_PEOPLE.rows(connection, ids=list(people))}


async def _read(connection: AsyncConnection, rows: Sequence[Any]) -> Sequence[tuple[int, Facts]]:
    surveys: dict[int, dict[str, Progress]] = {}
    for row in await _PROGRESS.rows(connection, ids=[row[0] for row in rows]):
        surveys.setdefault(row[0], {})[row[1]] = Progress(
            survey=row[1],
            version=row[2],
            state=State(row[3]),
            question=row[4],
            answers=batch.document(row[5]),
        )
    return [(row[0], _facts(row, surveys.get(row[0], {}))) for row in rows]


def _facts(row: Any, surveys: dict[str, Progress]) -> Facts:
    return Facts(
        attributes=batch.document(row[4]),
        tags=orjson.loads(row[5]) if isinstance(row[5], str) else row[5],
        state=row[1],
        followed_at=None if row[2] is None else batch.instant(row[2]),
        menu=row[3],
        surveys=surveys,
        is_member=bool(row[6]),
        is_linked=bool(row[7]),
    )
