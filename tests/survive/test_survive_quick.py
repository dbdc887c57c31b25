"""The bench itself: a sound bot passes, and each way to break it is found."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from bot.bench.survive import breakages
from bot.bench.survive.command import report
from bot.bench.survive.run import Plan, Verdict, run
from bot.embedded.postgres import find_binaries
from tests.support import require

# Connections are cut and processes killed on purpose; what is left of them is swept up later.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

#: What brings each breakage to light, where it is looked for, and the promise it breaks.
FOUND_BY = {
    "no-dedupe": ("sqlite", {"duplicate webhooks", "redeliver webhooks"}, "handled exactly once"),
    "ack-before-commit": ("postgres", {"refuse postgresql"}, "accepted event is stored"),
    "no-lease": ("sqlite", {"LINE is slow", "kill all"}, "no orphan lease"),
    "reply-retried-as-push": ("sqlite", {"LINE accepts, answers 500"}, "no bubble twice"),
    "ledger-after-send": (
        "sqlite",
        {"LINE accepts, answers 500", "reply tokens die unused"},
        "no billed send without",
    ),
    "lost-wakeup": ("postgres", {"cut redis"}, "answers at once"),
}

#: Where two faults must meet, more of them are thrown.
EVENTS = {"ledger-after-send": 600}


def plan(database: str, *, events: int, **more: object) -> Plan:
    if database == "postgres":
        require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")
    friends = max(6, events // 40)
    values = {"seed": 7, "friends": friends, "every": 0.02, "patience": 60.0, **more}
    return Plan(postgres=database == "postgres", events=events, **values)  # type: ignore[arg-type]


def told(verdict: Verdict) -> str:
    return "\n".join(report(verdict))


@pytest.mark.timeout(400)
async def test_nothing_is_lost_doubled_or_wrong(tmp_path: Path) -> None:
    """Both databases at once: each run waits more than it works."""
    plans = [plan(database, events=2_000) for database in ("sqlite", "postgres")]
    verdicts = await asyncio.gather(*(run(each, _folder(tmp_path)) for each in plans))
    for verdict in verdicts:
        assert verdict.ok, told(verdict)
        assert verdict.kills >= 2, told(verdict)
        assert "time passes beyond retry keys" in verdict.faults, told(verdict)


def test_every_breakage_is_looked_for() -> None:
    assert FOUND_BY.keys() == breakages.ALL.keys()


@pytest.mark.timeout(600)
async def test_the_harness_finds_each_breakage(tmp_path: Path) -> None:
    turns = asyncio.Semaphore(3)

    async def look(breakage: str) -> str:
        async with turns:
            return await _look_for(breakage, tmp_path)

    missed = await asyncio.gather(*map(look, FOUND_BY))
    assert not any(missed), "\n\n".join(filter(None, missed))


async def _look_for(breakage: str, tmp_path: Path) -> str:
    """Return empty words once it is found; a slow machine throws few faults in a short run."""
    database, faults, promise = FOUND_BY[breakage]
    stories = []
    for seed in (7, 8, 9):
        broken = plan(
            database,
            events=EVENTS.get(breakage, 150),
            breakage=breakage,
            faults=frozenset(faults),
            patience=8.0,
            doomed_every=0,
            seed=seed,
        )
        verdict = await run(broken, _folder(tmp_path))
        stories.append(told(verdict))
        if any(promise in check.name for check in verdict.checks if not check.ok):
            return ""
    return "\n\n".join(stories)


def _folder(tmp_path: Path) -> Path:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    folder.chmod(0o755)
    return folder
