"""The account's segments, of a batch's friends and of all friends."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import content
from bot.friends.repository import FRIENDS
from bot.people.repository import PEOPLE
from bot.people.vocabulary import Vocabulary
from bot.segments import repository
from bot.segments.repository import Count
from bot.segments.resolve import resolve
from bot.segments.service import Segments, UnknownSegmentError, open_segments
from bot.store.tables.friends import people
from bot.store.tables.membership import members
from bot.store.tables.surveys import survey_progress
from bot.store.unit import Unit
from bot.surveys import definition
from bot.surveys.engine import Progress, State
from tests.segments.samples import CATALOGUE, TODAY, condition, facts, keep, rule


@pytest.fixture
def segments() -> Segments:
    return open_segments(
        Vocabulary.of_content(), definition.load_all(), content.menu_rules(), content.FOLDER
    )


WOMAN = facts(attributes={"sex": "female", "birth_date": "1992-05-12"}, is_member=True)
BLOCKED = facts(
    attributes={"sex": "female", "birth_date": "1990-01-01"}, is_member=True, state="blocked"
)
LEFT = facts(
    surveys={
        "welcome": Progress(survey="welcome", version=1, state=State.PAUSED, question="visit_time")
    },
    attributes={"visit_time": "morning", "favourites": ["cake", "loaf"]},
)


async def test_a_count_says_how_many_can_be_reached(
    engine: AsyncEngine, segments: Segments
) -> None:
    women = segments["women_in_their_thirties"].rule
    async with engine.begin() as connection:
        await keep(connection, [WOMAN, BLOCKED, LEFT])
        assert await segments.count(connection, women, today=TODAY) == Count(2, 1)


async def test_pages_hold_everybody_once_in_order(engine: AsyncEngine) -> None:
    tree = resolve(rule({"field": "member", "op": "is", "value": True}), CATALOGUE, TODAY)
    async with engine.begin() as connection:
        await keep(connection, [facts(is_member=number % 3 != 0) for number in range(12_000)])
    found = [listed.friend_id async for listed in repository.stream(engine, tree)]
    assert found == [number + 1 for number in range(12_000) if number % 3 != 0]


async def test_a_friend_of_a_batch_costs_no_statement_of_their_own(
    engine: AsyncEngine, segments: Segments
) -> None:
    async with engine.begin() as connection:
        await keep(connection, [WOMAN, LEFT])
        unit = Unit(connection)
        users = [f"U{number:032x}" for number in (1, 2)]
        await unit.preload(FRIENDS, users)
        met = [friend for user in users if (friend := await unit.get(FRIENDS, user))]
        await segments.preload(unit, met)
        assert await segments.of(unit, met[0], today=TODAY) == {"women_in_their_thirties"}
        for table in (people, members, survey_progress):
            await connection.execute(table.delete())
        assert await segments.of(unit, met[1], today=TODAY) == {"morning_bread"}


async def test_what_an_event_has_just_changed_counts(
    engine: AsyncEngine, segments: Segments
) -> None:
    async with engine.begin() as connection:
        await keep(connection, [WOMAN])
        unit = Unit(connection)
        friend = await unit.get(FRIENDS, f"U{1:032x}")
        assert friend is not None
        person = await unit.get(PEOPLE, friend.person_id)
        assert person is not None
        unit.put(PEOPLE, friend.person_id, person.knowing(sex="male"))
        assert await segments.of(unit, friend, today=TODAY) == frozenset()


def test_the_day_is_the_caller_s(segments: Segments) -> None:
    born_in_may = facts(attributes={"birth_date": "1960-05-12"}, is_member=True)
    assert segments.matching(born_in_may, today=TODAY) == frozenset()
    may = TODAY.replace(month=5)
    assert segments.matching(born_in_may, today=may) == {"birthday_this_month"}
    assert segments.matching(born_in_may, today=TODAY) == frozenset()


def test_a_name_that_is_none_is_answered_with_those_there_are(segments: Segments) -> None:
    with pytest.raises(UnknownSegmentError, match="there are: birthday_this_month, "):
        segments["nobody"]


async def test_a_plan_shows_the_statement_and_its_steps(engine: AsyncEngine) -> None:
    tree = resolve(condition("attribute.sex", "is", "female"), CATALOGUE, TODAY)
    async with engine.begin() as connection:
        sql, steps = await repository.plan(connection, tree)
    assert "count" in sql
    assert any("people" in step for step in steps)
