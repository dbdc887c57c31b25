"""Live counts from bitmaps are those of SQL, whatever has changed and whoever is changing it."""

import asyncio
from contextlib import suppress

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.segments import repository
from bot.segments.facts import Facts
from bot.segments.index import changes
from bot.segments.index.columns import UnindexedError, ordered_bits
from bot.segments.index.live import LiveCounts
from bot.segments.repository import Count
from bot.segments.resolve import resolve
from bot.store.engine import open_engine
from bot.store.tables.changes import friend_changes
from bot.store.tables.friends import friends, people
from bot.store.tables.membership import member_cards, members
from bot.store.tables.surveys import survey_progress
from tests.segments.samples import CATALOGUE, NOON, TODAY, condition, facts, keep, rule
from tests.segments.strategies import conditions, numbers, rules, somebody

WOMEN = resolve(condition("attribute.sex", "is", "female"), CATALOGUE, TODAY)
NAMED = resolve(condition("attribute.name", "contains", "麦"), CATALOGUE, TODAY)
WOMAN = facts(attributes={"sex": "female", "name": "小麦"})
MAN = facts(attributes={"sex": "male"})


async def forget(
    connection: AsyncConnection, numbers: list[int] | None = None, only: str = "all"
) -> None:
    """Delete friends, or everybody; or only what one table has of them."""
    for table, key, sign in (
        (survey_progress, "friend_id", 1),
        (members, "person_id", -1),
        (member_cards, "person_id", -1),
        (friends, "id", 1),
        (people, "id", -1),
    ):
        if only in {"all", table.name}:
            mine = sa.true() if numbers is None else table.c[key].in_([sign * n for n in numbers])
            await connection.execute(sa.delete(table).where(mine))


async def marry(connection: AsyncConnection, number: int) -> None:
    await connection.execute(
        sa.update(people).where(people.c.id == -number).values(attributes={"sex": "female"})
    )


async def count(live: LiveCounts, engine: AsyncEngine) -> Count:
    async with engine.begin() as connection:
        return await live.count_indexed(connection, WOMEN)


async def change(connection: AsyncConnection, number: int, what: str, one: Facts) -> None:
    """Let a friend be another, in all tables or in one, or let them be gone."""
    await forget(connection, [number], "all" if what == "gone" else what)
    if what != "gone":
        await keep(connection, [one], first=number, only=what)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.lists(somebody, min_size=4, max_size=6),
    after=st.lists(
        st.tuples(
            st.integers(1, 4),
            st.sampled_from(
                ["all", "people", "members", "member_cards", "survey_progress", "gone"]
            ),
            somebody,
        ),
        max_size=4,
        unique_by=lambda changed: changed[0],
    ),
    met=st.lists(somebody, max_size=2),
    data=st.data(),
)
async def test_the_index_and_sql_agree_after_any_change(
    engine: AsyncEngine,
    before: list[Facts],
    after: list[tuple[int, str, Facts]],
    met: list[Facts],
    data: st.DataObject,
) -> None:
    async with engine.begin() as connection:
        await forget(connection)
        await keep(connection, before)
    live = LiveCounts(engine, CATALOGUE)
    assert await live.build() == len(before)
    async with engine.begin() as connection:
        for number, what, one in after:
            await change(connection, number, what, one)
        await keep(connection, met, first=10)
    async with engine.begin() as connection:
        for _ in range(25):
            tree = resolve(data.draw(st.one_of(conditions().map(rule), rules)), CATALOGUE, TODAY)
            with suppress(UnindexedError):  # a condition on a text, say
                in_memory = await live.count_indexed(connection, tree)
                assert in_memory == await repository.count(connection, tree)


