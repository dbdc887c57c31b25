"""SQL on both databases and memory say the same of every friend."""

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.segments import model, repository
from bot.segments.facts import Facts
from bot.segments.memory import predicate
from bot.segments.operators import operators
from bot.segments.resolve import resolve
from tests.segments.samples import CATALOGUE, TODAY, condition, keep, rule
from tests.segments.strategies import operand, rules, somebody

SETTINGS = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
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
@given(everybody=st.lists(somebody, min_size=12, max_size=12), data=st.data())
async def test_they_agree_on_every_operator_of_every_field(
    engine: AsyncEngine, everybody: list[Facts], data: st.DataObject
) -> None:
    async with engine.connect() as connection:
        await keep(connection, everybody)
        for field, op in QUESTIONS:
            value = data.draw(operand(field, op))
            one = condition(field.key, op.value, value)
            await _agree(connection, everybody, one)
            await _agree(connection, everybody, rule({"not": model.written(one)}))
        await connection.rollback()


async def _agree(connection: AsyncConnection, everybody: list[Facts], one: model.Rule) -> None:
    tree = resolve(one, CATALOGUE, TODAY)
    fits = predicate(tree)
    inside = [number for number, facts in enumerate(everybody, 1) if fits(facts)]
    listed = await repository.page(connection, tree, limit=100)
    assert [row.friend_id for row in listed] == inside
    counted = await repository.count(connection, tree)
    reachable = sum(everybody[number - 1].is_friend for number in inside)
    assert counted == repository.Count(len(inside), reachable)
