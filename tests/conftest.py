"""Fixtures: real stores, a real bot and an emulated LINE."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
from redis.asyncio import Redis

from bot import logging
from bot.embedded.postgres import PostgresServer, find_binaries
from bot.embedded.valkey import ValkeyServer
from bot.store import schema
from bot.store.engine import open_engine
from bot.store.tables import metadata
from tests.support import Shop, require
from tests.support import open_shop as open_a_shop

OpenShop: TypeAlias = Callable[..., AbstractAsyncContextManager[Shop]]


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    logging.set_up(json=False)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    server = ValkeyServer(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")
    # Not under pytest's own folder: PostgreSQL refuses root, and nobody else may enter there.
    folder = Path(tempfile.mkdtemp(prefix="enishi-test-"))
    folder.chmod(0o755)
    server = PostgresServer(folder / "postgres", fast=True)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def redis_url(valkey: ValkeyServer) -> str:
    async with Redis.from_url(valkey.url) as redis:
        await redis.flushall()
    return valkey.url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file: copying it is faster than migrating again."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"

    async def make() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{path}")
        await schema.upgrade(engine)
        await engine.dispose()

    asyncio.run(make())
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "enishi.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_migrated(postgres: PostgresServer) -> str:
    """A migrated database."""
    postgres.create_database("enishi")
    url = postgres.url("enishi")

    async def make() -> None:
        engine = open_engine(url)
        await schema.upgrade(engine)
        await engine.dispose()

    asyncio.run(make())
    return url


@pytest.fixture(scope="session")
def emptying(postgres_migrated: str) -> Iterator[Callable[[], None]]:
    """Empty the database: over one connection, and only what a test wrote to.

    A TRUNCATE of all tables costs a quarter of a second, each time.
    """
    names = [table.name for table in reversed(metadata.sorted_tables)]
    look = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608 - names of our own tables
        for name in names
    )
    with asyncio.Runner() as runner:
        opened = asyncpg.connect(postgres_migrated.replace("+asyncpg", ""))
        connection = runner.run(opened)
        written = runner.run(connection.prepare(look))

        async def empty() -> None:
            found = {row[0] for row in await written.fetch()}
            grows = "audit_log"  # refuses a DELETE, on purpose
            deletes = [f"DELETE FROM {n}" for n in names if n in found and n != grows]  # noqa: S608
            if grows in found:
                deletes.append(f"TRUNCATE {grows}")
            if deletes:
                await connection.execute("; ".join(deletes))

        yield lambda: runner.run(empty())
        runner.run(connection.close())


@pytest.fixture
def postgres_url(postgres_migrated: str, emptying: Callable[[], None]) -> str:
    """The migrated database, emptied: faster than a new one for each test."""
    emptying()
    return postgres_migrated


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def open_shop(database_url: str, redis_url: str, tmp_path: Path) -> OpenShop:
    """Open a shop that is not like the others, with handlers of the test's own say."""
    return partial(open_a_shop, database_url, redis_url, tmp_path)


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop
