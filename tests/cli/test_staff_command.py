"""enishi staff: the first owner, a forgotten password, and who is there."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli


@pytest.fixture(autouse=True)
def _install(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("ENISHI_DATA", str(tmp_path))


def enishi(*arguments: str, status: int = 0) -> str:
    done = CliRunner().invoke(cli, ["staff", *arguments])
    assert done.exit_code == status, done.output
    return done.output


def test_the_first_owner_is_added_listed_and_reset() -> None:
    assert "Nobody yet" in enishi("list")
    said = enishi("add", "Nakamura@Example.jp", "--name", "中村", "--role", "owner")
    assert "中村 (nakamura@example.jp) is owner" in said
    first = re.search(r"http://127\.0\.0\.1:8000/console/welcome/\S{43}", said)
    assert first is not None
    assert "nakamura@example.jp  owner" in enishi("list")
    assert first[0] not in enishi("reset", "NAKAMURA@example.jp")


def test_what_cannot_be_is_said_in_words() -> None:
    enishi("add", "sato")
    assert "signs in by this login already" in enishi("add", "SATO", status=1)
    assert "There is no shop honten. Shops: none yet" in enishi(
        "add", "ito", "--shop", "honten", status=1
    )
    assert "A login is one word" in enishi("add", "two words", status=1)
    assert "Nobody who works here signs in as nobody" in enishi("reset", "nobody", status=1)
