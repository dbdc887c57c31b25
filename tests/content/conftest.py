"""A folder to edit, and a command line beside it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.engine import open_engine
from tests.content.support import Desk


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """An account of its own, to be edited: the sample changes."""
    return Path(shutil.copytree(Path(__file__).parent / "account", tmp_path / "account"))


@pytest.fixture
def desk(sqlite_url: str, account: Path) -> Desk:
    return Desk(sqlite_url, account)


@pytest.fixture
def any_desk(database_url: str, account: Path) -> Desk:
    return Desk(database_url, account)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()
