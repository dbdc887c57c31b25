"""``enishi web`` alone: what an accepted webhook costs, and how many it takes.

Beside it the floor: the same server and loop, the signature checked, 200. By turns, since the
comparison counts.
"""

from contextlib import AsyncExitStack
from typing import Final

from sqlalchemy import text

from bot.bench.path.load import Load
from bot.bench.path.record import Run
from bot.bench.path.repeated import (
    Effort,
    Loaded,
    busy_line,
    cpu_line,
    in_turns,
    rate_line,
    ratio_line,
    several,
)
from bot.bench.path.report import Report
from bot.bench.path.runs import CONNECTIONS, Trial
from bot.bench.path.stage import POSTGRES, Stage
from bot.bench.path.subject import Subject
from bot.bench.path.texts import FRIENDS, texts
from bot.bench.path.webhooks import Delivery
from bot.store.engine import open_engine

_BATCH: Final = 100


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """Webhooks of one event against the floor; then webhooks of a hundred."""
    url = await stage.database(POSTGRES)
    env = stage.settings(url, rate_scale=0.0)
    async with AsyncExitStack() as stack:
        floor = await _trial(
            stack, stage, stage.subject("bot.bench.path.floor", env=env, ready="/healthz")
        )
        web = await _trial(stack, stage, stage.subject("bot", "web", env=env))
        lowest, ours = await in_turns([_single(floor), _single(web)], stage, effort, report)
        report.lines += [rate_line("floor: signature and 200", lowest), cpu_line(lowest)]
        report.lines += [rate_line("webhooks of 1 event accepted", ours), cpu_line(ours)]
        ratios = [b.cpu_us / a.cpu_us for a, b in zip(lowest, ours, strict=True)]
        what = "  processor time against the floor"
        report.lines += [ratio_line(what, ratios, 3, 1.5, unit="×", at_most=True)]
        runs = await several(_hundreds(web), stage, effort, report)
        report.lines += [
            rate_line("webhooks of 100 events, events accepted", runs, 20_000, 60_000)
        ]
        report.lines += [cpu_line(runs), busy_line(runs)]
        accepted = web.accepted
    report.faults.lost += max(0, accepted - await _stored(url))


async def _trial(stack: AsyncExitStack, stage: Stage, subject: Subject) -> Trial:
    await stack.enter_async_context(subject)
    load = await stack.enter_async_context(Load([subject.port], CONNECTIONS))
    return Trial(stage, load, [subject])


def _single(trial: Trial) -> Loaded:
    async def loaded(number: int) -> Run:
        return await trial.accept(texts(trial.stage, number))

    return loaded


def _hundreds(trial: Trial) -> Loaded:
    async def loaded(number: int) -> Run:
        mint = trial.stage.mint
        deliveries: list[Delivery] = []
        for first in range(0, number, _BATCH):
            friends = [(first + index) % FRIENDS for index in range(_BATCH)]
            deliveries.append(mint.delivery(*(mint.text(friend) for friend in friends)))
        return await trial.accept(deliveries)

    return loaded


async def _stored(url: str) -> int:
    """Return how many events wait in the inbox."""
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            return int(await connection.scalar(text("SELECT count(*) FROM inbox")) or 0)
    finally:
        await engine.dispose()
