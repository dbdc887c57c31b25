"""The unit of work: what a failed event did is forgotten, what the others did is written."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.friends.model import Friend, Friendship
from bot.friends.repository import FRIENDS
from bot.store.batch import StaleRowError
from bot.store.tables.friends import attribute_changes, friends
from bot.store.unit import Unit
from tests.support import NOON

MEI = Friend(friend_id=1, user_id="mei", person_id=1)
KEN = {"id": 2, "user_id": "ken", "person_id": 2, "state": "friend", "version": 1}


def changed(number: int) -> dict[str, object]:
    row = {"id": number, "person_id": 1, "name": "n", "value": number, "source": "s"}
    return row | {"changed_at": NOON}


async def states(connection: AsyncConnection) -> list[str]:
    return [row[0] for row in await connection.execute(select(friends.c.state).order_by("id"))]


async def test_a_failed_event_leaves_nothing_and_the_next_sees_what_was_before(
    engine: AsyncEngine,
) -> None:
    ran: list[str] = []

    async def note(_: AsyncConnection) -> None:
        ran.append("deferred")

    async with engine.begin() as connection:
        unit = Unit(connection)
        with unit.event():
            unit.put(FRIENDS, "mei", MEI)
        with contextlib.suppress(ZeroDivisionError), unit.event():
            unit.put(FRIENDS, "mei", MEI.unfollow(at=NOON))
            unit.put(FRIENDS, "ken", Friend(friend_id=2, user_id="ken", person_id=2))
            unit.add(attribute_changes, changed(1))
            unit.defer(note)
            assert (await unit.get(FRIENDS, "mei") or MEI).state is Friendship.BLOCKED
            _ = 1 / 0
        with unit.event():
            mei = await unit.get(FRIENDS, "mei")
            assert mei == MEI
            unit.put(FRIENDS, "mei", MEI.follow(at=NOON))
            unit.add(attribute_changes, changed(2))
        await unit.flush()
        assert await states(connection) == ["friend"]
        rows = await connection.execute(select(attribute_changes.c.id))
        assert [row[0] for row in rows] == [2]
    assert ran == []


async def test_two_events_of_a_batch_write_a_record_once(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        unit = Unit(connection)
        for minutes in range(3):
            with unit.event():
                friend = await unit.get(FRIENDS, "mei") or MEI
                unit.put(FRIENDS, "mei", friend.seen(at=NOON + timedelta(minutes=minutes)))
        await unit.flush()
        (row,) = await connection.execute(select(friends))
        assert (row.version, row.last_event_at) == (1, NOON + timedelta(minutes=2))


async def test_a_record_changed_by_somebody_else_meanwhile_is_told(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        unit = Unit(connection)
        unit.put(FRIENDS, "mei", MEI)
        await unit.flush()
    async with engine.begin() as connection:
        unit = Unit(connection)
        friend = await unit.get(FRIENDS, "mei")
        assert friend is not None
        await connection.execute(friends.update().values(version=7))
        unit.put(FRIENDS, "mei", friend.follow(at=NOON))
        with pytest.raises(StaleRowError):
            await unit.flush()


async def test_what_is_expected_is_read_together_once_one_is_asked_for(
    engine: AsyncEngine,
) -> None:
    async with engine.begin() as connection:
        unit = Unit(connection)
        unit.expect(FRIENDS, ["mei", "ken"])
        await connection.execute(friends.insert().values(KEN))
        assert await unit.get(FRIENDS, "mei") is None
        await connection.execute(friends.delete())
        assert await unit.get(FRIENDS, "ken") is not None


async def test_what_is_preloaded_is_not_read_again(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        unit = Unit(connection)
        await unit.preload(FRIENDS, ["mei", "ken"])
        await connection.exec_driver_sql("DROP TABLE friends")
        assert await unit.get(FRIENDS, "mei") is None
        assert await unit.get(FRIENDS, "ken") is None
        await connection.rollback()
