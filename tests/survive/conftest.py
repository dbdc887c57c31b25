"""A database of its own for each of many runs."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.embedded.postgres import PostgresServer
from bot.store import schema
from bot.store.engine import open_engine

Fresh: TypeAlias = Callable[[], Awaitable[str]]

_TEMPLATE = "survive_template"


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """A migrated, empty database to copy."""
    postgres.create_database(_TEMPLATE)

    async def make() -> None:
        engine = open_engine(postgres.url(_TEMPLATE))
        await schema.upgrade(engine)
        await engine.dispose()

    asyncio.run(make())
    return _TEMPLATE


@pytest.fixture
def fresh_sqlite(sqlite_template: Path, tmp_path: Path) -> Fresh:
    numbers = count()

    async def copy() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        await asyncio.to_thread(shutil.copy, sqlite_template, path)
        return f"sqlite+aiosqlite:///{path}"

    return copy


@pytest.fixture
def fresh_postgres(postgres: PostgresServer, postgres_template: str, tmp_path: Path) -> Fresh:
    numbers, turn = count(), asyncio.Lock()

    async def clone() -> str:
        name = f"survive_{abs(hash(tmp_path)):x}_{next(numbers)}"
        async with turn:  # a template serves one at a time
            await asyncio.to_thread(postgres.create_database, name, template=postgres_template)
        return postgres.url(name)

    return clone


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """Makes an empty, migrated database for each run."""
    made: Fresh = request.getfixturevalue(f"fresh_{request.param}")
    return made
