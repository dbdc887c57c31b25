"""enishi people, as it is typed."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import people
from bot.errors import SetupError

ROWS = "email,お名前,会員ランク\nmei@example.jp,花,ゴールド\nken@example,健,シルバー\n"


class Desk:
    """A command line in a folder with one file."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "customers.csv"
        self.file.write_text(ROWS, "cp932")
        self._runner = CliRunner(env={"DATABASE_URL": database_url})

    def run(self, *words: str) -> Result:
        return self._runner.invoke(people.commands, words)

    def bring(self, *words: str) -> Result:
        return self.run("import", str(self.file), "--key", "email", *words)


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Desk:
    return Desk(sqlite_url, tmp_path)


def test_an_import_says_what_it_reads_and_what_became_of_it(desk: Desk) -> None:
    done = desk.bring("--add-columns", "--map", "会員ランク=rank", "--language", "en")
    assert done.exit_code == 1  # one row had an error
    assert "customers.csv: 2 rows, Shift_JIS (CP932), key email." in done.output
    assert "会員ランク -> rank (text, new)" in done.output
    assert "row 3: email (email): is not an e-mail address" in done.output
    assert "1 new, 0 changed, 0 unchanged, 1 with errors." in done.output
    assert (desk.folder / "customers.errors.csv").exists()
    assert "ken@example" not in done.output


def test_a_dry_run_says_so(desk: Desk) -> None:
    words = "--add-column", "会員ランク:choice", "--dry-run"
    assert "Would be: 1 new" in desk.bring(*words).output
    assert "Would be: 1 new" in desk.bring(*words).output


def test_columns_that_mean_nothing_are_told_without_a_traceback(desk: Desk) -> None:
    done = desk.bring()
    assert isinstance(done.exception, SetupError)
    assert '--map "会員ランク=ATTRIBUTE"' in str(done.exception)


def test_a_wish_without_its_sign_is_told(desk: Desk) -> None:
    done = desk.bring("--map", "会員ランク")
    assert done.exit_code == 2
    assert 'write --map "HEADING=' in done.output


def test_an_export_never_replaces_a_file_unasked(desk: Desk) -> None:
    desk.bring("--map", "会員ランク=-")
    target = str(desk.folder / "all.csv")
    assert "1 people in" in desk.run("export", target).output
    assert desk.run("export", target).exit_code == 1
    assert desk.run("export", target, "--force").exit_code == 0
    assert "mei@example.jp" in Path(target).read_text("utf-8-sig")
    refused = desk.run("export", str(desk.folder / "none" / "all.csv"))
    assert "cannot be written (No such file or directory); name a file" in str(refused.exception)


def test_what_can_be_known_is_listed_with_what_an_import_added(desk: Desk) -> None:
    desk.bring("--add-columns", "--map", "会員ランク=rank")
    listed = desk.run("attributes").output
    assert "birth_date  date  生年月日" in listed
    assert "rank  text  会員ランク" in listed


def test_two_records_of_one_customer_become_one_and_two_again(desk: Desk) -> None:
    desk.file.write_text("phone,お名前\n090-1234-5678,花\n", "utf-8")
    assert desk.run("import", str(desk.file), "--key", "phone").exit_code == 0
    desk.file.write_text("member_number,phone,お名前\n2000000000015,090-1234-5678,はな\n", "utf-8")
    assert desk.run("import", str(desk.file), "--key", "member_number").exit_code == 0
    listed = desk.run("duplicates").output
    first, second = re.findall(r"  (P\d+) ", listed)
    assert "1 groups." in listed
    compared = desk.run("merge", second, first, "--dry-run").output
    assert "! name: はな stays, not 花" in compared
    assert "alike: phone" in compared
    done = desk.run("merge", second, first, "--yes", "--take", "name").output
    assert "! name: 花 stays, not はな" in done
    assert "Nobody is there twice" in desk.run("duplicates").output
    merge_id = re.findall(r"unmerge (\d+)", done)[0]
    assert f"{first} is there again." in desk.run("unmerge", merge_id).output
    assert "1 groups." in desk.run("duplicates").output


def test_a_person_who_is_not_there_is_told(desk: Desk) -> None:
    done = desk.run("merge", "P1", "P2", "--yes")
    assert isinstance(done.exception, SetupError)
    assert "there is no person P1" in str(done.exception)
    assert desk.run("merge", "Mei", "P2").exit_code == 2
