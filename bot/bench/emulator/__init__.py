"""``enishi bench emulator``: how soon LINE's stand-in is there, how fast, and how small."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer


def emulator(
    *,
    quick: Annotated[bool, typer.Option(help="Two short runs; speeds never gate.")] = False,
    strict: Annotated[bool, typer.Option(help="Fail when a speed is missed, too.")] = False,
    runs: Annotated[int, typer.Option(help="Of each figure; the median counts.")] = 5,
    pushes: Annotated[int, typer.Option(help="Of each kind in a run.")] = 10_000,
    people: Annotated[int, typer.Option(help="Who have 30 bubbles each.")] = 10_000,
) -> None:
    """Start the emulator, push to it and fill it; exit 1 when a push is not on its timeline."""
    import asyncio

    import uvloop

    from bot.bench.emulator.measure import Effort, Findings, measure

    effort = Effort(2, pushes=320, people=100) if quick else Effort(runs, pushes, people)
    findings = Findings()
    with (
        tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(measure(Path(folder), effort, findings))
    print(findings.report.table())
    print(findings.summary())
    missed = any(line.is_missed for line in findings.report.lines)
    if findings.wrong or (strict and not quick and missed):
        raise typer.Exit(1)
