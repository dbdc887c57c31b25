"""The short form of the bench of talks: a few of everything, and nothing may be missing."""

import asyncio
import sys

import pytest

from bot.embedded.postgres import find_binaries
from tests.support import require


@pytest.mark.timeout(600)  # on a machine where much else runs
async def test_the_short_bench_sees_every_message_and_finds_every_hit() -> None:
    require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.bench.talk", "--quick"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    assert "message to screen, p99" in printed
    assert "search: rare phrase" in printed
    assert "every message reached every screen" in printed.splitlines()[-1]
