"""Several runs of a load, and the lines of the table that come of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.bench.path import machine
from bot.bench.path.record import Run
from bot.bench.path.report import Line, Report
from bot.bench.path.stage import Stage

#: The first run is this long in events; its rate says how long the others shall be.
PROBE: Final = 1_000
_ROUND: Final = 100


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a bench may take."""

    runs: int = 5
    #: Of load in one run, about.
    seconds: float = 2.0
    #: Rows of history, and minutes of steady load, of the rows that are about those.
    history: int = 10_000_000
    minutes: float = 60.0


#: Runs a load of so many events.
Loaded = Callable[[int], Awaitable[Run]]


async def several(loaded: Loaded, stage: Stage, effort: Effort, report: Report) -> list[Run]:
    """Run a load several times, each about as long as it may take."""
    return (await in_turns([loaded], stage, effort, report))[0]


async def in_turns(
    loads: Sequence[Loaded], stage: Stage, effort: Effort, report: Report
) -> list[list[Run]]:
    """Run loads by turns, so that a machine that changes its speed changes it for all of them."""
    sizes = []
    for loaded in loads:
        probe = await loaded(PROBE if effort.seconds >= 1 else PROBE // 5)
        report.faults.add(probe.faults)
        sizes.append(max(_ROUND, round(probe.rate * effort.seconds / _ROUND) * _ROUND))
    found: list[list[Run]] = [[] for _ in loads]
    for _ in range(effort.runs):
        for loaded, size, runs in zip(loads, sizes, found, strict=True):
            report.speeds.append(machine.speed_ms(stage.cores.ours))
            runs.append(await loaded(size))
            report.faults.add(runs[-1].faults)
    return found


def rate_line(
    what: str, runs: Sequence[Run], must: float | None = None, goal: float | None = None
) -> Line:
    """Return the line of events a second."""
    return Line(what=what, unit="/s", values=[run.rate for run in runs], must=must, goal=goal)


def cpu_line(runs: Sequence[Run], must: float | None = None, goal: float | None = None) -> Line:
    """Return the line of our processor time an event."""
    values = [run.cpu_us for run in runs]
    what = "  our processor time an event"
    return Line(what=what, unit="µs", values=values, must=must, goal=goal, at_most=True)


def busy_line(stage_runs: Sequence[Run]) -> Line:
    """Return the line that tells whether the other core held ours back."""
    values = [100 * run.other_seconds / run.seconds for run in stage_runs]
    return Line(what="  the other core's time in use", unit="%", values=values)


def ratio_line(
    what: str, values: Sequence[float], must: float, goal: float, *, unit: str, at_most: bool
) -> Line:
    """Return the line of a comparison made pair by pair."""
    return Line(what=what, unit=unit, values=values, must=must, goal=goal, at_most=at_most)
