"""What is learnt of people is checked, kept, and remembered with who said it."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.people.definition import UnfitError, UnknownAttributeError
from bot.people.history import Origin, history, origin, provenance, tag_history
from bot.people.service import People
from bot.people.tags import Tag, UnknownTagError
from bot.people.vocabulary import TakenKeyError, Vocabulary
from bot.store.unit import Unit
from tests.people.samples import attribute
from tests.support import NOON

SURVEY = "survey:welcome:1"
STAFF = "staff:hana"
BLUE = {"key": "blue", "label": {"ja": "青", "en": "Blue"}, "colour": "#0000FF"}


async def new_person(engine: AsyncEngine, people: People) -> int:
    async with engine.begin() as connection:
        unit = Unit(connection)
        person = people.create(unit, now=NOON)
        await unit.flush()
    return person.person_id


async def learn(
    engine: AsyncEngine, people: People, person_id: int, source: str = SURVEY, **news: object
) -> None:
    async with engine.begin() as connection:
        unit = Unit(connection)
        await people.learn(unit, person_id, news, source=source, now=NOON)
        await unit.flush()


async def test_every_value_keeps_who_said_it(engine: AsyncEngine, people: People) -> None:
    mei = await new_person(engine, people)
    await learn(engine, people, mei, sex="female", birth_date="1990-05-12")
    await learn(engine, people, mei, STAFF, sex="female", birth_date="1990-05-13")
    async with engine.begin() as connection:
        person = await people.of(Unit(connection), mei)
        told = await history(connection, mei)
        now = await provenance(connection, mei)
    assert person.attributes == {"sex": "female", "birth_date": "1990-05-13"}
    assert [(change.name, change.value, change.source) for change in told] == [
        ("birth_date", "1990-05-13", STAFF),
        ("birth_date", "1990-05-12", SURVEY),
        ("sex", "female", SURVEY),
    ]
    assert {name: origin(change.source) for name, change in now.items()} == {
        "birth_date": Origin.STAFF,
        "sex": Origin.SURVEY,
    }
    assert told[0].changed_at == NOON


async def test_what_is_no_longer_known_is_forgotten_and_the_history_says_so(
    engine: AsyncEngine, people: People
) -> None:
    mei = await new_person(engine, people)
    await learn(engine, people, mei, phone="+819012345678", household=3)
    await learn(engine, people, mei, STAFF, phone=None, email=None)
    async with engine.begin() as connection:
        person = await people.of(Unit(connection), mei)
        told = await history(connection, mei)
    assert person.attributes == {"household": 3}
    assert [(change.name, change.value) for change in told[:1]] == [("phone", None)]
    assert len(told) == 3


async def test_a_value_that_does_not_fit_changes_nothing(
    engine: AsyncEngine, people: People
) -> None:
    mei = await new_person(engine, people)
    with pytest.raises(UnfitError, match="Phone: "):
        await learn(engine, people, mei, sex="female", phone="090-1234-5678")
    with pytest.raises(UnknownAttributeError):
        await learn(engine, people, mei, shoe_size=24)
    async with engine.begin() as connection:
        assert (await people.of(Unit(connection), mei)).attributes == {}
        assert await history(connection, mei) == []


async def test_an_attribute_stored_by_another_process_is_known_at_once(
    engine: AsyncEngine, people: People
) -> None:
    mei = await new_person(engine, people)
    async with engine.begin() as connection:
        shoe_size = attribute("number", "shoe_size")
        await Vocabulary.of_content().define(connection, shoe_size, now=NOON)
    await learn(engine, people, mei, shoe_size=24.5)
    async with engine.begin() as connection:
        assert (await people.of(Unit(connection), mei)).attributes == {"shoe_size": 24.5}


async def test_a_stored_attribute_keeps_its_kind(engine: AsyncEngine) -> None:
    vocabulary = Vocabulary.of_content()
    async with engine.begin() as connection:
        await vocabulary.define(connection, attribute("text", "shoe"), now=NOON)
        await vocabulary.define(connection, attribute("text", "shoe", longest=9), now=NOON)
        with pytest.raises(TakenKeyError, match="kind text"):
            await vocabulary.define(connection, attribute("number", "shoe"), now=NOON)
        with pytest.raises(TakenKeyError, match="something else"):
            await vocabulary.define(connection, attribute("number", "age"), now=NOON)
        await vocabulary.refresh(connection)
    assert vocabulary.attributes["shoe"] == attribute("text", "shoe", longest=9)


async def test_a_tag_is_put_on_once_with_its_reason(engine: AsyncEngine, people: People) -> None:
    mei = await new_person(engine, people)
    async with engine.begin() as connection:
        unit = Unit(connection)
        await people.tag(unit, mei, "regular", reason="10回目", source=STAFF, now=NOON)
        await people.tag(unit, mei, "regular", reason="again", source=STAFF, now=NOON)
        await people.tag(unit, mei, "event", reason="春の会", source=STAFF, now=NOON)
        await unit.flush()
    async with engine.begin() as connection:
        unit = Unit(connection)
        assert (await people.of(unit, mei)).tags == ("event", "regular")
        await people.untag(unit, mei, "regular", reason="転居", source=STAFF, now=NOON)
        await people.untag(unit, mei, "regular", reason="again", source=STAFF, now=NOON)
        await unit.flush()
    async with engine.begin() as connection:
        person = await people.of(Unit(connection), mei)
        told = await tag_history(connection, mei)
    assert person.tags == ("event",)
    assert [(change.tag, change.added, change.reason) for change in told] == [
        ("regular", False, "転居"),
        ("event", True, "春の会"),
        ("regular", True, "10回目"),
    ]


async def test_a_tag_needs_a_definition(engine: AsyncEngine, people: People) -> None:
    mei = await new_person(engine, people)
    async with engine.begin() as connection:
        unit = Unit(connection)
        with pytest.raises(UnknownTagError):
            await people.tag(unit, mei, "blue", reason="sky", source=STAFF, now=NOON)
        blue = Tag.model_validate(BLUE)
        await Vocabulary.of_content().define_tag(connection, blue, now=NOON)
        person = await people.tag(unit, mei, "blue", reason="sky", source=STAFF, now=NOON)
    assert person.tags == ("blue",)
    assert people.vocabulary.tags.named("青").colour == "#0000FF"
