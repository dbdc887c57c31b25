"""The runs: a fresh emulator on one core, the load on the other.

start -> first answer -> pushes of a text -> pushes of a bubble and a text -> timelines
start -> 10,000 friends -> 30 bubbles for each -> memory -> timelines
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from bot.bench.emulator import calls
from bot.bench.emulator.talks import befriended
from bot.bench.path import machine
from bot.bench.path.load import Load
from bot.bench.path.report import Line, Report
from bot.bench.path.runs import CONNECTIONS
from bot.bench.path.subject import Subject
from bot.bench.path.webhooks import SECRET, TOKEN

#: 30 bubbles: six pushes of five messages, LINE's most in one.
_ROUNDS: Final = 6
_MESSAGES: Final = 5
#: Of the many friends, how many timelines are read.
_LOOKS: Final = 100
_OPTIONS: Final = ("--rate-scale", "0", "--monthly-limit", "-1")


class Effort(NamedTuple):
    """How much is measured."""

    runs: int
    pushes: int
    people: int


@dataclass(slots=True)
class Findings:
    """What was measured, and what must not be."""

    report: Report = field(default_factory=Report)
    wrong: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the last line of the bench."""
        found = "; ".join(self.wrong) or "every push was accepted and is on its timeline"
        lines, spread = self.report.lines, self.report.speeds
        met = sum(not line.is_missed for line in lines)
        noise = f"a fixed loop took {min(spread):.1f}–{max(spread):.1f} ms: the machine's noise"
        return f"emulator: {found}; {met} of {len(lines)} targets met ({noise})."


async def measure(folder: Path, effort: Effort, findings: Findings) -> None:
    """Measure everything; this process stays on the core that is not the emulator's."""
    cores = machine.cores()
    ready, texts, bubbles, memory = [], [], [], []
    with machine.staying_on(cores.others):
        for run in range(effort.runs):
            findings.report.speeds.append(machine.speed_ms(cores.ours))
            async with _started(folder / f"fast-{run}", cores.ours) as subject:
                ready.append(subject.ready_after)
                async with Load([subject.port], CONNECTIONS) as load:
                    talks = await befriended(subject.port, load, CONNECTIONS, findings.wrong)
                    turns = [(n % CONNECTIONS, n) for n in range(effort.pushes)]
                    texts.append(await talks.pushes([(f, [calls.text(n)]) for f, n in turns]))
                    both = [(f, [calls.bubble(n), calls.text(n)]) for f, n in turns]
                    bubbles.append(await talks.pushes(both))
                    await talks.look(talks.friends)
            async with _started(folder / f"full-{run}", cores.ours) as subject:
                memory.append(await _filled(subject, effort.people, findings))
    rows = (
        ("start to first answer", "s", ready, 1, True),
        ("pushes of a text", "/s", texts, 5_000, False),
        ("pushes of a 2.5 KB bubble and a text", "/s", bubbles, 5_000, False),
        (f"memory, {effort.people:,} friends with 30 bubbles", "MB", memory, 300, True),
    )
    findings.report.lines += [
        Line(what=what, unit=unit, values=values, must=must, at_most=at_most)
        for what, unit, values, must, at_most in rows
    ]


async def _filled(subject: Subject, people: int, findings: Findings) -> float:
    async with Load([subject.port], CONNECTIONS) as load:
        talks = await befriended(subject.port, load, people, findings.wrong)
        for turn in range(_ROUNDS):
            first = turn * _MESSAGES
            texts = [calls.text(number) for number in range(first, first + _MESSAGES)]
            await talks.pushes([(friend, texts) for friend in range(people)])
        megabytes = subject.memory_mb
        await talks.look(talks.friends[:: max(1, people // _LOOKS)])
        return megabytes


def _started(folder: Path, core: int) -> Subject:
    env = {"LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN}
    options = ("bot", "emulator", *_OPTIONS)
    return Subject(folder, *options, env=env, core=core, ready="/", port_option="--port")
