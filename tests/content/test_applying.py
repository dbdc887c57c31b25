"""Files become the account, and the account becomes files."""

import asyncio
import shutil
from pathlib import Path

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import content
from bot.errors import SetupError
from bot.store import batch
from bot.store.engine import open_engine
from bot.store.tables.definitions import definition_files, definition_state, definitions
from bot.store.tables.friends import friends, people
from tests.content.support import BIG_FEET, SHOE, Desk
from tests.support import NOON


def test_a_plan_says_field_by_field_what_would_change(desk: Desk) -> None:
    desk.apply("--prune")
    desk.edit("attributes.yaml", "回答しない", "答えない")
    desk.add("attributes.yaml", SHOE)
    desk.write("segments/big_feet.yaml", BIG_FEET)
    said = desk.plan().output
    assert "~ attribute sex" in said
    assert 'choices[unsaid].label.ja: "回答しない" -> "答えない"' in said
    assert "+ attribute shoe_size" in said
    assert "+ segment big_feet" in said
    assert "segment big_feet: none -> 0 friends" in said
    assert "2 added, 1 changed, 0 removed, 0 kept" in said


def test_applying_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    desk.add("attributes.yaml", SHOE)
    assert "+ attribute shoe_size" in desk.apply().output
    again = desk.apply()
    assert "The account is as the files say." in again.output
    assert "Applied" not in again.output
    assert desk.plan("--exit-code").exit_code == 0
    desk.edit("tags.yaml", "常連さん", "おなじみさん")
    assert desk.plan("--exit-code").exit_code == 1


def test_an_export_applied_elsewhere_is_the_same_account(
    any_desk: Desk, database_url: str
) -> None:
    desk = any_desk
    desk.add("attributes.yaml", SHOE)
    desk.write("segments/big_feet.yaml", BIG_FEET)
    assert "until then the account is the sample" in desk.plan().output
    desk.edit("menus.yaml", "default: guest", "default: guest  # everybody else")
    desk.apply("--prune")
    files = desk.export()
    menus = {path: text for path, text in files.items() if path.startswith("richmenus/")}
    assert menus == {
        f"richmenus/{key}.yaml": (content.RICH_MENUS / f"{key}.yaml").read_text("utf-8")
        for key in ("guest", "member")  # the folder does not speak of them: the sample's stay
    }
    assert files == menus | {
        path: (desk.folder / path).read_text("utf-8") for path in files.keys() - menus.keys()
    }
    assert "# everybody else" in files["menus.yaml"]

    asyncio.run(_forget(database_url))
    assert "shoe_size" not in desk.export("sample")["attributes.yaml"]
    elsewhere = Desk(database_url, desk.folder.parent / "export")
    assert "Applied" in elsewhere.apply("--prune").output
    assert elsewhere.export("again") == files
    assert "The account is as the files say." in desk.plan().output


