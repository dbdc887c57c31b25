"""Many rows in one statement, the same on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store import batch
from bot.store.batch import Query, StaleRowError
from bot.store.tables.friends import attribute_changes, friends
from bot.store.tables.inbox import lanes
from bot.store.tables.outbox import outbox
from tests.support import NOON


def friend(number: int, **more: Any) -> dict[str, Any]:
    row = {"id": number, "user_id": f"U{number}", "person_id": number, "state": "friend"}
    row |= {"followed_at": None, "menu": None, "version": 1}
    return row | more


async def test_every_kind_of_value_comes_back_as_it_went(engine: AsyncEngine) -> None:
    values = ["あ\U0001f363", 7, 1.5, True, None, {"a": [1, {"b": None}]}, [], ""]
    rows = [
        {"id": 2**62 + number, "person_id": 1, "name": "n", "value": value, "source": "s",
         "changed_at": NOON + timedelta(milliseconds=number)}
        for number, value in enumerate(values)
    ]  # fmt: skip
    async with engine.begin() as connection:
        await batch.insert(connection, attribute_changes, rows)
        table = attribute_changes
        found = await connection.execute(select(table).order_by(table.c.id))
        assert [(row.id, row.value, row.changed_at) for row in found] == [
            (row["id"], row["value"], row["changed_at"]) for row in rows
        ]


async def test_nothing_to_write_is_no_statement(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await batch.insert(connection, friends, [])
        await batch.update(connection, friends, ["id"], [])


async def test_a_key_that_is_there_is_an_error_or_left_alone(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await batch.insert(connection, lanes, [{"key": "a"}])
        await batch.insert(connection, lanes, [{"key": "a"}, {"key": "b"}], or_ignore=True)
        found = await connection.execute(select(lanes.c.key).order_by(lanes.c.key))
        assert [key for (key,) in found] == ["a", "b"]
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await batch.insert(connection, lanes, [{"key": "a"}])


async def test_rows_are_updated_by_key_and_version(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await batch.insert(connection, friends, [friend(1), friend(2), friend(3)])
        changed = [friend(n, menu="member", followed_at=NOON, version=2) for n in (1, 3)]
        await batch.update(connection, friends, ["id"], changed)
        found = await connection.execute(
            select(friends.c.menu, friends.c.followed_at, friends.c.version).order_by("id")
        )
        assert [tuple(row) for row in found] == [
            ("member", NOON, 2), (None, None, 1), ("member", NOON, 2)
        ]  # fmt: skip


@pytest.mark.parametrize("version", [1, 3])
async def test_a_row_that_somebody_changed_meanwhile_is_told(
    engine: AsyncEngine, version: int
) -> None:
    async with engine.begin() as connection:
        await batch.insert(connection, friends, [friend(1), friend(2)])
    rows = [friend(1, menu="member", version=2), friend(2, version=version)]
    async with engine.connect() as connection:
        with pytest.raises(StaleRowError, match="1 of 2"):
            await batch.update(connection, friends, ["id"], rows)
        await connection.rollback()
    async with engine.connect() as connection:
        found = await connection.execute(select(friends.c.menu).order_by("id"))
        assert [menu for (menu,) in found] == [None, None]


async def test_a_row_that_is_not_there_is_told(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        with pytest.raises(StaleRowError):
            await batch.update(connection, friends, ["id"], [friend(9, version=2)])


async def test_lists_and_instants_are_parameters_too(engine: AsyncEngine) -> None:
    query = Query(
        "SELECT id FROM friends WHERE user_id = ANY(:names::text[]) "
        "AND followed_at <= :now ORDER BY id"
    )
    async with engine.begin() as connection:
        await batch.insert(connection, friends, [friend(n, followed_at=NOON) for n in (1, 2, 3)])
        found = await query.rows(connection, names=["U1", "U3", "U'; --"], now=NOON)
        assert [row[0] for row in found] == [1, 3]
        assert await query.rows(connection, names=[], now=NOON) == []


async def test_every_table_has_types_that_can_be_written_at_once(engine: AsyncEngine) -> None:
    row: dict[str, Any] = {str(column.name): None for column in outbox.columns if column.nullable}
    row |= {"id": 1, "lane": "U1", "kind": "message", "body": b"[]", "bubbles": 1, "pays": True}
    row |= {"retry_key": "k", "why": "w", "state": "waiting", "attempts": 0, "doubtful": False}
    row |= {"due_at": NOON, "expires_at": NOON, "created_at": NOON}
    async with engine.begin() as connection:
        await batch.insert(connection, outbox, [row])
        (found,) = await connection.execute(select(outbox))
        assert (found.body, found.pays, found.due_at) == (b"[]", True, NOON)
