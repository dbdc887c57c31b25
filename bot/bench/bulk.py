"""Filling empty tables fast: without their indexes, which are made at the end, two at a time.

bulk_load(engine, {"table (columns)": "SELECT …"}) -> foreign keys off -> each table: indexes off,
rows, indexes on -> foreign keys on -> VACUUM ANALYZE
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

#: Tables at the same time, one a core.
_TOGETHER: Final = 2
_KEYS: Final = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = ANY(ARRAY[{kinds}]::\"char\"[]) AND connamespace = 'public'::regnamespace "
    "AND ({which})"
)
_INDEXES: Final = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = '{}'"
)
_SETTINGS: Final = (
    # What follows changes of people would queue a million of them.
    "SET LOCAL session_replication_role = replica",
    "SET LOCAL maintenance_work_mem = '256MB'",
    "SET LOCAL synchronous_commit = off",
)


async def bulk_load(engine: AsyncEngine, rows: Mapping[str, str]) -> None:
    """Fill empty tables of PostgreSQL from queries, the largest first in ``rows``."""
    tables = ", ".join(f"'{_table(each)}'::regclass" for each in rows)
    which = f"conrelid IN ({tables}) OR confrelid IN ({tables})"
    async with engine.begin() as connection:
        foreign = await _asked(connection, _KEYS.format(kinds="'f'", which=which))
        for table, name, _ in foreign:
            await connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    turns = asyncio.Semaphore(_TOGETHER)
    async with asyncio.TaskGroup() as group:
        for into, query in rows.items():
            group.create_task(_load(engine, into, query, turns))
    async with engine.begin() as connection:
        for table, name, definition in foreign:
            await connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID"
            )
    async with engine.connect() as connection:
        await connection.exec_driver_sql("COMMIT")
        await connection.exec_driver_sql("VACUUM (ANALYZE, PARALLEL 2)")


async def _load(engine: AsyncEngine, into: str, query: str, turns: asyncio.Semaphore) -> None:
    table = _table(into)
    async with turns, engine.begin() as connection:
        for setting in _SETTINGS:
            await connection.exec_driver_sql(setting)
        keys = await _asked(
            connection, _KEYS.format(kinds="'p', 'u'", which=f"conrelid = '{table}'::regclass")
        )
        for _, name, _ in keys:
            await connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        indexes = await _asked(connection, _INDEXES.format(table))
        for name, _ in indexes:
            await connection.exec_driver_sql(f"DROP INDEX {name}")
        await connection.exec_driver_sql(f"INSERT INTO {into} {query}")
        for _, name, definition in keys:
            await connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            )
        for _, definition in indexes:
            await connection.exec_driver_sql(definition)


def _table(into: str) -> str:
    return into.partition(" ")[0]


async def _asked(connection: AsyncConnection, query: str) -> Sequence[tuple[str, ...]]:
    found = await connection.exec_driver_sql(query)
    return [tuple(row) for row in found]
