"""Runs: somebody's wish to bring the menus to LINE, and how far it has come.

begin -> (steps, as they are taken) -> end;  running without a lease: it died, and can go on
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.rich_menus import rich_menu_runs

_STEPS = Query(
    "SELECT kind, key, state, message FROM rich_menu_steps WHERE apply_id = :number ORDER BY id"
)
_AT_WORK = Query("SELECT 1 FROM rich_menu_leases WHERE until > :now")


class Wish(StrEnum):
    """What a run is for."""

    REGISTER = "register"  # on LINE, and nobody sees it
    SHOW = "show"


class State(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing of a run: ``state`` is waiting, begun, done or failed."""

    kind: str
    key: str
    state: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run."""

    number: int
    wish: Wish
    state: State
    source: str
    problem: str
    begun_at: datetime
    ended_at: datetime | None
    #: In the order they are taken; those planned and not begun come last.
    steps: Sequence[Step] = ()
    report: Mapping[str, Any] = field(default_factory=dict)
    #: It says it runs, and nobody is at work: its process died.
    is_stranded: bool = False

    @property
    def is_running(self) -> bool:
        """Whether something is still to be expected of it."""
        return self.state is State.RUNNING and not self.is_stranded

    @property
    def done(self) -> int:
        """How many steps were done."""
        return sum(step.state == "done" for step in self.steps)


#: Between a wish and its lease some time passes.
_GRACE_SECONDS = 25


async def begin(
    connection: AsyncConnection, wish: Wish, *, source: str, now: datetime
) -> int | None:
    """Begin a run and return its number; None: one is at work already."""
    before = await last(connection, now=now)
    if before is not None and before.is_running:
        return None
    number = arrival.number()
    row: dict[str, Any] = {"id": number, "kind": wish.value, "source": source}
    row |= {"state": State.RUNNING.value}
    row |= {"planned": [], "problem": "", "report": {}, "begun_at": now}
    await batch.insert(connection, rich_menu_runs, [row])
    return number


async def plan(connection: AsyncConnection, number: int, steps: Sequence[tuple[str, str]]) -> None:
    """Note what a run is going to do: kinds and keys of steps."""
    planned = [list(step) for step in steps]
    query = sa.update(rich_menu_runs).where(rich_menu_runs.c.id == number)
    await connection.execute(query.values(planned=planned))


async def end(
    connection: AsyncConnection,
    number: int,
    state: State,
    *,
    problem: str = "",
    report: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Note what became of a run."""
    c = rich_menu_runs.c
    query = sa.update(rich_menu_runs).where(c.id == number, c.state == State.RUNNING.value)
    values = {"state": state.value, "problem": problem, "report": dict(report or {})}
    await connection.execute(query.values(**values, ended_at=now))


async def last(connection: AsyncConnection, *, now: datetime) -> Run | None:
    """Return the latest run with its steps."""
    query = sa.select(rich_menu_runs).order_by(rich_menu_runs.c.id.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    taken = [Step(*step) for step in await _STEPS.rows(connection, number=row.id)]
    names = {(step.kind, step.key) for step in taken}
    waiting = [Step(kind, key, "waiting") for kind, key in row.planned]
    rest = [step for step in waiting if (step.kind, step.key) not in names]
    is_old = (now - row.begun_at).total_seconds() > _GRACE_SECONDS
    is_quiet = is_old and not await _AT_WORK.rows(connection, now=now)
    return Run(
        number=row.id,
        wish=Wish(row.kind),
        state=State(row.state),
        source=row.source,
        problem=row.problem,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        steps=[*taken, *rest],
        report=row.report,
        is_stranded=row.state == State.RUNNING and is_quiet,
    )
