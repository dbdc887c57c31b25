"""Customers come from files: found or made, told what is known, and every mistake named."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.membership.number import check_digit
from bot.people import importing
from bot.people.columns import Wishes, plan_columns
from bot.people.csv_file import CsvError, CsvFile
from bot.people.history import history, tag_history
from bot.people.import_batch import Options
from bot.people.importing import Importer
from bot.people.model import Person
from bot.people.service import People
from bot.store.tables.friends import friends, people_imports
from bot.store.tables.friends import people as people_table
from bot.store.tables.membership import members
from bot.store.unit import Unit
from tests.support import NOON

MEI_ID, KEN_ID = f"U{'a' * 32}", f"U{'b' * 32}"


def number(count: int) -> str:
    twelve = f"20{count:010}"
    return twelve + check_digit(twelve)


class Desk:
    """Somebody who imports files."""

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.errors = folder / "customers.errors.csv"

    async def importer(
        self, text: str, *, key: str = "email", options: Options | None = None, **wishes: Any
    ) -> Importer:
        path = self.folder / "customers.csv"
        path.write_text(text, "utf-8")
        return await self.open(path, key=key, options=options, **wishes)

    async def open(
        self, path: Path, *, key: str = "email", options: Options | None = None, **wishes: Any
    ) -> Importer:
        people, file = People(), CsvFile.open(path)
        async with self.engine.begin() as connection:
            await people.vocabulary.refresh(connection)
        plan = plan_columns(file, people.vocabulary, Wishes(key=key, **wishes))
        told = options or Options(language="en")
        return Importer(self.engine, people, file, plan, told, clock=lambda: NOON)

    async def bring(self, text: str, **how: Any) -> Counter[str]:
        return await self.run(await self.importer(text, **how))

    async def run(self, importer: Importer) -> Counter[str]:
        async for _ in importer.run():
            pass
        return importer.progress.counts

    async def everybody(self) -> Sequence[Person]:
        async with self.engine.begin() as connection:
            ids = list(await connection.scalars(select(people_table.c.id)))
            unit = Unit(connection)
            return [await People().of(unit, person_id) for person_id in sorted(ids)]

    async def count(self, table: Any) -> int:
        async with self.engine.begin() as connection:
            return int(await connection.scalar(select(func.count()).select_from(table)) or 0)

    def mistakes(self) -> list[dict[str, str]]:
        with self.errors.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def desk(engine: AsyncEngine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


async def test_a_row_makes_a_person_and_the_same_row_changes_nothing(desk: Desk) -> None:
    text = "email,お名前,性別,お好きなもの\nmei@example.jp,山田 花,女性,食パン;珈琲\n"
    assert await desk.bring(text) == {"new": 1}
    assert await desk.bring(text) == {"unchanged": 1}
    (mei,) = await desk.everybody()
    assert mei.attributes == {
        "email": "mei@example.jp",
        "name": "山田 花",
        "sex": "female",
        "favourites": ["coffee", "loaf"],
    }
    async with desk.engine.begin() as connection:
        told = await history(connection, mei.person_id)
    assert {change.source for change in told} == {"import:customers.csv:2"}
    assert len(told) == 4


async def test_a_row_finds_its_person_however_the_key_is_written(desk: Desk) -> None:
    await desk.bring("電話番号,お名前\n090-1234-5678,山田\n", key="phone")
    counts = await desk.bring(
        "電話番号,お名前\n＋８１ ９０ １２３４ ５６７８,山田 花\n", key="phone"
    )
    assert counts == {"changed": 1}
    (mei,) = await desk.everybody()
    assert mei.attributes["name"] == "山田 花"


async def test_an_empty_cell_says_nothing_unless_it_shall_erase(desk: Desk) -> None:
    await desk.bring("email,お名前\nmei@example.jp,山田\n")
    assert await desk.bring("email,お名前\nmei@example.jp, \n") == {"unchanged": 1}
    clears = Options(clears_empty=True)
    assert await desk.bring("email,お名前\nmei@example.jp,\n", options=clears) == {"changed": 1}
    (mei,) = await desk.everybody()
    assert mei.attributes == {"email": "mei@example.jp"}


async def test_a_member_number_that_nobody_has_makes_a_member(desk: Desk) -> None:
    text = f"会員番号,お名前\n{number(1)},花\n20000,太郎\n"
    assert await desk.bring(text, key="member_number") == {"new": 1, "errors": 1}
    assert await desk.count(members) == 1
    assert await desk.bring(text, key="member_number") == {"unchanged": 1, "errors": 1}


async def test_a_line_user_id_that_nobody_has_makes_an_identity(desk: Desk) -> None:
    text = f"user_id,お名前\n{MEI_ID},花\nU123,太郎\n"
    assert await desk.bring(text, key="user_id") == {"new": 1, "errors": 1}
    async with desk.engine.begin() as connection:
        row = (await connection.execute(select(friends.c.state, friends.c.user_id))).one()
    assert tuple(row) == ("stranger", MEI_ID)


async def test_our_own_ids_find_people_and_never_make_them(desk: Desk) -> None:
    await desk.bring("email\nmei@example.jp\n")
    (mei,) = await desk.everybody()
    text = f"person_id,お名前\nP{mei.person_id},花\n{mei.person_id + 1},太郎\nx,y\n"
    assert await desk.bring(text, key="person_id") == {"changed": 1, "errors": 2}
    assert len(await desk.everybody()) == 1


async def test_a_row_with_a_mistake_changes_nothing_and_is_told_in_full(desk: Desk) -> None:
    text = (
        "email,電話番号,性別,生年月日\n"
        "mei@example.jp,090-1234,女,1990-05-12\n"
        "ken@example.jp,,男性,1985年3月3日\n"
        "nobody,,,\n"
        ",,,1990-01-01\n"
        "too@example.jp,many,cells,1990-01-01,5\n"
    )
    assert await desk.bring(text) == {"new": 1, "errors": 4}
    mistakes = desk.mistakes()
    assert [row["enishi_row"] for row in mistakes] == ["2", "4", "5", "6"]
    assert mistakes[0]["email"] == "mei@example.jp"
    assert mistakes[0]["enishi_column"] == "電話番号 / 性別"
    assert mistakes[0]["enishi_kind"] == "phone / choice"
    assert "write it like 090-1234-5678" in mistakes[0]["enishi_error"]
    assert "Female, Male" in mistakes[0]["enishi_error"]
    assert mistakes[2]["enishi_error"] == "is empty; fill it in"
    assert "5 cells under 4 headings" in mistakes[3]["enishi_error"]
    assert desk.errors.stat().st_mode & 0o077 == 0


async def test_the_file_of_errors_is_imported_once_it_is_mended(desk: Desk) -> None:
    await desk.bring("email,性別\nmei@example.jp,女\n")
    mended = desk.errors.read_text("utf-8-sig").replace("女", "女性")
    desk.errors.write_text(mended, "utf-8-sig")
    assert await desk.run(await desk.open(desk.errors)) == {"new": 1}
    (mei,) = await desk.everybody()
    assert mei.attributes == {"email": "mei@example.jp", "sex": "female"}
    assert not (desk.folder / "customers.errors.errors.csv").exists()


async def test_a_folder_that_cannot_be_written_is_told_before_anything_is_imported(
    desk: Desk,
) -> None:
    desk.errors.mkdir()
    with pytest.raises(CsvError, match=r"cannot be written .* a folder that can be written to"):
        await desk.bring("email,お名前\nmei@example.jp,花\n")
    assert await desk.everybody() == []


async def test_a_key_twice_in_a_file_is_taken_once_and_told(desk: Desk) -> None:
    text = "email,お名前\nmei@example.jp,花\nMEI@example.jp,葉\n"
    assert await desk.bring(text) == {"new": 1, "errors": 1}
    assert "the same as in row 2" in desk.mistakes()[0]["enishi_error"]
    (mei,) = await desk.everybody()
    assert mei.attributes["name"] == "花"


async def test_a_key_that_several_people_have_is_told_and_changes_nobody(desk: Desk) -> None:
    text = "email,電話番号\nmei@example.jp,0312345678\nken@example.jp,03-1234-5678\n"
    await desk.bring(text)
    assert await desk.bring("電話番号,お名前\n03-1234-5678,花\n", key="phone") == {"errors": 1}
    assert "more than one person" in desk.mistakes()[0]["enishi_error"]


async def test_only_known_people_are_changed_where_that_is_asked(desk: Desk) -> None:
    updates = Options(only_updates=True)
    assert await desk.bring("email\nmei@example.jp\n", options=updates) == {"errors": 1}
    assert await desk.everybody() == []


async def test_a_dry_run_tells_the_same_and_changes_nothing(desk: Desk) -> None:
    await desk.bring("email,お名前\nmei@example.jp,花\n")
    text = "email,お名前,靴\nmei@example.jp,葉,24\nken@example.jp,太郎,\nx,,\n"
    dry = Options(is_dry=True)
    told = await desk.bring(text, options=dry, adds_all=True)
    (mei,) = await desk.everybody()
    assert mei.attributes["name"] == "花"
    assert await desk.count(people_imports) == 1
    async with desk.engine.begin() as connection:
        people = People()
        await people.vocabulary.refresh(connection)
    assert "靴" not in {a.label.ja for a in people.vocabulary.attributes.values()}
    assert told == await desk.bring(text, adds_all=True) == {"changed": 1, "new": 1, "errors": 1}


async def test_a_new_column_is_an_attribute_at_once(desk: Desk) -> None:
    text = "email,来店回数,ランク\nmei@example.jp,3,ゴールド\n"
    await desk.bring(text, adds_all=True, mapping={"来店回数": "visits"})
    async with desk.engine.begin() as connection:
        people = People()
        await people.vocabulary.refresh(connection)
    assert people.vocabulary.attributes["visits"].kind == "number"
    (mei,) = await desk.everybody()
    assert mei.attributes["visits"] == 3
    more = "email,来店回数,ランク\nmei@example.jp,4,シルバー\n"
    assert await desk.bring(more) == {"changed": 1}  # known by its label now


async def test_tags_are_added_by_label_or_key_and_unknown_ones_are_told(desk: Desk) -> None:
    text = "email,タグ\nmei@example.jp,常連さん;event\nken@example.jp,王様\n"
    assert await desk.bring(text) == {"new": 1, "errors": 1}
    assert await desk.bring(text) == {"unchanged": 1, "errors": 1}
    (mei,) = await desk.everybody()
    assert mei.tags == ("event", "regular")
    async with desk.engine.begin() as connection:
        told = await tag_history(connection, mei.person_id)
    assert {change.source for change in told} == {"import:customers.csv:2"}


async def test_an_import_that_was_cut_off_goes_on_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    rows = [f"c{count}@example.jp,{'女性' if count % 7 else '女'}" for count in range(35)]
    text = "\n".join(["email,性別", *rows, "c0@example.jp,男性", "c1@example.jp,男性"])
    first = await desk.importer(text)
    async for progress in first.run():
        if progress.next_row > 12:
            break  # as if the power went
    assert len(await desk.everybody()) == 17
    second = await desk.importer(text)
    assert await desk.run(second) == {"new": 30, "errors": 7}
    assert second.progress.is_resumed
    assert len(await desk.everybody()) == 30
    assert [int(row["enishi_row"]) for row in desk.mistakes()] == [2, 9, 16, 23, 30, 37, 38]
    assert await desk.bring(text) == {"unchanged": 30, "errors": 7}  # finished: a run of its own


async def test_a_formula_of_an_export_comes_back_as_the_text_it_was(desk: Desk) -> None:
    await desk.bring("email,お名前\nmei@example.jp,'=花\n")
    (mei,) = await desk.everybody()
    assert mei.attributes["name"] == "=花"
