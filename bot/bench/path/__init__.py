"""``enishi bench path``: whole paths, from LINE's webhook to LINE's API, and how fast they are."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

if TYPE_CHECKING:
    from bot.bench.path.repeated import Effort
    from bot.bench.path.report import Report
    from bot.bench.path.stage import Stage

    Measure: TypeAlias = Callable[[Stage, Effort, Report], Awaitable[None]]

ROWS: Final = (
    "texts",
    "surveys",
    "waits",
    "webs",
    "failures",
    "sqlite",
    "starts",
    "limits",
    "plain",
)
#: Measured when they are asked for: they take minutes.
LONG: Final = ("workers", "history", "burst", "endurance")


def path(
    only: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Rows to measure, may be repeated: {', '.join(ROWS)}; {', '.join(LONG)}."
        ),
    ] = None,
    *,
    runs: Annotated[int, typer.Option(help="Runs of each row; the median counts.")] = 5,
    seconds: Annotated[float, typer.Option(help="Load of one run, about.")] = 2.0,
    history: Annotated[int, typer.Option(help="Rows of the row 'history'.")] = 10_000_000,
    minutes: Annotated[float, typer.Option(help="Length of the row 'endurance'.")] = 60.0,
    quick: Annotated[bool, typer.Option(help="Two short runs; speeds never gate.")] = False,
    strict: Annotated[bool, typer.Option(help="Fail when a speed is missed, too.")] = False,
) -> None:
    """Measure whole paths: webhook, inbox, worker, handler, outbox, call to LINE."""
    import uvloop

    from bot.bench.path.repeated import Effort

    effort = Effort(runs, seconds, history, minutes)
    if quick:
        effort = Effort(2, 0.5, history=10_000, minutes=0.3)
    unknown = set(only or ()) - {*ROWS, *LONG}
    if unknown:
        raise typer.BadParameter(f"There is no row {', '.join(sorted(unknown))}.")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(_measure(only or list(ROWS), effort))
    print("LINE's rate limits: lifted, but in the waits and where a row says otherwise.\n")
    print(report.table())
    print(report.summary())
    missed = any(line.is_missed for line in report.lines)
    if report.faults.total or (strict and not quick and missed):
        raise typer.Exit(1)


async def _measure(names: list[str], effort: "Effort") -> "Report":
    from bot.bench.path.report import Report
    from bot.bench.path.stage import open_stage

    report = Report()
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        async with open_stage(Path(folder)) as stage:
            for name in names:
                await _rows()[name](stage, effort, report)
    return report


def _rows() -> "dict[str, Measure]":
    from bot.bench.path import (
        bursts,
        endurance,
        failures,
        fleet,
        history,
        starts,
        surveys,
        texts,
        waits,
        webs,
    )

    return {
        "texts": texts.measure_postgres,
        "surveys": surveys.measure,
        "waits": waits.measure,
        "webs": webs.measure,
        "failures": failures.measure,
        "sqlite": texts.measure_sqlite,
        "starts": starts.measure,
        "limits": texts.measure_real_limits,
        "plain": texts.measure_plain,
        "workers": fleet.measure,
        "history": history.measure,
        "burst": bursts.measure,
        "endurance": endurance.measure,
    }
