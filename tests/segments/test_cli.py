"""enishi segments, as it is typed."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.segments import commands
from bot.store.engine import open_engine
from tests.segments.samples import facts, keep

MEI = facts(attributes={"sex": "female", "birth_date": "1992-05-12"}, is_member=True)
KEN = facts(attributes={"sex": "male", "birth_date": "1992-05-12"}, is_member=True)


@pytest.fixture
def shop(sqlite_url: str) -> CliRunner:
    async def fill() -> None:
        engine = open_engine(sqlite_url)
        async with engine.begin() as connection:
            await keep(connection, [MEI, KEN])
        await engine.dispose()

    asyncio.run(fill())
    return CliRunner(env={"DATABASE_URL": sqlite_url})


def said(shop: CliRunner, *words: str) -> str:
    done = shop.invoke(commands, words)
    assert done.exit_code == 0, done.output
    return str(done.output)


def test_count_names_every_segment(shop: CliRunner) -> None:
    words = said(shop, "count", "--on", "2026-04-01")
    assert "women_in_their_thirties: 1 friend, 1 reachable" in words
    assert "女性 かつ 30〜39歳 かつ 会員" in words


def test_list_takes_a_rule_of_its_own(shop: CliRunner, tmp_path: Path) -> None:
    rule = tmp_path / "men.json"
    rule.write_text(json.dumps({"field": "attribute.sex", "op": "is", "value": "male"}))
    assert said(shop, "list", "--rule", str(rule)) == f"U{2:032x}\n"


def test_explain_says_what_decided(shop: CliRunner) -> None:
    user = f"U{2:032x}"
    words = said(shop, "explain", "women_in_their_thirties", "--user", user, "--on", "2026-04-01")
    assert "*   ✗ 女性  [男性]" in words
    assert "    ✓ 会員  [はい]" in words


def test_plan_shows_sql(shop: CliRunner) -> None:
    assert "SELECT" in said(shop, "plan", "women_in_their_thirties")


def test_a_mistake_in_a_file_is_said_with_its_line(shop: CliRunner, tmp_path: Path) -> None:
    rule = tmp_path / "rule.yaml"
    rule.write_text("field: attribute.sex\nop: is\nvalue: woman\n")
    done = shop.invoke(commands, ["count", "--rule", str(rule)])
    assert "rule.yaml:3:8: value: attribute.sex has no woman" in str(done.exception)


def test_one_friend_is_a_friend_and_not_friends(shop: CliRunner) -> None:
    asked = ("count", "women_in_their_thirties", "--on")
    assert "thirties: 1 friend, 1 reachable\n" in said(shop, *asked, "2026-04-01")
    assert "thirties: 0 friends, 0 reachable\n" in said(shop, *asked, "2060-04-01")


def test_a_segment_and_a_file_are_not_asked_at_once(shop: CliRunner, tmp_path: Path) -> None:
    done = shop.invoke(commands, ["count", "morning_bread", "--rule", str(tmp_path / "any.yaml")])
    assert "not morning_bread and" in str(done.exception)
