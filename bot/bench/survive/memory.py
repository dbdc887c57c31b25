"""Whether the memory of the children stays level under load."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Final

from bot.bench.processes import Sample
from bot.bench.survive.checks import Check

#: No process of the bot needs more, whatever it has met.
MOST_MEGABYTES: Final = 350.0
#: Imports, pools and caches are filled by then, in seconds of a process's life.
WARM_SECONDS: Final = 20.0
#: Growth from the first to the last third of a process's warm life that is noise.
_GROWTH: Final = 1.10
_NOISE_MEGABYTES: Final = 10.0
_FEWEST: Final = 9


def memory_level(samples: Sequence[Sample], level_seconds: float) -> Check:
    """Judge every incarnation that lived long enough; all of them by the ceiling."""
    most = max((sample.megabytes for sample in samples), default=0.0)
    problems = []
    if most > MOST_MEGABYTES:
        problems.append(f"a process held {most:.0f} MB, more than {MOST_MEGABYTES:.0f}")
    lives: defaultdict[int, list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.age > WARM_SECONDS:
            lives[sample.pid].append(sample)
    judged = [life for life in lives.values() if len(life) >= _FEWEST] if level_seconds else []
    for life in judged:
        third = len(life) // 3
        first = median(sample.megabytes for sample in life[:third])
        last = median(sample.megabytes for sample in life[-third:])
        if last > first * _GROWTH + _NOISE_MEGABYTES:
            seconds = life[-1].age - life[0].age
            problems.append(
                f"{life[0].name} grew from {first:.0f} to {last:.0f} MB in {seconds:.0f} s"
            )
    return Check(
        "memory is level", tuple(problems), f"at most {most:.0f} MB, {len(judged)} judged"
    )
