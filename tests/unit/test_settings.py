"""Settings: every problem at once, each with its mend."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.errors import SetupError
from bot.settings import Settings

GOOD = {
    "LINE_CHANNEL_SECRET": "secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "token",
    "SECRET_KEY": "key",
    "PUBLIC_URL": "https://shop.example",
}
BAD = {
    "LINE_CHANNEL_SECRET": "with a space",
    "LINE_CHANNEL_ACCESS_TOKEN": "broken\nline",
    "LINE_API_BASE": "api.line.me",
    "DATABASE_URL": "mysql://localhost/shop",
    "REDIS_URL": "localhost:6379",
    "PUBLIC_URL": "http://shop.example/path",
    "PORT": "http",
    "EMULATOR_PORT": "65536",
    "LINE_RATE_SCALE": "fast",
    "SMTP_URL": "mail.example:587",
    "MAIL_FROM": "Enishi",
    "SECRET_KEY": "key",
}


def problems(env: dict[str, str], *, demo: bool = False) -> str:
    with pytest.raises(SetupError) as caught:
        Settings.from_env(env, demo=demo)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_every_problem_is_named_at_once() -> None:
    said = problems(BAD)
    for name in BAD.keys() - {"SECRET_KEY"}:
        assert f"\n  {name} " in said


def test_what_is_missing_is_named_at_once(tmp_path: Path) -> None:
    said = problems({"ENISHI_DATA": str(tmp_path)})
    for name in GOOD:
        assert f"\n  {name} " in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "²"),
        ("PORT", "-1"),
        ("LINE_API_BASE", "http://[nowhere"),
        ("LINE_API_BASE", "https://"),
        ("PUBLIC_URL", "https://shop.example/enishi"),
        ("PUBLIC_URL", "https://[nowhere"),
        ("LINE_RATE_SCALE", "nan"),
        ("SMTP_URL", "smtp://user:p@ss:word@"),
        ("SMTP_URL", "http://mail.example"),
        ("MAIL_FROM", "a@b.example\nBcc: c@d.example"),
        ("MAIL_FROM", "Enishi <enishi>"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "the proxy"),
        ("WEBHOOK_NETWORKS", "the shop"),
        ("LIFF_ID", "https://liff.line.me/1234567890-AbcdEfgh"),
        ("LINE_RATE_SCALE", "-1"),
        ("LINE_CHANNEL_SECRET", "　"),
        ("DATABASE_URL", "postgresql://user@host:port/name"),
    ],
)
def test_a_value_that_cannot_work_is_told_and_does_not_crash(name: str, value: str) -> None:
    assert f"\n  {name} " in problems(GOOD | {name: value})


@given(
    name=st.sampled_from(sorted(BAD)),
    value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
def test_any_value_is_taken_or_told(name: str, value: str) -> None:
    try:
        Settings.from_env(GOOD | {name: value})
    except SetupError as error:
        assert name in str(error)  # noqa: PT017 - most values are fine


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        ("postgres://u:p@h/n", "postgresql+asyncpg://u:p@h/n"),
        ("postgresql://u@h:5433/n", "postgresql+asyncpg://u@h:5433/n"),
        ("postgresql:///n?host=/run/postgresql", "postgresql+asyncpg:///n?host=/run/postgresql"),
        ("sqlite:///file.db", "sqlite+aiosqlite:///file.db"),
        ("sqlite:////tmp/file.db", "sqlite+aiosqlite:////tmp/file.db"),
    ],
)
def test_databases_are_named_as_people_name_them(given_url: str, used: str) -> None:
    assert Settings.from_env(GOOD | {"DATABASE_URL": given_url}).database_url == used


def test_the_demo_needs_nothing_and_keeps_its_key(tmp_path: Path) -> None:
    env = {"ENISHI_DATA": str(tmp_path / "new")}
    first = Settings.from_env(env, demo=True)
    assert Settings.from_env(env, demo=True).secret_key == first.secret_key
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_secrets_are_not_in_what_is_printed() -> None:
    shown = repr(Settings.from_env(GOOD))
    assert "token" not in shown.replace("channel_access_token", "")
    assert "'key'" not in shown
