"""Everybody in a file: readable in a spreadsheet, and taken back by an import."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.people import exporting
from bot.people.derived import today_in_tokyo
from bot.people.exporting import Exporter
from bot.people.vocabulary import Vocabulary
from bot.store.tables.friends import friends
from bot.store.tables.membership import member_cards
from tests.people.test_importing import KEN_ID, MEI_ID, Desk, number
from tests.support import NOON

TODAY = today_in_tokyo(NOON)


async def export(engine: AsyncEngine, path: Path, language: str = "ja") -> list[dict[str, str]]:
    exporter = Exporter(
        engine,
        Vocabulary.of_content(),
        today=TODAY,
        language="en" if language == "en" else "ja",
    )
    async for _ in exporter.write(path):
        pass
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def test_what_is_known_is_written_as_people_read_it(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    desk = Desk(engine, tmp_path)
    text = (
        "会員番号,お名前,生年月日,性別,電話番号,都道府県,家族,タグ\n"
        f"{number(7)},=花,1990-05-12,女性,09012345678,東京,3,event;regular\n"
    )
    await desk.bring(text, key="member_number", mapping={"家族": "household"})
    (row,) = await export(engine, tmp_path / "all.csv")
    assert row.pop("顧客ID").startswith("P")
    assert {heading: cell for heading, cell in row.items() if cell} == {
        "会員番号": f"2 000000 {number(7)[7:]}",
        "お名前": "'=花",
        "生年月日": "1990年5月12日",
        "性別": "女性",
        "電話番号": "090-1234-5678",
        "都道府県": "東京都",
        "ご家族の人数": "3人",
        "タグ": "催し参加;常連さん",
        "年齢": "35歳",
        "有効友だち": "いいえ",
        "ID連携": "いいえ",
        "会員": "はい",
        "登録日時": "2026-04-01 12:00:00",
    }


async def test_friends_have_their_line_ids_and_their_days(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    desk = Desk(engine, tmp_path)
    await desk.bring(f"user_id,お名前\n{MEI_ID},花\n{KEN_ID},健\n", key="user_id")
    mine = friends.c.user_id == MEI_ID
    async with engine.begin() as connection:
        followed = {"state": "friend", "followed_at": NOON}
        await connection.execute(update(friends).where(mine).values(followed))
        for system, user_id in (("webshop", MEI_ID), ("card", KEN_ID)):
            person = select(friends.c.person_id).where(friends.c.user_id == user_id)
            await connection.execute(
                insert(member_cards).values(
                    system=system,
                    number="C-1",
                    person_id=person.scalar_subquery(),
                    how="api",
                    linked_at=NOON,
                )
            )
    mei, ken = await export(engine, tmp_path / "all.csv", "en")
    assert (mei["LINE user id"], mei["Friend since"], mei["Friend for"]) == (
        MEI_ID,
        "2026-04-01",
        "0 days",
    )
    assert (mei["Effective friend"], mei["ID linked"]) == ("yes", "yes")
    assert (ken["Effective friend"], ken["Friend since"]) == ("no", "")
    assert ken["ID linked"] == "no", "a plastic card is not another system"


async def test_an_export_is_taken_back_and_changes_nothing(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    desk = Desk(engine, tmp_path)
    rows = [f"{number(c)},c{c}@example.jp,食パン;珈琲,はい,-{c},'+x" for c in range(5)]
    text = "\n".join(["会員番号,email,お好きなもの,お知らせメール,点,印", *rows])
    await desk.bring(text, key="member_number", adds_all=True)
    for key in ("person_id", "member_number", "email"):
        await export(engine, tmp_path / "all.csv")
        again = await desk.open(tmp_path / "all.csv", key=key)
        assert await desk.run(again) == {"unchanged": 5}


async def test_many_people_are_written_page_by_page(
    engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 4)
    desk = Desk(engine, tmp_path)
    await desk.bring("\n".join(["email", *(f"c{count}@example.jp" for count in range(10))]))
    exporter = Exporter(engine, Vocabulary.of_content(), today=TODAY, language="ja")
    assert [count async for count in exporter.write(tmp_path / "all.csv")] == [4, 8, 10]