async def test_a_change_is_counted_as_soon_as_it_is_committed(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await keep(connection, [WOMAN, MAN, MAN])
    live = LiveCounts(engine, CATALOGUE)
    await live.build()
    assert await live.count(WOMEN) == Count(1, 1)
    async with engine.begin() as connection:
        await marry(connection, 2)
    assert await live.count(WOMEN) == Count(2, 2)
    async with engine.begin() as connection:
        await connection.execute(sa.update(friends).values(state="blocked"))
    assert await live.count(WOMEN) == Count(2, 0)


async def test_a_number_that_moves_to_another_person_is_noted_of_both(engine: AsyncEngine) -> None:
    linked = resolve(condition("linked", "is", value=True), CATALOGUE, TODAY)
    regular = resolve(
        rule(
            {
                "all": [
                    {"field": "linked", "op": "is", "value": True},
                    {"field": "tag", "op": "is", "value": "regular"},
                ]
            }
        ),
        CATALOGUE,
        TODAY,
    )
    async with engine.begin() as connection:
        await keep(connection, [facts(is_linked=True), facts(tags=("regular",))])
    live = LiveCounts(engine, CATALOGUE)
    await live.build()
    async with engine.begin() as connection:
        await connection.execute(
            sa.update(member_cards).where(member_cards.c.system != "card").values(person_id=-2)
        )
    async with engine.begin() as connection:
        assert await live.count_indexed(connection, linked) == Count(1, 1)
        assert await live.count_indexed(connection, regular) == Count(1, 1)


async def test_what_commits_late_is_not_missed(postgres_url: str) -> None:
    """Its change has a lower number than one that was read before it could be seen."""
    engine = open_engine(postgres_url)
    async with engine.begin() as connection:
        await keep(connection, [MAN, MAN, MAN])
    live = LiveCounts(engine, CATALOGUE)
    await live.build()
    async with engine.begin() as slow:
        await marry(slow, 1)
        async with engine.begin() as quick:
            await marry(quick, 2)
        assert await live.count(WOMEN) == Count(1, 1)
    assert await live.count(WOMEN) == Count(2, 2)
    await engine.dispose()


async def test_many_writers_and_readers_never_disagree(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    async with engine.begin() as connection:
        await keep(connection, [MAN] * 40)
    live = LiveCounts(engine, CATALOGUE)

    async def write(first: int) -> None:
        for number in range(first, 41, 4):
            async with engine.begin() as connection:
                await marry(connection, number)
                await asyncio.to_thread(lambda: None)  # let the others in between

    async def read() -> None:
        snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
        for _ in range(30):
            async with snapshot.begin() as connection:
                in_sql = await repository.count(connection, WOMEN)
                assert await live.count_indexed(connection, WOMEN) == in_sql

    writers = [asyncio.create_task(write(first)) for first in range(1, 5)]
    await live.build()
    await read()
    await asyncio.gather(*writers)
    assert await live.count(WOMEN) == Count(40, 40)
    await engine.dispose()


async def test_a_sign_of_life_is_no_change(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await keep(connection, [WOMAN])
        await connection.execute(sa.delete(friend_changes))
        await connection.execute(sa.update(friends).values(last_event_at=NOON, version=2))
        noted = await connection.scalar(sa.select(sa.func.count()).select_from(friend_changes))
    assert noted == 0


async def test_without_an_index_sql_answers(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await keep(connection, [WOMAN, MAN])
    live = LiveCounts(engine, CATALOGUE)
    with pytest.raises(UnindexedError):
        await count(live, engine)
    assert await live.count(WOMEN) == Count(1, 1)
    assert not await live.catch_up()


async def test_what_no_bitmap_knows_is_asked_of_sql(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await keep(connection, [WOMAN, MAN])
    live = LiveCounts(engine, CATALOGUE)
    await live.build()
    async with engine.begin() as connection:
        with pytest.raises(UnindexedError):
            await live.count_indexed(connection, NAMED)
    assert await live.count(NAMED) == Count(1, 1)


async def test_far_behind_sql_answers_until_the_index_has_caught_up(engine: AsyncEngine) -> None:
    live = LiveCounts(engine, CATALOGUE)
    await live.build()
    async with engine.begin() as connection:
        await keep(connection, [WOMAN] * 1_500)
    with pytest.raises(UnindexedError):
        await count(live, engine)
    assert await live.count(WOMEN) == Count(1_500, 1_500)
    assert await live.catch_up()
    assert await count(live, engine) == Count(1_500, 1_500)


async def test_old_changes_are_pruned(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await keep(connection, [WOMAN])
        await connection.execute(sa.update(friend_changes).values(changed_at=0))
        await marry(connection, 1)
        pruned = await changes.prune(connection, now=NOON)
        left = await connection.scalar(sa.select(sa.func.count()).select_from(friend_changes))
    assert pruned == 2
    assert left == 1


@given(numbers, numbers)
def test_numbers_keep_their_order_as_bits(one: float, other: float) -> None:
    assert (float(one) < float(other)) is (ordered_bits(one) < ordered_bits(other))
    assert ordered_bits(-0.0) == ordered_bits(0.0)
