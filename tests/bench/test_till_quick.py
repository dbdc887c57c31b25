"""The short form of the bench of the till: the right members, each coupon used once, one rush."""

import asyncio
import sys

import pytest

from bot.embedded.postgres import find_binaries
from tests.support import require


@pytest.mark.timeout(600)  # on a machine where much else runs
async def test_the_short_bench_of_the_till_finds_nothing_wrong() -> None:
    require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.bench.till", "--quick"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    assert "barcode → member shown" in printed
    for database in ("PostgreSQL", "SQLite"):  # processes killed, one winner of each thing
        assert f"{database}: the coupon went to till" in printed
        assert f"{database}: 100 tills, killed after 2.0%" in printed
    assert "every member was the right one, every coupon used once" in printed.splitlines()[-1]
