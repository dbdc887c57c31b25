"""The demo as a person starts it: the command, in a process of its own, on free ports."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest_asyncio

from tests.phone.conftest import browser  # noqa: F401 - a fixture

READY_SECONDS = 60


@dataclass(slots=True)
class Demo:
    """A running demo."""

    data: Path
    port: int
    emulator_port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def phone_url(self) -> str:
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def environment(self) -> dict[str, str]:
        places = {
            "PORT": self.port,
            "EMULATOR_PORT": self.emulator_port,
            "ENISHI_DATA": self.data,
        }
        return {**os.environ, **{name: str(value) for name, value in places.items()}}

    async def enishi(self, *arguments: str, status: int = 0) -> str:
        """Run a command beside the demo and return what it says."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        assert process.returncode == status
        return said.decode()

    async def interrupt(self) -> int:
        """Press Ctrl-C and wait for the end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            return await self.process.wait()


def free_ports() -> tuple[int, int]:
    """Two ports that are different and, a moment ago, nobody's."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


async def start_demo(data: Path, port: int, emulator_port: int) -> Demo:
    demo = Demo(data, port, emulator_port)
    demo.process = process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        env=demo.environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as http:
        for url in (f"http://127.0.0.1:{port}/readyz", f"{demo.phone_url}/_emulator/account"):
            while not await _answers(http, url):
                assert process.returncode is None, "the demo ended before it was ready"
                await asyncio.sleep(0.05)
    assert process.returncode is None, "another program answers in the place of the demo"
    return demo


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    demo = await start_demo(tmp_path / "data", *free_ports())
    yield demo
    if demo.process is not None and demo.process.returncode is None:
        await demo.interrupt()
