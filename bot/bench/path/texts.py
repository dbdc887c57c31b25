"""Text events, end to end: a friend writes, the help text arrives at LINE.

Beside them a plain bot, written as the SDK's documentation shows, answers the same texts.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from bot.bench.path.load import Load
from bot.bench.path.record import Run
from bot.bench.path.repeated import Effort, Loaded, busy_line, cpu_line, rate_line, several
from bot.bench.path.report import Report
from bot.bench.path.runs import CONNECTIONS, Trial
from bot.bench.path.stage import POSTGRES, SQLITE, Stage
from bot.bench.path.webhooks import Delivery

FRIENDS: Final = 2_000
_BATCH: Final = 10

Make = Callable[[Stage, int], list[Delivery]]


def texts(stage: Stage, number: int) -> list[Delivery]:
    """Make one webhook an event, round the friends."""
    return [stage.mint.delivery(stage.mint.text(index % FRIENDS)) for index in range(number)]


def batches(stage: Stage, number: int) -> list[Delivery]:
    """Make webhooks of ten events of ten friends, who always come together."""
    deliveries = []
    for first in range(0, number, _BATCH):
        friends = [(first + index) % FRIENDS for index in range(_BATCH)]
        deliveries.append(stage.mint.delivery(*(stage.mint.text(f) for f in friends)))
    return deliveries


@asynccontextmanager
async def known_friends(
    stage: Stage, kind: str = POSTGRES, *, rate_scale: float = 0.0
) -> AsyncIterator[Trial]:
    """Run the whole bot, and let every friend have written once."""
    async with (
        stage.serve(kind, rate_scale=rate_scale) as subject,
        Load([subject.port], CONNECTIONS) as load,
    ):
        opened = Trial(stage, load, [subject])
        await opened.closed(batches(stage, FRIENDS))
        yield opened


def closed(trial: Trial, make: Make) -> Loaded:
    """Return a closed loop over what ``make`` makes."""

    async def loaded(number: int) -> Run:
        run = await trial.closed(make(trial.stage, number))
        # All of them say the same, whoever is told.
        run.faults.wrong += len(trial.stage.sink.contents) - 1
        return run

    return loaded


async def measure_postgres(stage: Stage, effort: Effort, report: Report) -> None:
    """Text events one by one and ten by ten, on PostgreSQL."""
    async with known_friends(stage) as trial:
        runs = await several(closed(trial, texts), stage, effort, report)
        report.lines += [rate_line("text events, PostgreSQL", runs, 2_000, 3_000)]
        report.lines += [cpu_line(runs, 400, 250), busy_line(runs)]
        runs = await several(closed(trial, batches), stage, effort, report)
        report.lines += [rate_line("text events in batches of 10", runs, 3_000, 5_000)]
        report.lines += [cpu_line(runs), busy_line(runs)]


async def measure_real_limits(stage: Stage, effort: Effort, report: Report) -> None:
    """Text events while the bot keeps to LINE's own 2,000 replies a second."""
    async with known_friends(stage, rate_scale=1.0) as trial:
        runs = await several(closed(trial, texts), stage, effort, report)
        report.lines += [rate_line("text events at LINE's real rate limits", runs)]


async def measure_sqlite(stage: Stage, effort: Effort, report: Report) -> None:
    """Text events on SQLite at synchronous=FULL."""
    async with known_friends(stage, SQLITE) as trial:
        runs = await several(closed(trial, texts), stage, effort, report)
        report.lines += [rate_line("text events, SQLite, synchronous=FULL", runs, 800, 2_000)]
        report.lines += [cpu_line(runs)]


async def measure_plain(stage: Stage, effort: Effort, report: Report) -> None:
    """The same texts, answered by a plain bot: aiohttp, the SDK, and Redis for its state."""
    env = stage.settings("", rate_scale=0.0)
    command = ("bot.bench.path.plain",)
    async with (
        stage.subject(*command, env=env, ready="/healthz") as subject,
        Load([subject.port], CONNECTIONS) as load,
    ):
        trial = Trial(stage, load, [subject])
        runs = await several(closed(trial, texts), stage, effort, report)
        report.lines += [rate_line("text events, a plain bot that stores none", runs)]
        report.lines += [cpu_line(runs)]
