"""One person is one: what two records of one customer know comes together, and apart again."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.people.duplicates import find
from bot.people.history import provenance
from bot.people.merging import SamePersonError, UnknownPersonError, compare, merge, undo
from bot.people.movers import MOVERS, CannotUndoError
from bot.people.repository import PEOPLE
from bot.people.service import People
from bot.store import batch
from bot.store.tables import metadata
from bot.store.tables.coupons import coupons
from bot.store.tables.friends import friends
from bot.store.tables.membership import member_cards, members
from bot.store.tables.points import point_balances
from bot.store.tables.stamps import stamp_cards
from bot.store.unit import Unit
from tests.support import NOON

PHONE = "+819012345678"
#: Rows about people that stay where they are, each with its reason.
STAY = {
    "friend_changes": "a log of what happened, pruned after a day",
    "members": "merging chooses a number",
    "person_names": "written anew with what the person knows",
}
LATER = NOON + timedelta(days=1)


async def customer(
    connection: AsyncConnection,
    people: People,
    *,
    source: str,
    tags: tuple[str, ...] = (),
    **known: Any,
) -> int:
    unit = Unit(connection)
    person = people.create(unit, now=NOON)
    await people.learn(unit, person.person_id, known, source=source, now=NOON)
    for tag in tags:
        await people.tag(unit, person.person_id, tag, reason="寄られた", source=source, now=NOON)
    await unit.flush()
    return person.person_id


async def pair(connection: AsyncConnection, people: People) -> tuple[int, int]:
    """The same Mei: as a member with a card, and as a friend on LINE."""
    mei = await customer(
        connection, people, source="import:till.csv:2", tags=("regular",),
        phone=PHONE, name="花", birth_date="1990-05-12",
    )  # fmt: skip
    line = await customer(
        connection, people, source="survey:welcome:1", tags=("event",),
        phone=PHONE, birth_date="1990-12-05", visit_time="morning",
    )  # fmt: skip
    rows = {"user_id": "Umei", "state": "friend", "version": 1}
    await batch.insert(connection, friends, [{"id": 1, "person_id": line, **rows}])
    for person_id, number, day in ((mei, "2000000000015", LATER), (line, "2000000000022", NOON)):
        row = {"person_id": person_id, "number": number, "joined_at": day}
        await batch.insert(connection, members, [row])
        await _points(connection, person_id, 100 if person_id == mei else 30)
        await _coupon(connection, person_id)
    card = {"person_id": line, "card": "bread", "round": 1, "stamps": 3, "version": 1}
    await batch.insert(connection, stamp_cards, [card])
    return mei, line


async def _points(connection: AsyncConnection, person_id: int, balance: int) -> None:
    row = {"person_id": person_id, "balance": balance, "owed": 0, "next_expires_at": LATER}
    row |= {"next_expiring": balance, "version": 1, "updated_at": NOON}
    await batch.insert(connection, point_balances, [row])


async def _coupon(connection: AsyncConnection, person_id: int) -> None:
    row = {"id": person_id, "number": str(person_id), "campaign": "cake", "person_id": person_id}
    row |= {"ordinal": 1, "state": "held", "uses": 1, "used": 0, "valid_from": NOON}
    await batch.insert(connection, coupons, [row | {"why": "test", "issued_at": NOON}])


async def everything(connection: AsyncConnection) -> dict[str, list[dict[str, Any]]]:
    """Every row about people, without what counts changes."""
    found = {}
    for table in (PEOPLE_TABLE, members, member_cards, *(mover.table for mover in MOVERS)):
        rows = (await connection.execute(sa.select(table).order_by(*table.primary_key))).mappings()
        found[table.name] = [{k: v for k, v in row.items() if k != "version"} for row in rows]
    return found


PEOPLE_TABLE = metadata.tables["people"]


async def test_what_two_records_know_comes_together(engine: AsyncEngine, people: People) -> None:
    async with engine.begin() as connection:
        mei, line = await pair(connection, people)
        compared = await compare(connection, mei, line)
        assert compared.alike == ["phone"]
        assert compared.gained == {"visit_time": "morning"}
        [conflict] = compared.conflicts
        assert (conflict.name, conflict.kept, conflict.dropped) == (
            "birth_date", "1990-05-12", "1990-12-05",
        )  # fmt: skip
        await merge(connection, mei, line, source="cli", now=LATER)
    async with engine.begin() as connection:
        person = await people.of(Unit(connection), mei)
        assert dict(person.attributes) == {
            "phone": PHONE, "name": "花", "birth_date": "1990-05-12", "visit_time": "morning",
        }  # fmt: skip
        assert person.tags == ("event", "regular")
        assert (await Unit(connection).get(PEOPLE, line)) is None
        said = await provenance(connection, mei)
        assert said["visit_time"].source == "survey:welcome:1"
        assert said["birth_date"].source == "import:till.csv:2"
        now = await everything(connection)
    assert [row["person_id"] for row in now["friends"]] == [mei]
    assert [(row["number"], row["joined_at"]) for row in now["members"]] == [
        ("2000000000015", NOON)
    ]
    assert [row["number"] for row in now["member_cards"]] == ["2000000000022"]
    [balance] = now["point_balances"]
    assert (balance["balance"], balance["next_expiring"]) == (130, 130)
    assert sorted(row["ordinal"] for row in now["coupons"]) == [1, 2]
    assert [row["person_id"] for row in now["stamp_cards"]] == [mei]
    assert [row["kind"] for row in now["domain_events"]] == ["person.merged"]


async def test_the_other_s_word_stands_where_it_is_chosen(
    engine: AsyncEngine, people: People
) -> None:
    async with engine.begin() as connection:
        mei, line = await pair(connection, people)
        await merge(
            connection, mei, line, source="cli", now=LATER, take=["birth_date"], take_number=True
        )
        person = await people.of(Unit(connection), mei)
        assert person.attributes["birth_date"] == "1990-12-05"
        assert (await provenance(connection, mei))["birth_date"].source == "survey:welcome:1"
        assert await connection.scalar(sa.select(members.c.number)) == "2000000000022"


async def test_a_merge_is_undone_to_the_last_row(engine: AsyncEngine, people: People) -> None:
    async with engine.begin() as connection:
        mei, line = await pair(connection, people)
        before = await everything(connection)
        merge_id = await merge(connection, mei, line, source="cli", now=LATER)
    async with engine.begin() as connection:
        assert await undo(connection, merge_id, source="cli", now=LATER) == line
        after = await everything(connection)
        with pytest.raises(CannotUndoError):
            await undo(connection, merge_id, source="cli", now=LATER)
    events = after.pop("domain_events"), before.pop("domain_events")
    assert [row["kind"] for row in events[0]] == ["person.merged", "person.parted"]
    said = after.pop("attribute_changes"), before.pop("attribute_changes")
    assert all(row in said[0] for row in said[1])
    assert after == before


async def test_what_came_since_stays_with_the_one_who_stayed(
    engine: AsyncEngine, people: People
) -> None:
    async with engine.begin() as connection:
        mei, line = await pair(connection, people)
        merge_id = await merge(connection, mei, line, source="cli", now=LATER)
        unit = Unit(connection)
        news = {"visit_time": "noon", "email": "mei@example.jp"}
        await people.learn(unit, mei, news, source="staff:1", now=LATER)
        await unit.flush()
        await undo(connection, merge_id, source="cli", now=LATER)
        kept = (await people.of(Unit(connection), mei)).attributes
        parted = (await people.of(Unit(connection), line)).attributes
    assert kept["visit_time"] == "noon"
    assert kept["email"] == "mei@example.jp"
    assert kept["birth_date"] == "1990-05-12"
    assert parted["visit_time"] == "morning"


async def test_points_that_were_spent_since_are_not_taken_apart(
    engine: AsyncEngine, people: People
) -> None:
    async with engine.begin() as connection:
        mei, line = await pair(connection, people)
        merge_id = await merge(connection, mei, line, source="cli", now=LATER)
        await connection.execute(sa.update(point_balances).values(balance=5))
        with pytest.raises(CannotUndoError, match="point_balances has changed"):
            await undo(connection, merge_id, source="cli", now=LATER)


async def test_nobody_is_merged_with_themselves_or_with_nobody(
    engine: AsyncEngine, people: People
) -> None:
    async with engine.begin() as connection:
        mei, _ = await pair(connection, people)
        with pytest.raises(SamePersonError):
            await merge(connection, mei, mei, source="cli", now=NOON)
        with pytest.raises(UnknownPersonError, match="there is no person P7"):
            await merge(connection, mei, 7, source="cli", now=NOON)


async def test_people_who_share_a_phone_are_found(engine: AsyncEngine, people: People) -> None:
    async with engine.begin() as connection:
        mei, line = await pair(connection, people)
        await customer(connection, people, source="staff:1", phone="+819099999999")
        [group] = await find(connection, people.vocabulary.attributes["phone"])
        assert await find(connection, people.vocabulary.attributes["email"]) == []
    assert group.value == PHONE
    assert [(who.person_id, who.name, who.number) for who in group.people] == [
        (mei, "花", "2000000000015"),
        (line, None, "2000000000022"),
    ]


def test_every_table_that_hangs_on_a_person_comes_along() -> None:
    hanging = {name for name, table in metadata.tables.items() if "person_id" in table.c}
    moved = [mover.table.name for mover in MOVERS]
    assert sorted(moved) == sorted(set(moved))
    assert hanging - set(moved) == STAY.keys(), "add its line to MOVERS in bot/people/movers.py"
