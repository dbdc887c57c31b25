"""One crowd on one database: filled, indexed, counted and listed; and one friend in memory."""

import gc
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.bulk import bulk_load
from bot.bench.segments import asked, crowd, moved
from bot.bench.segments.crowd import Stage
from bot.bench.segments.table import Table
from bot.bench.segments.weight import memory_mb
from bot.clock import TOKYO
from bot.people import attribute_indexes
from bot.people.definition import ATTRIBUTE
from bot.segments import repository
from bot.segments.atoms import Tree
from bot.segments.facts import Facts
from bot.segments.index.live import LiveCounts
from bot.segments.memory import predicate
from bot.segments.resolve import resolve
from bot.store import schema
from bot.store.tables.friends import people
from bot.surveys.engine import Progress, State

T = TypeVar("T")

_CHUNK: Final = 250_000
#: Friends whose purchases change between two counts.
_CHANGES: Final = 20
_LIVE_MS: Final = {1_000_000: 100.0, 10_000_000: 500.0}
_FIFTY_US: Final = 1_000.0
#: What a list, however long, may add to the memory of the process.
_LIST_MB: Final = 64.0

_purchases: Final = count(1, _CHANGES)


def one_friend(table: Table) -> None:
    """Measure which of fifty segments a friend is in."""
    fields = asked.account()
    fits = [predicate(resolve(rule, fields, asked.TODAY)) for rule in asked.fifty(fields)]
    facts = _somebody()
    times = [_timed(lambda: [one(facts) for one in fits]) for _ in range(2_000)]
    table.add("one friend, 50 segments in memory", median(times) * 1e6, "µs", _FIFTY_US)


async def crowd_on(stage: Stage, friends: int, table: Table, *, runs: int) -> None:
    """Fill a database and measure everything on it."""
    name = f"{stage.name}, {friends:,}"
    fields = asked.account()
    await schema.upgrade(stage.engine)
    table.add(f"{name}: made", await _seconds(lambda: _fill(stage, friends)), "s")
    trees = {key: resolve(rule, fields, asked.TODAY) for key, rule in asked.five(fields).items()}
    live = LiveCounts(stage.engine, fields)
    before = memory_mb()
    table.add(f"{name}: index built", await _seconds(live.build), "s")
    gc.collect()
    table.add(f"{name}: index and its making", memory_mb() - before, "MB")
    for key, tree in trees.items():
        await _counts(
            stage.engine, live, f"{name}: {key}", tree, table, friends=friends, runs=runs
        )
    await _lists(stage.engine, f"{name}: {next(iter(trees))}", next(iter(trees.values())), table)
    if friends <= crowd.WIDE:
        await moved.everybody(stage, name, friends, table)
    await stage.engine.dispose()


async def _fill(stage: Stage, friends: int) -> None:
    wide = friends <= crowd.WIDE
    if stage.engine.dialect.name == "postgresql":
        async with stage.engine.begin() as connection:
            await crowd.unlogged(connection)
        await bulk_load(stage.engine, crowd.rows(stage.sql, low=1, high=friends, wide=wide))
    else:
        async with stage.engine.begin() as connection:
            triggers = await crowd.silence(connection)
        for low in range(1, friends + 1, _CHUNK):
            high = min(low + _CHUNK - 1, friends)
            async with stage.engine.begin() as connection:
                await crowd.fill(connection, stage.sql, low=low, high=high, wide=wide)
        async with stage.engine.begin() as connection:
            for trigger in triggers:
                await connection.exec_driver_sql(trigger)
    if wide:
        await _indexes(stage.engine)


