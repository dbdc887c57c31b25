"""The short form of the bench of talks: a few of everything, and nothing may be missing."""

import asyncio
import sys

import pytest

from bot.bench.talk.addresses import EXAMPLES, UNASKED, addresses, open_addresses, routes
from bot.console.app import PATH
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
    assert "/console/talk/replies " in printed
    assert "every message reached every screen" in printed.splitlines()[-1]


def test_every_page_of_the_console_is_measured() -> None:
    served = {path for path, _ in routes()}
    in_need = {path for path in served if "{" in path}
    missing = in_need - set(EXAMPLES) - set(UNASKED)
    assert not missing, f"name an address of each in bot/bench/talk/addresses.py: {missing}"
    assert not (set(EXAMPLES) | set(UNASKED)) - served, "these are served no more"
    asked = {*addresses(days="", first="", second=""), *open_addresses()}
    assert len(asked) > len(served - set(UNASKED))
    assert {f"{PATH}{path}" for path in served - set(UNASKED) - set(EXAMPLES)} <= asked
    assert not [address for address in asked if "{" in address]
