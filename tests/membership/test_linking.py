"""A card number that several people claim, on the database that keeps it in production."""

import pytest

from bot.membership import linking
from bot.membership.linking import Linked, OwnNumberError
from bot.points.actor import NOBODY, Actor
from bot.store import batch
from bot.store.engine import open_engine
from bot.store.tables.membership import members
from bot.store.unit import Unit
from tests.support import NOON

STAFF = Actor(staff_id=3, device="console")


async def test_a_claim_is_settled_once_and_shows_who_has_the_number_now(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    async with engine.begin() as connection:
        unit = Unit(connection)

        async def claims(person_id: int, number: str = "7700000016") -> Linked:
            return await linking.link(unit, person_id, number, how="typed", actor=NOBODY, now=NOON)

        came = [await claims(person_id) for person_id in (1, 2, 3, 2)]
        assert came == [Linked.LINKED, *[Linked.CONFLICT] * 3]
        first, second = await linking.conflicts(connection)
        settled = [
            await linking.settle(unit, first.conflict_id, moves=True, actor=STAFF, now=NOON)
            for _ in range(2)
        ]
        assert settled == [True, False]
        [left] = await linking.conflicts(connection)
        assert left.holder_id == 2
        assert left.conflict_id == second.conflict_id
        assert await linking.find(connection, "7700000016") == 2
        row = {"person_id": 9, "number": "2012345678905", "joined_at": NOON}
        await batch.insert(connection, members, [row])
        assert await claims(1, "2012345678905") is Linked.CONFLICT
        own = (await linking.conflicts(connection))[-1]
        with pytest.raises(OwnNumberError):
            await linking.settle(unit, own.conflict_id, moves=True, actor=STAFF, now=NOON)
        assert await linking.settle(unit, own.conflict_id, moves=False, actor=STAFF, now=NOON)
        assert not await linking.settle(unit, 1, moves=True, actor=STAFF, now=NOON)
    await engine.dispose()
