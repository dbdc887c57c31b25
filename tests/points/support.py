"""Points in a test: an account's rules, and a transaction for each thing that is done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.points.rules import PointRules
from bot.points.service import Points
from bot.store.unit import Unit

RULES = PointRules.model_validate(
    {"rate": {"yen": 100, "points": 1}, "expiry": {"months": 12, "end_of_month": True}}
)
POINTS = Points(RULES)
MEI, KEN = 1, 2


@asynccontextmanager
async def a_unit(engine: AsyncEngine) -> AsyncIterator[Unit]:
    async with engine.begin() as connection:
        unit = Unit(connection)
        yield unit
        await unit.flush()


async def sql(engine: AsyncEngine, query: str, **values: Any) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query), values)]


_UNEVEN = "SELECT change_id FROM point_entries GROUP BY change_id HAVING sum(amount) <> 0"
_SUM = "(SELECT coalesce(sum({}), 0) FROM {} x WHERE x.person_id = b.person_id {})"
_ASTRAY = (
    "SELECT b.person_id FROM point_balances b WHERE "  # noqa: S608 - of parts written above
    f"b.balance <> {_SUM.format('amount', 'point_entries', 'AND x.account = :member')} "
    f"OR b.owed <> -{_SUM.format('amount', 'point_entries', 'AND x.account = :owed')} "
    f"OR b.balance <> {_SUM.format('remaining', 'point_lots', '')}"
)
_LOTS = (
    "SELECT l.id FROM point_lots l WHERE l.remaining < 0 OR l.remaining <> "
    "(SELECT sum(amount) FROM point_entries e WHERE e.lot_id = l.id)"
)


async def assert_books_balance(engine: AsyncEngine) -> None:
    """Entries of a change sum to nothing; a balance is its entries and its open lots."""
    assert await sql(engine, _UNEVEN) == []
    assert await sql(engine, _ASTRAY, member="member", owed="owed") == []
    assert await sql(engine, _LOTS) == []
