"""How a burst drains: ten times the usual load for half a minute, at LINE's real rate limits.

A reply token lives a minute. What waits longer can no longer be answered free of charge; it is
held for the friend's next event, and shows here.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.path.repeated import Effort
from bot.bench.path.report import Line, Report
from bot.bench.path.runs import Trial
from bot.bench.path.stage import Stage
from bot.bench.path.texts import known_friends, texts
from bot.store import arrival
from bot.store.engine import open_engine

USUAL: Final = 200
TIMES: Final = 10
SECONDS: Final = 30.0
LINE_SECONDS: Final = 0.05
_QUEUE: Final = text("SELECT count(*), min(event_id) FROM inbox")
_OPEN: Final = text("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")
_HELD: Final = text("SELECT count(*) FROM outbox WHERE state = 'held'")


@dataclass(slots=True)
class Queue:
    """What was seen of the queues."""

    deepest: int = 0
    oldest_seconds: float = 0.0


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """One burst; a short bench has a short one."""
    seconds = SECONDS if effort.seconds >= 1 else 2.0
    async with known_friends(stage, rate_scale=1.0) as trial:
        stage.sink.delay = LINE_SECONDS
        url = trial.subjects[0].setting("DATABASE_URL")
        engine = open_engine(url)
        try:
            await _one(trial, engine, seconds, report)
        finally:
            stage.sink.delay = 0.0
            await engine.dispose()


async def _one(trial: Trial, engine: AsyncEngine, seconds: float, report: Report) -> None:
    rate = USUAL * TIMES
    deliveries = texts(trial.stage, int(rate * seconds))
    queue = Queue()
    watching = asyncio.create_task(_watch(engine, queue))
    run = await trial.steady(deliveries, rate=rate)
    watching.cancel()
    async with engine.connect() as connection:
        held = int(await connection.scalar(_HELD) or 0)
    free = 100 * (1 - held / run.events)
    run.faults.lost -= held  # not lost: they wait for the friend's next event
    report.faults.add(run.faults)
    name = f"burst of {rate:,}/s for {seconds:g} s"
    figures = (
        (f"{name}: deepest queue", "events", float(queue.deepest)),
        ("  longest wait in it", "s", queue.oldest_seconds),
        ("  empty after its end", "s", max(0.0, run.seconds - seconds)),
        ("  replies still free", "%", free),
    )
    report.lines += [Line(what=what, unit=unit, values=[value]) for what, unit, value in figures]


async def _watch(engine: AsyncEngine, queue: Queue) -> None:
    while True:
        async with engine.connect() as connection:
            depth, oldest = (await connection.execute(_QUEUE)).one()
            depth += int(await connection.scalar(_OPEN) or 0)
        queue.deepest = max(queue.deepest, depth)
        if oldest is not None:
            queue.oldest_seconds = max(queue.oldest_seconds, arrival.seconds_since(oldest))
        await asyncio.sleep(0.5)
