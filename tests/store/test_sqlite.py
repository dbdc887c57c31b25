"""What SQLite does not do by itself, and what its engine is taught."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

COUNT = text("SELECT count(*) FROM lanes")
INSERT = text("INSERT INTO lanes (key) VALUES ('a')")


async def test_rows_of_a_released_savepoint_do_not_outlive_a_rollback(
    sqlite_engine: AsyncEngine,
) -> None:
    """Without an explicit BEGIN the driver would have committed them."""
    async with sqlite_engine.connect() as connection:
        transaction = await connection.begin()
        async with connection.begin_nested():
            await connection.execute(INSERT)
        await transaction.rollback()
    async with sqlite_engine.connect() as connection:
        assert await connection.scalar(COUNT) == 0


async def test_a_rolled_back_savepoint_leaves_the_rest(sqlite_engine: AsyncEngine) -> None:
    async with sqlite_engine.begin() as connection:
        await connection.execute(INSERT)
        savepoint = await connection.begin_nested()
        await connection.execute(text("INSERT INTO lanes (key) VALUES ('b')"))
        await savepoint.rollback()
    async with sqlite_engine.connect() as connection:
        assert await connection.scalar(COUNT) == 1


async def test_tables_made_in_a_transaction_go_with_it(sqlite_engine: AsyncEngine) -> None:
    async with sqlite_engine.connect() as connection:
        await connection.execute(text("CREATE TABLE made (a)"))
        await connection.rollback()
        found = await connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'made'"))
        assert found.fetchall() == []


async def test_writers_wait_for_each_other_instead_of_failing(sqlite_engine: AsyncEngine) -> None:
    """Each reads and then writes, which would end in 'database is locked' for all but one."""

    async def count_up(number: int) -> None:
        async with sqlite_engine.begin() as connection:
            before = await connection.scalar(COUNT)
            await asyncio.sleep(0)
            await connection.execute(
                text("INSERT INTO lanes (key) VALUES (:key)"), {"key": f"{before}:{number}"}
            )

    await asyncio.gather(*(count_up(number) for number in range(10)))
    async with sqlite_engine.connect() as connection:
        keys = await connection.execute(text("SELECT key FROM lanes"))
        assert sorted(int(row[0].split(":")[0]) for row in keys) == list(range(10))


async def test_what_is_committed_survives_a_power_cut(sqlite_engine: AsyncEngine) -> None:
    async with sqlite_engine.connect() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert await connection.scalar(text(f"PRAGMA {pragma}")) == value
