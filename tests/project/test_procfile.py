"""The Procfile's processes, each for itself on PostgreSQL and Valkey, are one bot."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.embedded.postgres import PostgresServer
from bot.embedded.valkey import free_port
from bot.emulator import LineEmulator
from bot.emulator.phone import Phone
from tests.checks.files import ROOT
from tests.support import SECRET, TOKEN

PARTS = ("web", "worker", "dispatcher", "scheduler")


class Honcho:
    """The Procfile, run by honcho with settings of its own."""

    def __init__(self, env: dict[str, str], empty: Path) -> None:
        self._env = {**os.environ, **env}
        self._empty = empty

    async def start(self, *names: str) -> asyncio.subprocess.Process:
        port, env = self._env["PORT"], str(self._empty)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "honcho", "--no-colour", "--env", env),
            *("start", "--port", port, *names),
            cwd=ROOT,
            env=self._env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )


@pytest.fixture
def line() -> LineEmulator:
    return LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN)


@pytest.fixture
async def line_url(line: LineEmulator) -> AsyncIterator[str]:
    server = TestServer(line.app)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@pytest.fixture
def honcho(
    line: LineEmulator, line_url: str, postgres: PostgresServer, redis_url: str, tmp_path: Path
) -> Honcho:
    port = free_port()
    line.webhook_url = f"http://127.0.0.1:{port}/line/webhook"
    name = f"procfile_{port}"
    postgres.create_database(name)
    (tmp_path / "empty").touch()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return Honcho(
        {
            "PATH": path,
            "PORT": str(port),
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE": line_url,
            "PUBLIC_URL": "https://shop.example",
            "SECRET_KEY": "test-secret-key",
            "DATABASE_URL": postgres.url(name).replace("+asyncpg", ""),
            "REDIS_URL": redis_url,
            "ENISHI_DATA": str(tmp_path),
        },
        tmp_path / "empty",
    )


async def ready(url: str, process: asyncio.subprocess.Process) -> None:
    """Wait until the web process can do its work."""
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while process.returncode is None:
            try:
                async with http.get(url) as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
    output, _ = await process.communicate()
    pytest.fail(output.decode())


async def stopped(process: asyncio.subprocess.Process) -> str:
    """Ask the processes to stop, and return what they all said."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        output, _ = await process.communicate()
    print(output.decode())  # for whoever reads of a failure
    return output.decode()


async def test_the_processes_greet_a_friend_together_and_stop_when_asked(
    honcho: Honcho, line: LineEmulator, line_url: str
) -> None:
    release = await honcho.start("release")
    said, _ = await release.communicate()
    assert release.returncode == 0, said.decode()
    assert "menus on LINE" in said.decode()

    bot = await honcho.start(*PARTS)
    try:
        await ready(str(line.webhook_url).replace("/line/webhook", "/readyz"), bot)
        async with aiohttp.ClientSession() as http:
            mei = await Phone.new(line_url, http, name="Mei")
            await mei.follow()
            (greeting,) = await mei.sees_next(0, timeout_seconds=40)
            (shown,) = [item for item in await mei.timeline() if item["direction"] == "out"]
    finally:
        output = await stopped(bot)

    assert greeting["type"] == "flex"
    assert (shown["via"], shown["billed"]) == ("reply", 0)
    codes = dict(re.findall(r"(\w+)\.1 stopped \(rc=(-?\d+)\)", output))
    assert codes == dict.fromkeys(PARTS, "0"), output
    assert "sending SIGKILL" not in output
    assert "Traceback" not in output
