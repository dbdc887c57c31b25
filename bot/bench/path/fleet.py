"""Several processes of the bot that share one database and one Redis.

``enishi web``, ``worker`` and ``dispatcher``, each as often as asked, all on the bot's core.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.bench.path.load import Load
from bot.bench.path.repeated import Effort, cpu_line, rate_line, several
from bot.bench.path.report import Report
from bot.bench.path.runs import CONNECTIONS, Trial
from bot.bench.path.stage import POSTGRES, Stage
from bot.bench.path.subject import Subject
from bot.bench.path.texts import FRIENDS, closed, texts


@dataclass(frozen=True, slots=True)
class Fleet:
    """How many processes of each part."""

    webs: int = 1
    workers: int = 1
    dispatchers: int = 1


@asynccontextmanager
async def running(
    stage: Stage, fleet: Fleet, database_url: str, *, rate_scale: float = 0.0
) -> AsyncIterator[Trial]:
    """Run the processes, with connections to every web process."""
    env = stage.settings(database_url, rate_scale=rate_scale)
    async with AsyncExitStack() as stack:

        def named(part: str, number: int, **more: str) -> list[Subject]:
            return [stage.subject("bot", part, env=env, **more) for _ in range(number)]

        webs = named("web", fleet.webs)
        workers = named("worker", fleet.workers, port_option="--port")
        dispatchers = named("dispatcher", fleet.dispatchers, port_option="--port")
        subjects = [*webs, *workers, *dispatchers]
        async with asyncio.TaskGroup() as starting:
            for subject in subjects:
                starting.create_task(stack.enter_async_context(subject))
        load = await stack.enter_async_context(Load([web.port for web in webs], CONNECTIONS))
        yield Trial(stage, load, subjects)


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """Text events with one, two and four workers beside one web process and one dispatcher."""
    for workers in (1, 2, 4):
        url = await stage.database(POSTGRES)
        async with running(stage, Fleet(workers=workers), url) as trial:
            await trial.closed(texts(stage, FRIENDS))
            runs = await several(closed(trial, texts), stage, effort, report)
        what = f"text events, web + {workers} worker{'s' * (workers > 1)} + dispatcher, one core"
        report.lines += [rate_line(what, runs), cpu_line(runs)]
