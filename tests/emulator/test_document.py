"""docs/emulator.md is true: its bots run, its tables name what there is."""

import asyncio
import contextlib
import importlib.util
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.emulator import LineEmulator
from bot.emulator.phone import Phone
from bot.emulator.routes import API, CONTROL
from tests.emulator.support import Serve, text

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "emulator.md").read_text()
BLOCKS = re.findall(r"^```(python|js)\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


def example(language: str, needle: str) -> str:
    return next(str(code) for kind, code in BLOCKS if kind == language and needle in code)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def running(command: list[str], port: int, line: str) -> AsyncIterator[None]:
    environment = {**os.environ, "PORT": str(port), "LINE_API_BASE": line}
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=quiet, stderr=quiet
    )
    try:
        async with asyncio.timeout(30):
            await _until_open(port)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _until_open(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


#: Flask is no dependency of the project; its bot runs where it happens to be installed.
FLASK = [("python", "flask")] if importlib.util.find_spec("flask") else []


@pytest.mark.parametrize(
    ("language", "needle"), [("python", "web.run_app"), ("js", "createServer"), *FLASK]
)
async def test_the_example_bots_repeat_what_is_said(
    aiohttp_server: Serve, tmp_path: Path, language: str, needle: str
) -> None:
    program = sys.executable if language == "python" else shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    script = tmp_path / f"echo.{'py' if language == 'python' else 'cjs'}"
    script.write_text(example(language, needle))
    port = free_port()
    line = LineEmulator(
        channel_secret="demo-channel-secret",
        channel_access_token="demo-channel-access-token",
        webhook_url=f"http://127.0.0.1:{port}/webhook",
    )
    server = await aiohttp_server(line.app)
    base = str(server.make_url("")).rstrip("/")
    async with running([program, str(script)], port, base):
        from aiohttp import ClientSession

        async with ClientSession() as http:
            mei = await Phone.new(base, http, name="Mei")
            await mei.follow()
            await mei.says("こんにちは🤨")
            assert await mei.sees_next(0, timeout_seconds=20) == [text("こんにちは🤨")]


def test_every_operation_of_the_api_is_in_the_table() -> None:
    named = set(re.findall(r"`((?:GET|POST|PUT|DELETE) [^`]+)`", DOCUMENT))
    known = {op.name for operations in API for op in operations.table if op.host != "liff"}
    assert known - named == set()


def test_every_module_and_test_named_exists() -> None:
    tables = DOCUMENT[DOCUMENT.index("## What is enforced") :]
    for name in re.findall(r"`((?:api|checks|rules|acts|webhooks)/[a-z_]*(?:\.py)?)`", tables):
        assert (ROOT / "bot" / "emulator" / name).exists(), name
    for name in re.findall(r"`(test_[a-z_]+\.py)`", tables):
        assert (ROOT / "tests" / "emulator" / name).exists(), name


def test_the_tables_of_the_control_api_leave_no_family_out() -> None:
    families = {path.split("/")[2] for views in CONTROL for _, path, _ in views.table}
    missing = [name for name in families if name not in DOCUMENT]
    assert missing == []