async def _indexes(engine: AsyncEngine) -> None:
    """Make the indexes that saving these segments would have made."""
    wanted = (("sex", "choice"), ("birth_date", "date"), ("last_purchase", "date"))
    async with attribute_indexes.indexing(engine) as connection:
        for key, kind in wanted:
            values: dict[str, Any] = {"key": key, "kind": kind, "label": {"ja": key, "en": key}}
            if kind == "choice":
                values["choices"] = [{"value": "female", "label": {"ja": "女性", "en": "Female"}}]
            await attribute_indexes.ensure(connection, ATTRIBUTE.validate_python(values))
        await attribute_indexes.ensure_tags(connection)


async def _counts(
    engine: AsyncEngine,
    live: LiveCounts,
    name: str,
    tree: Tree,
    table: Table,
    *,
    friends: int,
    runs: int,
) -> None:
    times = []
    for _ in range(runs):
        await _buy(engine, next(_purchases), friends)
        times.append(await _seconds(lambda: live.count(tree)))
    counted = await live.count(tree)
    table.add(f"{name}, live", median(times) * 1e3, "ms", _LIVE_MS.get(friends))
    async with engine.begin() as connection:
        started = perf_counter()
        in_sql = await repository.count(connection, tree)
        table.add(f"{name}, SQL ({in_sql.friends:,})", (perf_counter() - started) * 1e3, "ms")
        started = perf_counter()
        await repository.page(connection, tree, limit=100)
        table.add(f"{name}, first 100", (perf_counter() - started) * 1e3, "ms")
        _, steps = await repository.plan(connection, tree)
    print("\n".join(f"    {step}" for step in steps), flush=True)
    if counted != in_sql:
        table.wrong.append(f"{name}: {counted} live, {in_sql} in SQL")


async def _lists(engine: AsyncEngine, name: str, tree: Tree, table: Table) -> None:
    before = highest = memory_mb()
    started, number, last = perf_counter(), 0, 0
    async for listed in repository.stream(engine, tree):
        number += 1
        if listed.friend_id <= last:
            table.wrong.append(f"{name}: friend {listed.friend_id} out of order")
        last = listed.friend_id
        if number % 10_000 == 0:
            highest = max(highest, memory_mb())
    table.add(f"{name}, all {number:,} listed", perf_counter() - started, "s")
    table.add(f"{name}, memory of the list", highest - before, "MB", _LIST_MB)
    async with engine.begin() as connection:
        counted = await repository.count(connection, tree)
    if counted.friends != number:
        table.wrong.append(f"{name}: {number} listed of {counted.friends}")


async def _buy(engine: AsyncEngine, first: int, friends: int) -> None:
    """Let some friends buy something: each is looked at again before the next count."""
    ids = [-((first + number) * 7_919 % friends + 1) for number in range(_CHANGES)]
    bought: sa.ColumnElement[Any]
    if engine.dialect.name == "postgresql":
        spent = sa.func.jsonb_build_object("spent", first)
        bought = sa.type_coerce(people.c.attributes, JSONB).op("||")(spent)
    else:
        bought = sa.func.json_set(people.c.attributes, "$.spent", first)
    async with engine.begin() as connection:
        await connection.execute(
            sa.update(people)
            .where(people.c.id.in_(ids))
            .values(attributes=sa.type_coerce(bought, sa.Text()))
        )


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    started = perf_counter()
    await work()
    return perf_counter() - started


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _somebody() -> Facts:
    done = Progress(survey="welcome", version=1, state=State.DONE, question=None)
    attributes = {
        "sex": "female",
        "birth_date": "1992-04-12",
        "prefecture": "13",
        "visit_time": "morning",
        "favourites": ["loaf"],
        "newsletter": True,
        "purchases": 3,
        "spent": 12_000,
        "last_purchase": "2026-03-01",
    }
    return Facts(
        attributes=attributes | {f"filler_{n:02}": f"値 {n}" for n in range(asked.FILLERS)},
        tags=("regular",),
        state="friend",
        followed_at=datetime(2025, 1, 1, tzinfo=TOKYO),
        menu=None,
        surveys={"welcome": done},
        is_member=True,
        is_linked=False,
    )
