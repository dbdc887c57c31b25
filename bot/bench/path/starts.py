"""How soon a process is ready, and how much memory it holds after some work."""

from bot.bench.path.load import Load
from bot.bench.path.repeated import PROBE, Effort
from bot.bench.path.report import Line, Report
from bot.bench.path.runs import CONNECTIONS, Trial
from bot.bench.path.stage import POSTGRES, Stage
from bot.bench.path.texts import texts


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """Start ``enishi web`` and ``enishi serve`` anew for every run, and let them work."""
    ready, web, serve = [], [], []
    env = stage.settings(await stage.database(POSTGRES), rate_scale=0.0)
    for _ in range(effort.runs):
        async with (
            stage.subject("bot", "web", env=env) as subject,
            Load([subject.port], CONNECTIONS) as load,
        ):
            ready.append(subject.ready_after)
            await Trial(stage, load, [subject]).accept(texts(stage, PROBE))
            web.append(subject.memory_mb)
    for _ in range(effort.runs):
        async with stage.serve() as subject, Load([subject.port], CONNECTIONS) as load:
            run = await Trial(stage, load, [subject]).closed(texts(stage, 2 * PROBE))
            report.faults.add(run.faults)
            serve.append(subject.memory_mb)
    rows = (
        ("enishi web: ready after", "s", ready, 1.5, 0.8),
        ("enishi web: memory after 1,000 webhooks", "MB", web, 100, 70),
        ("enishi serve: memory after 2,000 texts", "MB", serve, 250, 180),
    )
    for what, unit, values, must, goal in rows:
        report.lines.append(
            Line(what=what, unit=unit, values=values, must=must, goal=goal, at_most=True)
        )
