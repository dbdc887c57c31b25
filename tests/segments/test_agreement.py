"""SQL on both databases and memory say the same of every friend."""

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.segments import model, repository
from bot.segments.facts import Facts
from bot.segments.memory import predicate
from bot.segments.resolve import resolve
from tests.segments.samples import CATALOGUE, TODAY, keep
from tests.segments.strategies import rules, somebody


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
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
            tree = resolve(one, CATALOGUE, TODAY)
            fits = predicate(tree)
            inside = [number for number, facts in enumerate(everybody, 1) if fits(facts)]
            listed = await repository.page(connection, tree)
            assert [row.friend_id for row in listed] == inside
            counted = await repository.count(connection, tree)
            reachable = sum(everybody[number - 1].is_friend for number in inside)
            assert counted == repository.Count(len(inside), reachable)
        await connection.rollback()
