"""What one event in a hundred that fails for ever costs the others."""

from typing import Final

from bot.bench.path.failing import Fail
from bot.bench.path.load import Load
from bot.bench.path.record import Run
from bot.bench.path.repeated import Effort, in_turns, ratio_line
from bot.bench.path.report import Report
from bot.bench.path.runs import CONNECTIONS, Trial
from bot.bench.path.stage import POSTGRES, Stage
from bot.bench.path.texts import FRIENDS, texts
from bot.bench.path.webhooks import Delivery

_EVERY: Final = 100


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """Compare runs with and without failing events, by turns, in one process."""
    env = stage.settings(await stage.database(POSTGRES), rate_scale=0.0)
    async with (
        stage.subject("bot.bench.path.failing", env=env) as subject,
        Load([subject.port], CONNECTIONS) as load,
    ):
        trial = Trial(stage, load, [subject])
        await trial.closed(texts(stage, FRIENDS))
        unlucky = FRIENDS

        async def without(number: int) -> Run:
            return await trial.closed(texts(stage, number))

        async def having(number: int) -> Run:
            nonlocal unlucky
            bad = _bad(stage, unlucky, number // _EVERY)
            unlucky += len(bad)
            deliveries = texts(stage, number)
            for index, delivery in enumerate(bad):
                deliveries[index * _EVERY] = delivery
            silent = frozenset(event.reply_token for d in bad for event in d.events)
            return await trial.closed(deliveries, silent=silent)

        healthy, burdened = await in_turns([without, having], stage, effort, report)
    shares = [100 * b.rate / a.rate for a, b in zip(healthy, burdened, strict=True)]
    what = "rate with 1 in 100 events failing for ever"
    report.lines.append(ratio_line(what, shares, 75, 95, unit="%", at_most=False))


def _bad(stage: Stage, first: int, number: int) -> list[Delivery]:
    """Make failing events of friends who send nothing else: theirs would wait behind them."""
    tapped = [stage.mint.tap(first + index, Fail().encode()) for index in range(number)]
    return [stage.mint.delivery(event) for event in tapped]
