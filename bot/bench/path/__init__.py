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


def path(
    only: Annotated[
        list[str] | None,
        typer.Option(help=f"Rows to measure: {', '.join(ROWS)}. May be repeated."),
    ] = None,
    *,
    runs: Annotated[int, typer.Option(help="Runs of each row; the median counts.")] = 5,
    seconds: Annotated[float, typer.Option(help="Load of one run, about.")] = 2.0,
    quick: Annotated[bool, typer.Option(help="Two short runs; speeds never gate.")] = False,
    strict: Annotated[bool, typer.Option(help="Fail when a speed is missed, too.")] = False,
) -> None:
    """Measure whole paths: webhook, inbox, worker, handler, outbox, call to LINE."""
    import uvloop

    from bot.bench.path.repeated import Effort

    effort = Effort(2, 0.5) if quick else Effort(runs, seconds)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(_measure(only or list(ROWS), effort))
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
    from bot.bench.path import failures, fleet, starts, surveys, texts, waits, webs

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
    }
