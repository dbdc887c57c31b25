"""Whether anything grows: a steady load for as long as asked, its first part against its last."""

from typing import Final

from bot.bench.path.record import Run, percentile
from bot.bench.path.repeated import Effort, cpu_line
from bot.bench.path.report import Line, Report
from bot.bench.path.stage import Stage
from bot.bench.path.texts import known_friends, texts

RATE: Final = 300
_PART_SECONDS: Final = 10
_PARTS_COMPARED: Final = 6


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """Waits, processor time and memory at the beginning and at the end."""
    parts = max(2, round(effort.minutes * 60 / _PART_SECONDS))
    compared = min(_PARTS_COMPARED, parts // 2)
    runs: list[Run] = []
    memory: list[float] = []
    async with known_friends(stage, rate_scale=1.0) as trial:
        for seed in range(parts):
            made = texts(stage, RATE * _PART_SECONDS)
            runs.append(await trial.steady(made, rate=RATE, seed=seed))
            report.faults.add(runs[-1].faults)
            memory.append(trial.subjects[0].memory_mb)
    minutes = parts * _PART_SECONDS / 60
    for when, of in (("first", slice(None, compared)), ("last", slice(-compared, None))):
        what = f"{RATE}/s for {minutes:.0f} min, the {when} {compared * _PART_SECONDS} s"
        p99 = [percentile(run.replies, 0.99) * 1e3 for run in runs[of]]
        report.lines += [
            Line(what=f"{what}: webhook → reply, p99", unit="ms", values=p99),
            cpu_line(runs[of]),
            Line(what="  memory", unit="MB", values=memory[of]),
        ]
