"""Notes about a member, on the database that keeps them in production."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.membership import notes
from bot.membership.notes import OthersNoteError, UnfitNoteError
from bot.points.actor import Actor
from bot.store.engine import open_engine
from bot.store.unit import Unit
from tests.support import NOON

SATO = Actor(staff_id=1, shop="honten", device="レジ1")
KEN = Actor(staff_id=2, shop="ekimae", device="レジ1")


async def test_a_note_is_kept_once_and_taken_away_by_who_wrote_it(postgres_url: str) -> None:
    engine: AsyncEngine = open_engine(postgres_url)
    async with engine.begin() as connection:
        unit = Unit(connection)
        for key, text in (("a", " 小麦\n アレルギー "), ("a", "もう一度"), ("b", "窓際の席")):
            await notes.add(unit, 7, text, key=key, actor=SATO, now=NOON)
        found = await notes.of(connection, 7)
        assert {note.text for note in found} == {"小麦 アレルギー", "窓際の席"}
        assert await notes.of(connection, 8) == []
        first = found[0].note_id
        with pytest.raises(OthersNoteError):
            await notes.remove(unit, 7, first, may_others=False, actor=KEN, now=NOON)
        with pytest.raises(UnfitNoteError):
            await notes.remove(unit, 8, first, may_others=True, actor=SATO, now=NOON)
        assert await notes.remove(unit, 7, first, may_others=True, actor=KEN, now=NOON)
        assert not await notes.remove(unit, 7, first, may_others=True, actor=KEN, now=NOON)
        assert len(await notes.of(connection, 7)) == 1
    await engine.dispose()
