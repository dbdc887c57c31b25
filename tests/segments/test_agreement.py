"""SQL on both databases and memory say the same of every friend."""

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.segments import model, repository
from bot.segments.atoms import No, Tree
from bot.segments.facts import Facts
from bot.segments.memory import predicate
from bot.segments.operators import operators
from bot.segments.resolve import resolve
from bot.segments.sql import where
from bot.store.tables.friends import friends, people
from tests.segments.samples import CATALOGUE, TODAY, condition, keep
from tests.segments.strategies import operand, rules, somebody

SETTINGS = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: Conditions that one statement asks.
TOGETHER = 60
QUESTIONS = [(field, op) for field in CATALOGUE.fields for op in operators(field)]


@settings(SETTINGS, max_examples=80)
@given(
    everybody=st.lists(somebody, min_size=1, max_size=8),
    asked=st.lists(rules, min_size=1, max_size=6),
)
async def test_sql_and_memory_agree(
    engine: AsyncEngine, everybody: list[Facts], asked: list[model.Rule]
) -> None:
    async with engine.connect() as connection:
        await keep(connection, everybody)
        for one in asked:
            await _agree(connection, everybody, one)
        await connection.rollback()


@settings(SETTINGS, max_examples=9)
@given(
    everybody=st.lists(somebody, min_size=12, max_size=12),
    is_walk=st.booleans(),
    data=st.data(),
)
async def test_they_agree_on_every_operator_of_every_field(
    engine: AsyncEngine,
    everybody: list[Facts],
    is_walk: bool,  # noqa: FBT001 - drawn
    data: st.DataObject,
) -> None:
    """Each condition as it is listed and its negation as it is counted, or the other way round."""
    asked: list[tuple[Tree, bool]] = []
    for field, op in QUESTIONS:
        one = condition(field.key, op.value, data.draw(operand(field, op)))
        tree = resolve(one, CATALOGUE, TODAY)
        asked += [(tree, is_walk), (No(tree), not is_walk)]
    async with engine.connect() as connection:
        await keep(connection, everybody)
        for start in range(0, len(asked), TOGETHER):
            await _agree_together(connection, everybody, asked[start : start + TOGETHER])
        await connection.rollback()


async def _agree_together(
    connection: AsyncConnection, everybody: list[Facts], asked: list[tuple[Tree, bool]]
) -> None:
    """Ask SQL for all of them in one statement: a thousand of one each take a minute."""
    dialect = connection.dialect.name
    clauses = [where(tree, dialect, is_walk=is_walk) for tree, is_walk in asked]
    columns = [sa.case((clause, 1), else_=0).label(f"c{n}") for n, clause in enumerate(clauses)]
    joined = friends.join(people, people.c.id == friends.c.person_id)
    query = sa.select(*columns).select_from(joined).order_by(friends.c.id)
    rows = (await connection.execute(query)).all()
    assert len(rows) == len(everybody)
    for number, (tree, _) in enumerate(asked):
        fits = predicate(tree)
        assert [row[number] == 1 for row in rows] == [fits(one) for one in everybody], tree


async def _agree(connection: AsyncConnection, everybody: list[Facts], one: model.Rule) -> None:
    tree = resolve(one, CATALOGUE, TODAY)
    fits = predicate(tree)
    inside = [number for number, facts in enumerate(everybody, 1) if fits(facts)]
    listed = await repository.page(connection, tree, limit=100)
    assert [row.friend_id for row in listed] == inside
    counted = await repository.count(connection, tree)
    reachable = sum(everybody[number - 1].is_friend for number in inside)
    assert counted == repository.Count(len(inside), reachable)