async def _forget(url: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        for table in (definitions, definition_state, definition_files):
            await connection.execute(delete(table))
    await engine.dispose()


def test_what_an_author_wrote_around_a_change_stays(desk: Desk) -> None:
    desk.apply()
    old = (desk.folder / "attributes.yaml").read_text("utf-8")
    (desk.folder / "attributes.yaml").write_text(
        "attributes:\n  - {key: name, kind: text, label: {ja: 名, en: Name}}\n", "utf-8"
    )
    desk.apply()
    written = desk.export()["attributes.yaml"]
    assert "{ja: 名, en: Name}" in written
    assert "key: household" in written  # not in the file: it stays
    assert "# What can be known of a customer" in old


def test_nothing_is_removed_unless_it_is_asked(desk: Desk) -> None:
    desk.apply()
    (desk.folder / "segments/morning_bread.yaml").unlink()
    assert "! segment morning_bread: not in the files, and stays" in desk.apply().output
    assert "segments/morning_bread.yaml" in desk.export("one")
    assert "- segment morning_bread" in desk.apply("--prune").output
    assert "segments/morning_bread.yaml" not in desk.export("two")
    assert "The account is as the files say." in desk.plan().output


def test_what_is_still_asked_for_is_not_removed(desk: Desk) -> None:
    desk.apply()
    desk.edit(
        "tags.yaml",
        '  - {key: care, label: {ja: ご配慮, en: Takes care}, colour: "#9A6B00"}\n',
        "",
    )
    kept = desk.plan().output
    assert "warning: only the account has it, not these files:" in kept
    assert "morning_bread.yaml:10" in kept
    refused = desk.plan("--prune")
    assert isinstance(refused.exception, SetupError)
    assert "morning_bread.yaml:10" in str(refused.exception)
    assert "care" in str(refused.exception)


def test_a_kind_without_files_is_left_alone(desk: Desk) -> None:
    desk.apply("--prune")
    for path in ("attributes.yaml", "tags.yaml", "menus.yaml"):
        (desk.folder / path).unlink()
    shutil.rmtree(desk.folder / "surveys")
    desk.write(
        "segments/early.yaml", "key: early\nname: 朝\nrule: {field: tag, op: is, value: regular}\n"
    )
    assert "1 added, 0 changed, 0 removed, 0 kept, 27 unchanged." in desk.apply("--prune").output
    assert desk.export()["tags.yaml"].startswith("# Tags that staff and rules put on customers.")


def test_a_folder_with_other_files_says_which_it_left_out(desk: Desk) -> None:
    desk.write("segment.yaml", BIG_FEET)
    assert "hold no definitions: segment.yaml" in desk.plan().output


def test_a_folder_without_definitions_is_none(desk: Desk, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = desk.run("apply", "--yes", str(empty))
    assert isinstance(refused.exception, SetupError)
    assert "holds no definitions" in str(refused.exception)


def test_whoever_says_no_changes_nothing(desk: Desk) -> None:
    desk.add("attributes.yaml", SHOE)
    assert desk.run("apply", str(desk.folder)).exit_code == 1
    assert "shoe_size" not in desk.export()["attributes.yaml"]


def test_an_export_never_replaces_a_file_unasked(desk: Desk) -> None:
    desk.apply("--prune")
    desk.edit("tags.yaml", "常連さん", "おなじみさん")
    refused = desk.run("export", str(desk.folder))
    assert refused.exit_code == 1
    assert "tags.yaml would be replaced" in refused.output
    assert desk.run("export", str(desk.folder), "--force").exit_code == 0
    assert "常連さん" in (desk.folder / "tags.yaml").read_text("utf-8")


def test_an_export_never_leaves_its_folder(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "export" / "richmenus").symlink_to(tmp_path / "outside")
    refused = desk.run("export", str(tmp_path / "export"), "--force")
    assert "leads out of" in str(refused.exception)
    assert list((tmp_path / "outside").iterdir()) == []
    assert [path.name for path in (tmp_path / "export").iterdir()] == ["richmenus"]


async def test_a_plan_counts_who_enters_a_segment_and_who_sees_another_menu(
    any_desk: Desk, engine: AsyncEngine
) -> None:
    await asyncio.to_thread(any_desk.apply, "--prune")
    async with engine.begin() as connection:
        for number, size in enumerate((22, 28, 29, None), 1):
            known = {} if size is None else {"shoe_size": size}
            person = {"id": number, "attributes": known, "created_at": NOON, "version": 1}
            await batch.insert(connection, people, [person])
            friend = {"id": number, "user_id": f"U{number}", "person_id": number, "version": 1}
            await batch.insert(connection, friends, [{**friend, "state": "friend"}])
    any_desk.add("attributes.yaml", SHOE)
    any_desk.write("segments/big_feet.yaml", BIG_FEET)
    any_desk.edit("menus.yaml", "rules:\n", "rules:\n  - {segment: big_feet, menu: member}\n")
    said = (await asyncio.to_thread(any_desk.plan)).output
    assert "segment big_feet: none -> 2 friends" in said
    assert "menu: 2 friends guest -> member" in said
    await asyncio.to_thread(any_desk.apply)
    assert any("shoe_size" in name for name in await indexes(engine))
    any_desk.edit("attributes.yaml", SHOE, "")
    any_desk.edit("menus.yaml", "  - {segment: big_feet, menu: member}\n", "")
    (any_desk.folder / "segments/big_feet.yaml").unlink()
    said = (await asyncio.to_thread(any_desk.plan, "--prune")).output
    assert "- attribute shoe_size\n    3 people have it; it stays with them, unseen" in said
    assert "segment big_feet: 2 -> none friends" in said


async def indexes(engine: AsyncEngine) -> list[str]:
    of = {"sqlite": "name FROM sqlite_master", "postgresql": "indexname FROM pg_indexes"}
    async with engine.connect() as connection:
        return list(await connection.scalars(text(f"SELECT {of[engine.dialect.name]}")))
