"""Indexes on attributes: made once, and used by the questions that segments ask."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.people.attribute_indexes import ensure, ensure_key, ensure_tags, indexing
from bot.store import batch
from bot.store.engine import open_engine
from bot.store.tables.friends import people
from tests.people.samples import every_kind
from tests.support import NOON

IS_NUMBER = (
    "(jsonb_typeof(attributes -> 'number') = 'number')",
    "(json_type(people.attributes, '$.\"number\"') IN ('integer', 'real'))",
)
ON_SQLITE = "json_extract(people.attributes, '$.\"number\"')"

#: What is asked on PostgreSQL and on SQLite, and the index that must answer.
ASKED = {
    "date": (
        "(attributes ->> 'date') COLLATE \"C\" = '1990-05-12'",
        "json_extract(attributes, '$.\"date\"') = '1990-05-12'",
        "ix_people_text_date",
    ),
    "number": (
        f"CASE WHEN {IS_NUMBER[0]} THEN (attributes -> 'number')::float8 END >= 4990",
        f"CASE WHEN {IS_NUMBER[1]} THEN CAST({ON_SQLITE} AS REAL) END >= 4990",
        "ix_people_number_number",
    ),
    "choice": (
        'attributes @> \'{"choice": "green"}\'',
        "json_extract(attributes, '$.\"choice\"') IN ('green')",
        "ix_people_attributes ix_people_text_choice",
    ),
}


async def fill(engine: AsyncEngine) -> None:
    rows = [
        {
            "id": number,
            "attributes": {"date": f"{1000 + number}-01-01", "number": number, "choice": tea},
            "tags": ["regular"] if tea == "green" else [],
            "created_at": NOON,
            "version": 1,
        }
        for number in range(5_000)
        for tea in ["green" if number == 7 else "black"]
    ]
    async with engine.begin() as connection:
        await batch.insert(connection, people, rows)


async def plan(engine: AsyncEngine, where: str) -> str:
    on_postgres = engine.dialect.name == "postgresql"
    explain = "EXPLAIN" if on_postgres else "EXPLAIN QUERY PLAN"
    async with engine.begin() as connection:
        if on_postgres:  # so few rows are as well read one after another
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = await connection.exec_driver_sql(f"{explain} SELECT id FROM people WHERE {where}")  # noqa: S608
        return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize("kind", sorted(ASKED))
async def test_a_condition_uses_the_index_of_its_attribute(engine: AsyncEngine, kind: str) -> None:
    await fill(engine)
    on_postgres, on_sqlite, names = ASKED[kind]
    where = on_postgres if engine.dialect.name == "postgresql" else on_sqlite
    async with indexing(engine) as connection:
        await ensure(connection, every_kind()[kind])
    found = await plan(engine, where)
    assert any(name in found for name in names.split()), found


async def test_every_kind_can_have_its_index_again_and_again(engine: AsyncEngine) -> None:
    await fill(engine)
    for _ in range(2):
        async with indexing(engine) as connection:
            for definition in every_kind().values():
                await ensure(connection, definition)
            await ensure_tags(connection)
    async with indexing(engine) as connection:
        await ensure_key(connection, every_kind()["text"])


async def test_an_index_that_was_left_half_made_is_made_again(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    broken = text(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_people_text_date'::regclass"
    )
    valid = text(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_people_text_date'::regclass"
    )
    async with indexing(engine) as connection:
        await ensure(connection, every_kind()["date"])
        await connection.execute(broken)
        await ensure(connection, every_kind()["date"])
        assert await connection.scalar(valid)
    await engine.dispose()


async def test_tags_are_found_by_index(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    await fill(engine)
    async with indexing(engine) as connection:
        await ensure_tags(connection)
    assert "ix_people_tags" in await plan(engine, "tags @> '[\"regular\"]'")
    await engine.dispose()
