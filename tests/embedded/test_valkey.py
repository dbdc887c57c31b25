"""The embedded Valkey: it keeps what it was given, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.embedded.server import EmbeddedServerError
from bot.embedded.valkey import ValkeyServer
from tests.embedded.support import Watch

#: A process that starts a server, says who runs it, and waits.
PARENT = """
import pathlib, sys
from bot.embedded.valkey import ValkeyServer
server = ValkeyServer(pathlib.Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


async def value_of(url: str, key: str) -> object:
    async with Redis.from_url(url) as redis:
        return await redis.get(key)


async def put(url: str, key: str, value: str) -> None:
    async with Redis.from_url(url) as redis:
        await redis.set(key, value)


def parent_of_a_server(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


async def test_what_was_written_is_there_after_a_restart(directory: Path) -> None:
    async with ValkeyServer(directory) as server:
        await put(server.url, "friend", "mei")
    async with ValkeyServer(directory) as server:
        assert await value_of(server.url, "friend") == b"mei"


async def test_what_was_answered_survives_the_servers_own_death(directory: Path) -> None:
    async with ValkeyServer(directory) as server:
        await put(server.url, "friend", "mei")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
    async with ValkeyServer(directory) as server:
        assert await value_of(server.url, "friend") == b"mei"


async def test_it_can_listen_on_a_free_port(directory: Path) -> None:
    async with ValkeyServer(directory, port=0) as server:
        assert server.url.startswith("redis://127.0.0.1:")
        await put(server.url, "friend", "mei")


def test_it_starts_and_stops_without_a_loop(directory: Path) -> None:
    server = ValkeyServer(directory)
    server.start()
    watch = Watch(server.pid)
    server.stop()
    server.stop()
    assert watch.ended(within=0)


async def test_one_directory_has_one_server(directory: Path) -> None:
    async with ValkeyServer(directory):
        with pytest.raises(EmbeddedServerError, match="already runs on"):
            ValkeyServer(directory).start()


def test_a_server_that_cannot_start_says_why(directory: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=r"(?s)did not start.*no-such-option"):
        ValkeyServer(directory, options=("--no-such-option", "1")).start()


def test_a_missing_binary_is_named(directory: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="nowhere cannot be run"):
        ValkeyServer(directory, binary=Path("/nowhere")).start()


def test_a_failed_start_leaves_the_directory_free(directory: Path) -> None:
    with pytest.raises(EmbeddedServerError):
        ValkeyServer(directory, binary=Path("/nowhere")).start()
    server = ValkeyServer(directory)
    server.start()
    server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_it_ends_when_its_parent_is_killed(directory: Path) -> None:
    with parent_of_a_server(directory) as parent:
        assert parent.stdout is not None
        watch = Watch(int(parent.stdout.readline()))
        parent.kill()
    assert watch.ended()
    async with ValkeyServer(directory) as server:
        await put(server.url, "friend", "mei")


async def test_an_orphan_is_shut_down_by_the_next_start(directory: Path) -> None:
    """What macOS leaves after a kill: the server lives, and nobody holds its directory."""
    orphaned = ValkeyServer(directory)
    orphaned.start()
    assert orphaned._lock is not None
    orphaned._lock.close()
    await put(orphaned.url, "friend", "mei")
    async with ValkeyServer(directory) as server:
        assert await value_of(server.url, "friend") == b"mei"
        assert not orphaned.is_running
    orphaned.stop()


async def test_ctrl_c_reaches_the_parent_alone(directory: Path) -> None:
    with parent_of_a_server(directory) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        watch = Watch(pid)
        assert os.getpgid(pid) != os.getpgid(parent.pid)
        parent.communicate("")
    assert watch.ended()
