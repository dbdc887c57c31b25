"""Statements that go past SQLAlchemy: same transaction, same errors, and the pool still learns."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store import batch
from bot.store.driver import direct
from bot.store.engine import is_away
from bot.store.tables.inbox import lanes

_COUNT = batch.Query("SELECT count(*) FROM lanes")
_ADD = batch.Query("INSERT INTO lanes (key) VALUES (:key)")


async def add_within_savepoint(connection: AsyncConnection, *keys: str) -> None:
    async with connection.begin_nested():
        for key in keys:
            await batch.insert(connection, lanes, [{"key": key}])


async def count(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM lanes")) or 0)


async def test_the_driver_is_used_once_the_transaction_is_open(
    postgres_engine: AsyncEngine,
) -> None:
    async with postgres_engine.begin() as connection:
        assert direct(connection) is None
        await _ADD.count(connection, key="by SQLAlchemy")
        assert direct(connection) is not None
        assert await _ADD.count(connection, key="by asyncpg") == 1
        assert (await _COUNT.rows(connection))[0][0] == 2
        await connection.rollback()
    assert await count(postgres_engine) == 0


async def test_a_savepoint_takes_back_what_the_driver_wrote(postgres_engine: AsyncEngine) -> None:
    async with postgres_engine.begin() as connection:
        await _ADD.count(connection, key="kept")
        with pytest.raises(IntegrityError):
            await add_within_savepoint(connection, "gone", "kept")
        assert (await connection.scalars(select(lanes.c.key))).all() == ["kept"]
    assert await count(postgres_engine) == 1


async def test_a_refused_statement_is_no_lost_connection(postgres_engine: AsyncEngine) -> None:
    async def ask() -> None:
        async with postgres_engine.begin() as connection:
            await _COUNT.rows(connection)
            await batch.Query("SELECT nothing FROM lanes").rows(connection)

    with pytest.raises(DBAPIError) as refused:
        await ask()
    assert type(refused.value.orig).__name__ == "UndefinedColumnError"
    assert not is_away(refused.value)
    assert await count(postgres_engine) == 0


async def test_a_lost_connection_is_told_and_forgotten(postgres_engine: AsyncEngine) -> None:
    async def lose() -> None:
        async with postgres_engine.connect() as other, postgres_engine.begin() as connection:
            pid = (await batch.Query("SELECT pg_backend_pid()").rows(connection))[0][0]
            await other.execute(text(f"SELECT pg_terminate_backend({pid})"))
            await _COUNT.rows(connection)

    with pytest.raises((DBAPIError, OSError)) as lost:
        await lose()
    assert is_away(lost.value)
    assert await count(postgres_engine) == 0


async def test_a_single_statement_needs_no_transaction(postgres_engine: AsyncEngine) -> None:
    single = postgres_engine.execution_options(isolation_level="AUTOCOMMIT")
    async with single.begin() as connection:
        assert direct(connection) is not None
        await _ADD.count(connection, key="at once")
        assert await count(postgres_engine) == 1
