"""Counting and listing the friends of a segment in SQL, and how the database goes about it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from bot.friends.model import Friendship
from bot.segments.atoms import Tree
from bot.segments.sql import source_of, where
from bot.segments.sql.postgres import SOME_OF_MANY
from bot.store.batch import is_postgres
from bot.store.tables.friends import friends

#: A list walks through all friends, so many at a time: its cost grows with their number and no
#: faster, its memory not at all, and it can stop and go on anywhere.
WINDOW = 20_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many friends a segment has."""

    friends: int
    #: Of them those a message can reach now: who blocked the account does not count.
    reachable: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One friend of a list."""

    friend_id: int
    user_id: str


async def count(connection: AsyncConnection, tree: Tree) -> Count:
    """Count the friends a tree fits."""
    row = (await connection.execute(_count(tree, connection.dialect.name))).one()
    return Count(row[0], row[1])


async def page(
    connection: AsyncConnection, tree: Tree, *, after: int = -1, limit: int
) -> Sequence[Listed]:
    """List friends in the order they came, from behind a friend id on."""
    found: list[Listed] = []
    end: int | None = after
    while end is not None and len(found) < limit:
        more, end = await _window(connection, tree, after=end)
        found += more
    return found[:limit]


async def stream(engine: AsyncEngine, tree: Tree) -> AsyncIterator[Listed]:
    """List all friends a tree fits, in the order they came.

    Each window is a transaction of its own: on SQLite nobody can write during one.
    """
    end: int | None = -1
    while end is not None:
        async with engine.begin() as connection:
            found, end = await _window(connection, tree, after=end)
        for listed in found:
            yield listed


async def _window(
    connection: AsyncConnection, tree: Tree, *, after: int
) -> tuple[list[Listed], int | None]:
    """List who fits among the next so many friends, and where they end; None: with the last."""
    if is_postgres(connection):
        await connection.exec_driver_sql(SOME_OF_MANY)
    behind = sa.select(friends.c.id).where(friends.c.id > after).order_by(friends.c.id)
    end = await connection.scalar(behind.offset(WINDOW - 1).limit(1))
    query = _list(tree, connection.dialect.name, after=after, end=end)
    return [Listed(row[0], row[1]) for row in await connection.execute(query)], end


async def plan(connection: AsyncConnection, tree: Tree) -> tuple[str, Sequence[str]]:
    """Return the SQL of a count, and the plan the database makes of it."""
    query = _count(tree, connection.dialect.name)
    steps = await explained(connection, query)
    return str(query.compile(dialect=connection.dialect)), steps


async def explained(connection: AsyncConnection, query: sa.SelectBase) -> Sequence[str]:
    """Return the plan that the database makes of any question."""
    return [str(row[-1]) for row in await connection.execute(_Explain(query))]


class _Explain(sa.Executable, sa.ClauseElement):
    inherit_cache = False

    def __init__(self, query: sa.SelectBase) -> None:
        self.query = query


@compiles(_Explain)
def _explain(element: _Explain, compiler: SQLCompiler, **more: Any) -> str:
    verb = "EXPLAIN" if compiler.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return f"{verb} {compiler.process(element.query, **more)}"


def _count(tree: Tree, dialect: str) -> sa.Select[int, int]:
    reachable = sa.func.count().filter(friends.c.state == Friendship.FRIEND.value)
    query = sa.select(sa.func.count(), reachable).select_from(source_of(tree))
    return query.where(where(tree, dialect))


def _list(tree: Tree, dialect: str, *, after: int, end: int | None) -> sa.Select[int, str]:
    query = sa.select(friends.c.id, friends.c.user_id).select_from(source_of(tree))
    query = query.where(friends.c.id > after, where(tree, dialect, is_walk=True))
    if end is not None:
        query = query.where(friends.c.id <= end)
    return query.order_by(friends.c.id)
