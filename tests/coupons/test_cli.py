"""enishi coupons, as it is typed."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.coupons import commands
from bot.coupons.shelf import Campaigns
from bot.errors import SetupError
from bot.store.engine import open_engine
from bot.store.tables.coupons import coupon_draws
from tests.coupons.support import campaign, coupons, issue
from tests.support import NOON


@pytest.fixture
def shop(sqlite_url: str) -> CliRunner:
    losing = {"title": "はずれ", "text": "また"}
    luck = campaign(key="luck", lottery={"one_in": 2, "losing": losing})

    async def fill() -> None:
        engine = open_engine(sqlite_url)
        async with engine.begin() as connection:
            for item in (luck, campaign(key="web", serials="pool")):
                await Campaigns({}).store(connection, item, now=NOON)
        for person in range(20):
            await issue(engine, coupons(luck), person, key="luck")
        await engine.dispose()

    asyncio.run(fill())
    return CliRunner(env={"DATABASE_URL": sqlite_url})


def said(shop: CliRunner, *words: str, code: int = 0) -> str:
    done = shop.invoke(commands, words)
    assert done.exit_code == code, done.output
    return str(done.output)


def test_codes_are_loaded_once(shop: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("\ufeffA-1,first\nA-2\n\nA-1\n", "utf-8")
    assert "2 new codes" in said(shop, "load-codes", "web", str(file))
    assert "0 new codes" in said(shop, "load-codes", "web", str(file))
    for words in (("luck", str(file)), ("gone", str(file)), ("web", str(tmp_path / "no.csv"))):
        refused = shop.invoke(commands, ["load-codes", *words])
        assert isinstance(refused.exception, SetupError)
    assert "public, 0 out, 0 used, 0 blocked after" in said(shop, "list")


def test_an_audit_finds_a_draw_that_was_changed(shop: CliRunner, sqlite_url: str) -> None:
    assert "20 draws, 0 of them otherwise" in said(shop, "audit", "luck")

    async def cheat() -> None:
        engine = open_engine(sqlite_url)
        async with engine.begin() as connection:
            lost = coupon_draws.c.prize.is_(None)
            await connection.execute(coupon_draws.update().where(lost).values(prize="win"))
        await engine.dispose()

    asyncio.run(cheat())
    assert "drawn again None" in said(shop, "audit", "luck", code=1)
