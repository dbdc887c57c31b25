"""Indexes for the attributes that segments and imports ask for, made when they are first used.

    segment saved, import started -> ensure -> CREATE INDEX (CONCURRENTLY), once

Thirty attributes with an index each would make every write slower for questions nobody asks. The
expressions here are those that ``bot.segments.sql`` writes: an index serves no other spelling.

| asked of                  | PostgreSQL                          | SQLite                  |
|---------------------------|-------------------------------------|-------------------------|
| equality, choices, yes/no | GIN on all attributes               | json_extract, not lists |
| ranges, import keys       | (attributes ->> 'key') COLLATE "C"  | json_extract            |
| numbers                   | double precision, if it is a number | REAL, if it is a number |
| tags                      | GIN on tags                         | none: a scan            |
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.people.definition import Attribute
from bot.store.batch import is_postgres

#: Any fixed number will do; it keeps two processes from making the same index at once.
_LOCK: Final = 7_310_001
_TAGS: Final = ("ix_people_tags", "USING gin (tags jsonb_path_ops)")
_ALL: Final = ("ix_people_attributes", "USING gin (attributes jsonb_path_ops)")
_RANGES: Final = frozenset({"date", "text", "phone", "email", "postal_code"})


@asynccontextmanager
async def indexing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a connection that indexes can be made on while others read and write.

    PostgreSQL makes them outside of a transaction; SQLite inside one, which others wait for.
    """
    if engine.dialect.name == "postgresql":
        free = engine.execution_options(isolation_level="AUTOCOMMIT")
        async with free.connect() as connection:
            yield connection
    else:
        async with engine.begin() as connection:
            yield connection


async def ensure(connection: AsyncConnection, attribute: Attribute) -> None:
    """Make the indexes that conditions on an attribute can use, where they are missing.

    Args:
        connection: of ``indexing``.
        attribute: one that is stored; derived ones use the columns they derive from.
    """
    if not is_postgres(connection):
        await _make_sqlite(connection, attribute)
        return
    wanted = []
    if attribute.stored == "number":
        wanted.append(_number(attribute.key))
    elif attribute.kind in _RANGES:
        wanted.append(_ordered(attribute.key))
    if attribute.stored != "number" and attribute.kind != "date":
        wanted.append(_ALL)
    await _make_postgres(connection, wanted)


async def ensure_key(connection: AsyncConnection, attribute: Attribute) -> None:
    """Make the index that finds people by the exact text of an attribute."""
    if is_postgres(connection):
        await _make_postgres(connection, [_ordered(attribute.key)])
    else:
        await _make_sqlite(connection, attribute)


async def ensure_tags(connection: AsyncConnection) -> None:
    """Make the index that finds people by their tags."""
    if is_postgres(connection):
        await _make_postgres(connection, [_TAGS])


def _ordered(key: str) -> tuple[str, str]:
    return f"ix_people_text_{key}", f"((attributes ->> '{key}') COLLATE \"C\")"


def _number(key: str) -> tuple[str, str]:
    value = f"attributes -> '{key}'"
    is_number = f"jsonb_typeof({value}) = 'number'"
    cast = f"CASE WHEN {is_number} THEN CAST({value} AS DOUBLE PRECISION) END"
    return f"ix_people_number_{key}", f"(({cast}))"


async def _make_postgres(connection: AsyncConnection, wanted: list[tuple[str, str]]) -> None:
    missing = [index for index in wanted if not await _is_valid(connection, index[0])]
    if not missing:
        return
    if not await connection.scalar(text(f"SELECT pg_try_advisory_lock({_LOCK})")):
        return  # another process is at it; nothing is wrong without, only slower
    try:
        for name, on in missing:
            await connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            await connection.exec_driver_sql(f"CREATE INDEX CONCURRENTLY {name} ON people {on}")
        await connection.exec_driver_sql("ANALYZE people")  # an expression has statistics too
    finally:
        await connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))


async def _is_valid(connection: AsyncConnection, name: str) -> bool:
    """Whether the index is there whole: one whose making was interrupted is not."""
    query = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    return bool(await connection.scalar(query, {"name": name}))


async def _make_sqlite(connection: AsyncConnection, attribute: Attribute) -> None:
    path = f"'$.\"{attribute.key}\"'"
    value = f"json_extract(attributes, {path})"
    if attribute.stored == "number":
        is_number = f"json_type(attributes, {path}) IN ('integer', 'real')"
        name, on = (
            f"number_{attribute.key}",
            f"CASE WHEN {is_number} THEN CAST({value} AS REAL) END",
        )
    elif attribute.stored == "text":
        name, on = f"text_{attribute.key}", value
    else:
        return
    await connection.exec_driver_sql(
        f"CREATE INDEX IF NOT EXISTS ix_people_{name} ON people ({on})"
    )
