"""The bench itself: a sound bot passes, and each way to break it is found."""

from pathlib import Path

import pytest

from bot.bench.survive import breakages
from bot.bench.survive.command import report
from bot.bench.survive.run import Plan, Verdict, run
from bot.embedded.postgres import find_binaries
from tests.support import require

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


def plan(database: str, *, events: int, **more: object) -> Plan:
    if database == "postgres":
        require(find_binaries(), "PostgreSQL", "Debian: apt-get install postgresql")
    friends = max(6, events // 40)
    values = {"seed": 7, "friends": friends, "every": 0.02, "patience": 60.0, **more}
    return Plan(postgres=database == "postgres", events=events, **values)  # type: ignore[arg-type]


def told(verdict: Verdict) -> str:
    return "\n".join(report(verdict))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_nothing_is_lost_doubled_or_wrong(database: str, tmp_path: Path) -> None:
    verdict = await run(plan(database, events=2_000), tmp_path)
    assert verdict.ok, told(verdict)
    assert verdict.kills >= 2, told(verdict)


def test_every_breakage_is_looked_for() -> None:
    assert FOUND_BY.keys() == breakages.ALL.keys()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("breakage", FOUND_BY)
async def test_the_harness_finds_each_breakage(breakage: str, tmp_path: Path) -> None:
    """A short run throws few faults, and a slow machine fewer: three seeds must be enough."""
    database, faults, promise = FOUND_BY[breakage]
    stories = []
    for seed in (7, 8, 9):
        folder = tmp_path / str(seed)
        folder.mkdir()
        broken = plan(
            database,
            events=150,
            breakage=breakage,
            faults=frozenset(faults),
            patience=12.0,
            seed=seed,
        )
        verdict = await run(broken, folder)
        stories.append(told(verdict))
        if any(promise in check.name for check in verdict.checks if not check.ok):
            return
    pytest.fail("\n\n".join(stories))
