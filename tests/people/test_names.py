"""Any part of a name finds whoever has it, whatever became of the name meanwhile."""

from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.friends.repository import save_profiles
from bot.people.merging import merge, undo
from bot.people.names import PERSON_NAMES, PROFILE_NAMES, called, folded_name
from bot.people.service import People
from bot.store.tables.friends import people as people_table
from bot.store.tables.friends import person_names, profile_names, profiles
from bot.store.unit import Unit
from tests.support import NOON

#: Widths, both kana, marks that stand alone, what patterns are made of, and a sign of two units.
SIGNS = "佐藤林さサｻﾞ゙がガーAaｱＡ1１１23 \u3000%_!'\\ßΣσς𠮷İ\n"
NAMES = st.text(st.sampled_from(SIGNS), max_size=7)


async def holding(connection: AsyncConnection, names: Any, words: str) -> set[Any]:
    select, values = names.holding(connection, folded_name(words), limit=100)
    return {row[0] for row in await connection.execute(text(select), values)}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    told=st.lists(NAMES, min_size=1, max_size=8),
    words=NAMES,
    cut=st.tuples(*[st.integers(0, 7)] * 3),
)
async def test_the_index_finds_what_reading_every_name_finds(
    engine: AsyncEngine, told: list[str], words: str, cut: tuple[int, int, int]
) -> None:
    part = told[cut[0] % len(told)][cut[1] : cut[1] + cut[2]]
    async with engine.connect() as connection:
        given_names = {f"U{number}": [name] for number, name in enumerate(told)}
        await PROFILE_NAMES.keep(connection, given_names)
        for asked in (words, part, *told):
            wanted = folded_name(asked)
            plain = {key for key, (name,) in given_names.items() if wanted in folded_name(name)}
            if wanted:
                assert await holding(connection, PROFILE_NAMES, asked) == plain, asked
        await connection.rollback()


async def kept_right(connection: AsyncConnection) -> bool:
    """Whether the names that are looked through are those that people have."""
    known = await connection.execute(sa.select(people_table.c.id, people_table.c.attributes))
    of_people = {row[0]: [folded_name(name) for name in called(row[1])] for row in known}
    shown = await connection.execute(sa.select(profiles.c.user_id, profiles.c.display_name))
    of_profiles = {row[0]: [folded_name(row[1] or "")] for row in shown}
    for table, names in ((person_names, of_people), (profile_names, of_profiles)):
        rows = {row[0]: row[1] for row in await connection.execute(sa.select(table))}
        if rows != {
            key: "\n".join(dict.fromkeys(each)) for key, each in names.items() if any(each)
        }:
            return False
    return True


async def test_a_name_follows_renaming_forgetting_and_people_who_become_one(
    engine: AsyncEngine, people: People
) -> None:
    async with engine.begin() as connection:

        async def learn(person_id: int, **known: Any) -> None:
            unit = Unit(connection)
            await people.learn(unit, person_id, known, source="staff:1", now=NOON)
            await unit.flush()
            assert await kept_right(connection)

        unit = Unit(connection)
        mei, line = (people.create(unit, now=NOON).person_id for _ in range(2))
        await unit.flush()
        await learn(mei, name="佐藤 花", name_kana="サトウ ハナ", birth_date="1990-05-12")
        await learn(line, name="さとう はな")
        for words in ("佐藤花", "さとう", "ｻﾄｳﾊﾅ", "花"):
            assert mei in await holding(connection, PERSON_NAMES, words)
        await learn(mei, name="鈴木 花")
        assert await holding(connection, PERSON_NAMES, "佐藤") == set()
        merged = await merge(connection, mei, line, source="cli", now=NOON, take=["name"])
        assert await kept_right(connection)
        assert await holding(connection, PERSON_NAMES, "鈴木") == set()
        await undo(connection, merged, source="cli", now=NOON)
        assert await kept_right(connection)
        assert await holding(connection, PERSON_NAMES, "さとうはな") == {mei, line}
        await learn(mei, name=None, name_kana=None)
        assert await holding(connection, PERSON_NAMES, "花") == set()
        for shown, words in (("Ｍei", "mei"), ("100%めい", "0%メ"), (None, "めい")):
            await save_profiles(connection, {"Umei": {"displayName": shown}}, at=NOON)
            assert await kept_right(connection)
            found = await holding(connection, PROFILE_NAMES, words)
            assert found == ({"Umei"} if shown else set())
