"""Fixtures: real stores, a real bot and an emulated LINE."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot import logging
from bot.embedded.postgres import PostgresServer, find_binaries
from bot.embedded.valkey import ValkeyServer
from bot.store import schema
from bot.store.engine import open_engine
from tests.support import Shop, open_shop, require


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
    import asyncio

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
def postgres_template(postgres: PostgresServer) -> str:
    """A migrated, empty database to clone."""
    import asyncio

    postgres.create_database("template")

    async def make() -> None:
        engine = open_engine(postgres.url("template"))
        await schema.upgrade(engine)
        await engine.dispose()

    asyncio.run(make())
    return "template"


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_template: str, tmp_path: Path) -> str:
    name = f"t_{abs(hash(tmp_path)):x}"
    postgres.create_database(name, template=postgres_template)
    return postgres.url(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def shop(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(database_url, redis_url, tmp_path) as shop:
        yield shop
