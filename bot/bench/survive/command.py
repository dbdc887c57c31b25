"""enishi bench survive."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from bot.bench.survive.run import Plan, Verdict

QUICK_EVENTS: Final = 2_000
_EVERY: Final = 0.02
_LEVEL_SHARE: Final = 0.25


class Database(StrEnum):
    """Where the bot stores."""

    POSTGRES = "postgres"
    SQLITE = "sqlite"


class Breakage(StrEnum):
    """Ways to break the bot that the bench must find."""

    NO_DEDUPE = "no-dedupe"
    ACK_BEFORE_COMMIT = "ack-before-commit"
    NO_LEASE = "no-lease"
    REPLY_RETRIED_AS_PUSH = "reply-retried-as-push"
    LEDGER_AFTER_SEND = "ledger-after-send"
    LOST_WAKEUP = "lost-wakeup"


def survive(
    seed: Annotated[int | None, typer.Option(help="Repeat a run's dice; by default new.")] = None,
    database: Annotated[Database, typer.Option(help="Where to store.")] = Database.POSTGRES,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="2,000 events, for CI.")] = False,
    minutes: Annotated[float, typer.Option(help="Length of the storm.")] = 5.0,
    break_: Annotated[
        Breakage | None, typer.Option("--break", help="Break the bot; this must be found.")
    ] = None,
) -> None:
    """Kill, cut and delay everything while friends write; nothing may be lost or doubled."""
    from bot.bench.survive.run import Plan, run

    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    short = Plan(
        seed=seed,
        postgres=database is Database.POSTGRES,
        events=QUICK_EVENTS,
        friends=50,
        every=_EVERY,
        breakage=None if break_ is None else break_.value,
    )
    plan = short if quick else _long(short, minutes)
    print(f"enishi bench survive --seed {seed} --database {database.value}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="enishi-survive-"))
    folder.chmod(0o755)
    verdict = asyncio.run(run(plan, folder))
    for line in report(verdict):
        print(line)
    if verdict.ok:
        shutil.rmtree(folder, ignore_errors=True)
    if verdict.ok is (break_ is not None):
        raise typer.Exit(1)


def _long(short: "Plan", minutes: float) -> "Plan":
    from dataclasses import replace

    seconds = minutes * 60
    storm = seconds * (1 - _LEVEL_SHARE)
    return replace(
        short,
        events=int(storm / _EVERY),
        friends=200,
        patience=120.0,
        level=seconds * _LEVEL_SHARE,
    )


def report(verdict: "Verdict") -> Iterator[str]:
    """Say what was done, what was found, and the sum of it."""
    yield "faults:"
    for name, count in sorted(verdict.faults.items()):
        yield f"  {count:5}  {name}"
    yield "events:"
    for name, count in sorted(verdict.kinds.items()):
        yield f"  {count:5}  {name}"
    yield "promises:"
    for check in verdict.checks:
        yield from check.lines()
    yield summary(verdict)


def summary(verdict: "Verdict") -> str:
    """Return the last line of a run."""
    wrong = [check.name for check in verdict.checks if not check.ok]
    plan = verdict.plan
    outcome = "nothing lost, doubled or wrong" if not wrong else f"WRONG: {', '.join(wrong)}"
    if plan.breakage is not None:
        outcome = f"{plan.breakage} {'found' if wrong else 'NOT FOUND'}; {outcome}"
    elif wrong:
        outcome += f"; logs in {verdict.folder}"
    where = "PostgreSQL" if plan.postgres else "SQLite"
    return (
        f"survive on {where}, seed {plan.seed}: {verdict.kinds.total():,} events, "
        f"{verdict.faults.total()} faults, {verdict.kills} kills in {verdict.seconds:.0f} s: "
        f"{outcome}"
    )
