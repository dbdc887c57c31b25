"""A start that cannot work says in words what to mend, and ends with a code of its own."""

from pathlib import Path

import pytest

from bot.embedded.valkey import free_port
from bot.store import schema
from tests.cli.support import SETTINGS, enishi

PARTS = ["web", "worker"]


def test_missing_settings_are_all_named(tmp_path: Path) -> None:
    code, said = enishi("web", data=tmp_path)
    assert code == 2
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "SECRET_KEY", "PUBLIC_URL"):
        assert f"{name} " in said
    assert "Traceback" not in said


def test_a_part_of_the_bot_needs_the_stores_that_it_shares(tmp_path: Path) -> None:
    only = {name: value for name, value in SETTINGS.items() if name != "REDIS_URL"}
    code, said = enishi("worker", data=tmp_path, **only)
    assert code == 2
    assert "DATABASE_URL is missing" in said
    assert "REDIS_URL is missing" in said


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_migration_is_named_with_its_mend(part: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    code, said = enishi(part, data=tmp_path, **SETTINGS, DATABASE_URL=url)
    assert code == 3
    assert "./run enishi db upgrade" in said
    assert schema.HEAD in said
    assert "Traceback" not in said


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://enishi:hush@127.0.0.1:{free_port()}/enishi"
    code, said = enishi("web", data=tmp_path, **SETTINGS, DATABASE_URL=url)
    assert code == 4
    assert "does not answer" in said
    assert "DATABASE_URL" in said
    assert "hush" not in said
    assert "Traceback" not in said


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, sqlite_url: str) -> None:
    import sqlite3

    path = sqlite_url.removeprefix("sqlite+aiosqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    code, said = enishi("web", data=tmp_path, **SETTINGS, DATABASE_URL=f"sqlite:///{path}")
    assert code == 3
    assert "newer version" in said


def test_an_upgrade_makes_a_database_that_a_start_accepts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    code, said = enishi("db", "upgrade", data=tmp_path, **SETTINGS, DATABASE_URL=url)
    assert (code, schema.HEAD in said) == (0, True)
    code, said = enishi("inbox", "list", data=tmp_path, **SETTINGS, DATABASE_URL=url)
    assert (code, said) == (0, "0 waiting; 0 given up.\n")


def test_numbers_that_are_nothing_are_told(tmp_path: Path, sqlite_url: str) -> None:
    env = SETTINGS | {"DATABASE_URL": sqlite_url}
    assert enishi("inbox", "show", "77", data=tmp_path, **env)[0] == 1
    assert enishi("inbox", "replay", data=tmp_path, **env)[0] == 2
    assert enishi("outbox", "resend", "77", data=tmp_path, **env)[0] == 1
