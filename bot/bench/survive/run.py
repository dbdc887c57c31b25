"""One run: stage, crowd beside storm, calm, records, checks."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.bench.processes import Crew
from bot.bench.survive import checks, records
from bot.bench.survive.calm import PROMPT_SECONDS, Calm, calm_down
from bot.bench.survive.checks import Check
from bot.bench.survive.crowd import Crowd
from bot.bench.survive.memory import memory_level
from bot.bench.survive.stage import Stage, open_stage
from bot.bench.survive.storm import Storm

#: The database away at a start, and a kill from the bench: a process may end for these.
_EXPECTED_ENDS: Final = frozenset({0, 4, -9})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is run."""

    seed: int
    postgres: bool
    events: int
    friends: int
    #: Seconds between two acts of the crowd.
    every: float
    #: Seconds for the queues to drain at the end.
    patience: float = 60.0
    #: Seconds of load without faults in which memory is measured.
    level: float = 0.0
    breakage: str | None = None
    #: One text in so many can never be handled; 0: none.
    doomed_every: int = 100
    #: Names of the faults to deal; all when empty.
    faults: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of it."""

    plan: Plan
    checks: Sequence[Check]
    kinds: Counter[str]
    faults: Counter[str]
    kills: int
    seconds: float
    folder: Path

    @property
    def ok(self) -> bool:
        """Whether every promise was kept."""
        return all(check.ok for check in self.checks)


async def run(plan: Plan, folder: Path) -> Verdict:
    """Run the bot through a storm and judge it."""
    started = time.monotonic()
    async with open_stage(folder, postgres=plan.postgres, breakage=plan.breakage) as stage:
        crowd = Crowd(
            stage.line, friends=plan.friends, seed=plan.seed, doomed_every=plan.doomed_every
        )
        storm = Storm(stage, crowd, seed=plan.seed, only=plan.faults)
        await _storm(plan, crowd, storm)
        if plan.level:
            await crowd.act(int(plan.level / plan.every), every=plan.every)
        calm = await calm_down(stage, crowd, patience=plan.patience)
        found = await records.read(stage, crowd)
        judged = [check(found) for check in checks.ALL]
        judged += [_prompt(calm), _no_fall(stage), memory_level(stage.crew.samples, plan.level)]
        kills = sum(child.kills for child in stage.crew.children)
    return Verdict(
        plan=plan,
        checks=judged,
        kinds=crowd.kinds,
        faults=storm.dealt,
        kills=kills,
        seconds=time.monotonic() - started,
        folder=folder,
    )


async def _storm(plan: Plan, crowd: Crowd, storm: Storm) -> None:
    over = asyncio.Event()
    await crowd.arrive()
    async with asyncio.TaskGroup() as together:
        together.create_task(storm.blow(over))
        await crowd.act(plan.events - crowd.events, every=plan.every)
        over.set()


def _prompt(calm: Calm) -> Check:
    problems = [
        f"a text was not answered within {PROMPT_SECONDS:.0f} s although nothing was wrong"
        for seconds in calm.probes
        if seconds is None
    ]
    if not calm.settled:
        problems.append("webhooks were still under way after the last fault")
    slowest = max((seconds for seconds in calm.probes if seconds), default=0.0)
    return Check("answers at once in the calm", tuple(problems), f"slowest {slowest:.2f} s")


def _no_fall(stage: Stage) -> Check:
    crew: Crew = stage.crew
    problems = [
        f"{child.name} ended by itself with code {code}; see {child.log}"
        for child in crew.children
        for code in child.deaths
        if code not in _EXPECTED_ENDS
    ]
    if stage.platform is not None and not stage.platform.is_running:
        problems.append(f"the emulated LINE ended; see {stage.platform.log}")
    starts = sum(child.starts for child in crew.children)
    return Check("no process falls by itself", tuple(problems), f"{starts} starts")
