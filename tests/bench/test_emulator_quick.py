"""The short form of the emulator's bench: speeds are printed, and no push may be missing."""

import asyncio
import sys

import pytest

from bot.bench.emulator import calls
from bot.bench.emulator.measure import Findings
from bot.bench.path.report import Line, Report
from bot.emulator.checks.findings import Findings as Refusals
from bot.emulator.checks.messages import check_messages


@pytest.mark.timeout(600)  # on a machine where much else runs
async def test_the_short_bench_prints_its_table_and_misses_no_push() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.bench.emulator", "--quick"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    assert "start to first answer" in printed
    assert "memory, 100 friends with 30 bubbles" in printed
    assert "every push was accepted and is on its timeline" in printed.splitlines()[-1]


def test_the_bubble_has_its_size_and_is_one_that_line_takes() -> None:
    delivery = calls.push(0, "U" + "0" * 32, [calls.bubble(1), calls.text(1)])
    assert 2_500 <= len(delivery.wire) <= 3_200
    check_messages({"messages": [calls.bubble(1), calls.text(1)]}, Refusals())


def test_a_push_that_is_missing_is_told_in_the_last_line() -> None:
    line = Line(what="pushes", unit="/s", values=[4_000.0], must=5_000)
    findings = Findings(Report(lines=[line], speeds=[10.0]), ["1 of 2 calls not accepted"])
    assert findings.summary() == (
        "emulator: 1 of 2 calls not accepted; 0 of 1 targets met"
        " (a fixed loop took 10.0–10.0 ms: the machine's noise)."
    )
