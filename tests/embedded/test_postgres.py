"""The embedded PostgreSQL of tests and benches."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.embedded.postgres import PostgresServer, find_binaries
from bot.embedded.server import EmbeddedServerError
from tests.embedded.support import Watch
from tests.support import require

PARENT = """
import sys
from bot.embedded.postgres import PostgresServer
server = PostgresServer()
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


async def ask(server: PostgresServer, database: str, question: str) -> object:
    engine = create_async_engine(server.url(database))
    async with engine.connect() as connection:
        answer: object = await connection.scalar(text(question))
    await engine.dispose()
    return answer


async def test_a_new_database_takes_sql(server: PostgresServer) -> None:
    server.create_database("shop")
    assert await ask(server, "shop", "SELECT 1 + 1") == 2
    assert await ask(server, "shop", "SHOW server_encoding") == "UTF8"


async def test_a_database_can_be_copied_and_dropped(server: PostgresServer) -> None:
    server.create_database("origin")
    connection = await asyncpg.connect(server.url("origin").replace("+asyncpg", ""))
    await connection.execute("CREATE TABLE friend AS SELECT 'mei' AS name")
    await connection.close()
    server.create_database("copy", template="origin")
    assert await ask(server, "copy", "SELECT name FROM friend") == "mei"
    server.drop_database("copy")
    with pytest.raises(EmbeddedServerError, match="createdb failed"):
        server.create_database("origin")


async def test_fast_servers_do_without_fsync(server: PostgresServer) -> None:
    assert await ask(server, "postgres", "SHOW fsync") == "off"
    assert await ask(server, "postgres", "SHOW shared_buffers") == "128MB"


async def test_durable_servers_keep_their_data(directory: Path) -> None:
    where = directory / "data"
    async with PostgresServer(where, fast=False, shared_buffers="16MB") as server:
        assert await ask(server, "postgres", "SHOW fsync") == "on"
        assert await ask(server, "postgres", "SHOW shared_buffers") == "16MB"
        server.create_database("kept")
    async with PostgresServer(where, fast=False) as server:
        assert await ask(server, "kept", "SELECT 1") == 1


def test_a_server_of_nobodys_directory_leaves_nothing(server: PostgresServer) -> None:
    another = PostgresServer()
    another.start()
    assert another.data_dir.exists()
    another.stop()
    assert not another.data_dir.exists()
    assert not another.is_running
    assert server.is_running


async def test_a_directory_that_only_root_can_reach_does_not_stop_it(directory: Path) -> None:
    directory.chmod(0o700)
    async with PostgresServer(directory / "data") as server:
        assert await ask(server, "postgres", "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why() -> None:
    with pytest.raises(EmbeddedServerError, match=r"(?s)did not start.*shared_buffers"):
        PostgresServer(shared_buffers="plenty").start()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_it_ends_when_its_parent_is_killed(directory: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(directory)},
        text=True,
    ) as parent:
        assert parent.stdout is not None
        watch = Watch(int(parent.stdout.readline()))
        parent.kill()
    assert watch.ended()
