"""How long a friend waits: 1,000 texts a second at random moments, LINE answering in 50 ms.

From the moment a webhook was due: to its 200, and to the arrival of the reply at LINE. The bot
keeps to LINE's real rate limits.
"""

from typing import Final

from bot.bench.path.load import Load
from bot.bench.path.record import percentile
from bot.bench.path.repeated import Effort
from bot.bench.path.report import Line, Report
from bot.bench.path.runs import Trial
from bot.bench.path.stage import Stage
from bot.bench.path.texts import known_friends, texts

RATE: Final = 1_000
LINE_SECONDS: Final = 0.05
#: More than are ever busy, so that no webhook waits for a connection.
CONNECTIONS: Final = 128


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """Replies and acknowledgements under a steady load."""
    async with (
        known_friends(stage, rate_scale=1.0) as warm,
        Load([warm.subjects[0].port], CONNECTIONS) as load,
    ):
        trial = Trial(stage, load, warm.subjects)
        stage.sink.delay = LINE_SECONDS
        number = int(RATE * max(1.0, effort.seconds))
        runs = []
        try:
            for seed in range(effort.runs):
                runs.append(await trial.steady(texts(stage, number), rate=RATE, seed=seed))
                report.faults.add(runs[-1].faults)
        finally:
            stage.sink.delay = 0.0
    replies = "webhook → reply leaves us, 1,000/s"
    rows = (
        (f"{replies}, p50", [percentile(run.replies, 0.5) for run in runs], 25, 10),
        (f"{replies}, p99", [percentile(run.replies, 0.99) for run in runs], 100, 50),
        ("webhook ack, 1,000/s, p99", [percentile(run.acks, 0.99) for run in runs], 20, 10),
    )
    for what, values, must, goal in rows:
        ms = [value * 1e3 for value in values]
        report.lines.append(
            Line(what=what, unit="ms", values=ms, must=must, goal=goal, at_most=True)
        )
    busy = [100 * run.busy for run in runs]
    report.lines.append(Line(what="  our core's time in use", unit="%", values=busy))
