"""Text events, end to end: a friend writes, the help text arrives at LINE."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.bench.path import machine
from bot.bench.path.load import Load
from bot.bench.path.record import Run
from bot.bench.path.report import Line, Report
from bot.bench.path.runs import CONNECTIONS, Trial, single
from bot.bench.path.stage import POSTGRES, SQLITE, Stage
from bot.bench.path.webhooks import Delivery

FRIENDS = 2_000
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a bench may take."""

    runs: int = 5
    #: Of load in one run, about.
    seconds: float = 2.0


Make = Callable[[Stage, int], list[Delivery]]


def texts(stage: Stage, number: int) -> list[Delivery]:
    """Make one webhook an event, round the friends."""
    return single([stage.mint.text(index % FRIENDS) for index in range(number)], stage)


def batches(stage: Stage, number: int) -> list[Delivery]:
    """Make webhooks of ten events of ten friends, who always come together."""
    deliveries = []
    for first in range(0, number, _BATCH):
        friends = [(first + index) % FRIENDS for index in range(_BATCH)]
        deliveries.append(stage.mint.delivery(*(stage.mint.text(f) for f in friends)))
    return deliveries


@asynccontextmanager
async def trial(
    stage: Stage, kind: str = POSTGRES, *, rate_scale: float = 0.0
) -> AsyncIterator[Trial]:
    """Run the whole bot, and let every friend have written once."""
    async with (
        stage.serve(kind, rate_scale=rate_scale) as subject,
        Load(subject.port, CONNECTIONS) as load,
    ):
        opened = Trial(stage, load, [subject])
        await opened.closed(texts(stage, FRIENDS))
        yield opened


async def several(trial: Trial, make: Make, effort: Effort, report: Report) -> list[Run]:
    """Run a closed loop several times, each about as long as it may take."""
    probe = await trial.closed(make(trial.stage, FRIENDS))
    report.faults.add(probe.faults)
    number = max(_BATCH, int(probe.rate * effort.seconds) // _BATCH * _BATCH)
    runs = []
    for _ in range(effort.runs):
        report.speeds.append(machine.speed_ms(trial.stage.cores.ours))
        runs.append(await trial.closed(make(trial.stage, number)))
        report.faults.add(runs[-1].faults)
    return runs


def rate_line(what: str, runs: Sequence[Run], must: float, goal: float) -> Line:
    """Return the line of a rate."""
    return Line(what=what, unit="/s", values=[r.rate for r in runs], must=must, goal=goal)


def cpu_line(what: str, runs: Sequence[Run], must: float | None, goal: float | None) -> Line:
    """Return the line of our processor time an event."""
    values = [run.cpu_us for run in runs]
    return Line(what=what, unit="µs", values=values, must=must, goal=goal, at_most=True)


async def measure_postgres(stage: Stage, effort: Effort, report: Report) -> None:
    """Text events one by one and ten by ten, on PostgreSQL."""
    async with trial(stage) as opened:
        runs = await several(opened, texts, effort, report)
        report.lines += [
            rate_line("text events, PostgreSQL", runs, 2_000, 3_000),
            cpu_line("  our processor time an event", runs, 400, 250),
        ]
        runs = await several(opened, batches, effort, report)
        report.lines += [
            rate_line("text events in batches of 10", runs, 3_000, 5_000),
            cpu_line("  our processor time an event", runs, None, None),
        ]


async def measure_sqlite(stage: Stage, effort: Effort, report: Report) -> None:
    """Text events on SQLite at synchronous=FULL."""
    async with trial(stage, SQLITE) as opened:
        runs = await several(opened, texts, effort, report)
        report.lines.append(rate_line("text events, SQLite at synchronous=FULL", runs, 800, 2_000))
