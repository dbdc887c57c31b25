"""The short form of the bench, as CI runs it: speeds are printed, and nothing may go wrong."""

import asyncio
import sys

import pytest

from bot.bench.path.report import Line, Report
from bot.embedded.postgres import find_binaries
from tests.support import require


@pytest.mark.timeout(600)  # on a machine where much else runs
async def test_the_short_bench_prints_its_table_and_finds_nothing_wrong() -> None:
    require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")
    command = ("-m", "bot.bench.path", "--quick", "--only", "texts", "--only", "surveys")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    assert "LINE's rate limits: lifted" in printed
    assert "text events, PostgreSQL" in printed
    assert "survey taps" in printed
    assert "nothing lost, doubled or wrong" in printed.splitlines()[-1]


def test_a_speed_stands_beside_its_target() -> None:
    fast = Line(what="rate", unit="/s", values=[900.0, 1_100.0, 1_000.0], must=800, goal=2_000)
    assert fast.cells() == (
        "rate", "1,000 /s", "900–1,100", "≥ 800", "met", "≥ 2,000", "missed"
    )  # fmt: skip
    slow = Line(what="wait", unit="ms", values=[30.0], must=25, goal=10, at_most=True)
    assert slow.is_missed
    report = Report(lines=[fast, slow])
    assert "1 of 2 speeds met" in report.summary()
