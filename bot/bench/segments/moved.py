"""Everybody's menu after a rule edit: our own time, and what LINE's limits would add.

crowd -> other rules -> keeper, piece by piece -> friends.menu + stored calls
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.segments import asked
from bot.bench.segments.crowd import Stage
from bot.bench.segments.table import Table
from bot.bench.segments.weight import cpu_seconds, memory_mb
from bot.clock import utc_now
from bot.line.limits import DEFAULT_RATE
from bot.menus import moving, rules
from bot.menus.keeper import FOR_A_PIECE, WINDOW, Keeper
from bot.menus.service import Menus
from bot.outbox.model import Kind
from bot.segments import repository
from bot.segments.facts import FactReader
from bot.segments.service import Segments
from bot.signals import Signals
from bot.store.batch import is_postgres
from bot.store.tables.friends import friends

_MILLION: Final = 1_000_000
#: Of our own time, for so many.
_SECONDS: Final = 60.0
_FLAT_MB: Final = 64.0


async def everybody(stage: Stage, name: str, number: int, table: Table) -> None:
    """Measure the first look at everybody, a rule edit that moves a fifth, and a second look."""
    segments = Segments({}, asked.account(), FactReader(["welcome"]))
    menus = Menus(_rules(segments, []), segments)
    keeper = Keeper(stage.engine, menus, signals=Signals(), clock=utc_now)
    target = _SECONDS if number >= _MILLION else None
    table.add(f"{name}: menus, nobody moves", await _kept(keeper), "s", target)
    used = cpu_seconds(stage.server)
    before = memory_mb()
    menus.replace(_rules(segments, list(asked.FIVE.values())), segments)
    await _explain(stage, menus, number)
    table.add(f"{name}: menus, five new rules", await _kept(keeper), "s", target)
    table.add(f"{name}: processor time of that", cpu_seconds(stage.server) - used, "s", target)
    table.add(f"{name}: memory of that", memory_mb() - before, "MB", _FLAT_MB)
    calls, moved = await _stored(stage.engine)
    table.add(f"{name}: friends moved", moved, "friends")
    table.add(f"{name}: calls to LINE for them", calls, "calls")
    table.add(
        f"{name}: LINE's limits take", calls * DEFAULT_RATE.seconds / DEFAULT_RATE.calls, "s"
    )
    table.add(f"{name}: what was decided, followed", await _kept(keeper), "s")
    found, _ = await _stored(stage.engine)
    if found != calls:
        table.wrong.append(f"{name}: {found - calls} calls for friends who had their menu already")


async def _explain(stage: Stage, menus: Menus, number: int) -> None:
    """Print how the database goes about one piece, in the middle of all friends."""
    which = sa.and_(friends.c.id > number // 2, friends.c.id <= number // 2 + WINDOW)
    async with stage.engine.begin() as connection:
        if is_postgres(connection):
            await connection.exec_driver_sql(FOR_A_PIECE)
        query = moving.asked(connection, menus.chooser.at(utc_now()), menus.tabs, which)
        steps = await repository.explained(connection, query)
    print("\n".join(f"    {step[:200]}" for step in steps), flush=True)


def _rules(segments: Segments, written: Sequence[Any]) -> rules.Rules:
    """Return rules, each with a menu of its own."""
    each = [{"when": tree, "menu": f"menu_{number}"} for number, tree in enumerate(written)]
    return rules.read({"rules": each, "default": asked.DEFAULT_MENU}, segments)


async def _kept(keeper: Keeper) -> float:
    started = perf_counter()
    await keeper.catch_up()
    return perf_counter() - started


async def _stored(engine: AsyncEngine) -> tuple[int, int]:
    """Return how many calls wait, and how many friends have a menu of their own."""
    async with engine.begin() as connection:
        kinds = f"('{Kind.MENU.value}', '{Kind.MENUS.value}')"
        calls = await connection.exec_driver_sql(
            f"SELECT count(*) FROM outbox WHERE kind IN {kinds}"  # noqa: S608 - constants
        )
        moved = await connection.exec_driver_sql(
            "SELECT count(*) FROM friends WHERE menu IS NOT NULL"
        )
        return calls.scalar_one(), moved.scalar_one()
