"""An import is not alone: the bot learns meanwhile, and so does another import."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.people.service import People
from bot.store.engine import open_engine
from bot.store.unit import Unit
from tests.people.test_importing import Desk
from tests.support import NOON

ROWS = "\n".join(["email,性別", *(f"c{count}@example.jp,女性" for count in range(300))])


@pytest.fixture
def desk(engine: AsyncEngine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


async def look(engine: AsyncEngine, query: TextClause) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(query) or 0)


async def test_two_imports_of_the_same_people_make_each_of_them_once(
    desk: Desk, tmp_path: Path
) -> None:
    heading, *rows = ROWS.splitlines()
    (tmp_path / "other").mkdir()
    neighbour = Desk(desk.engine, tmp_path / "other")
    first = await desk.importer(ROWS)
    second = await neighbour.importer("\n".join([heading, *reversed(rows)]))
    counts = await asyncio.gather(desk.run(first), neighbour.run(second))
    assert sum(count["new"] for count in counts) == 300
    assert len(await desk.everybody()) == 300


async def test_what_the_bot_learns_meanwhile_is_kept(postgres_url: str, tmp_path: Path) -> None:
    engine = open_engine(postgres_url)
    desk = Desk(engine, tmp_path)
    await desk.bring("email\nmei@example.jp\n")
    (mei,) = await desk.everybody()
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with engine.connect() as connection, asyncio.timeout(20):
        unit = Unit(connection)
        told = {"birth_date": "1990-05-12"}
        await People().learn(unit, mei.person_id, told, source="survey:welcome:1", now=NOON)
        await unit.flush()
        importing = asyncio.create_task(desk.bring("email,性別\nmei@example.jp,女性\n"))
        while not await look(engine, waits):
            await asyncio.sleep(0.01)
        await connection.commit()
        assert await importing == {"changed": 1}
    (mei,) = await desk.everybody()
    assert mei.attributes == {
        "email": "mei@example.jp",
        "birth_date": "1990-05-12",
        "sex": "female",
    }
    await engine.dispose()
