"""Lotteries: fair within a stated bound, spread over days, and drawn again by anybody."""

import asyncio
import hashlib
import math
from collections import Counter
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.coupons import lottery, repository
from bot.coupons.model import Outcome
from tests.coupons.support import MEI, campaign, coupons, issue
from tests.points.support import sql
from tests.support import NOON

LOSING = {"title": "はずれ", "text": "また明日"}
GIFT = {"kind": "gift", "gift": "パン"}
DAY = timedelta(days=1)


def prize(key: str, one_in: int, **more: object) -> dict[str, object]:
    return {"key": key, "title": key, "value": GIFT, "one_in": one_in} | more


def test_the_odds_are_those_that_are_promised() -> None:
    """40,000 seeds; each share lies within 4.5 standard deviations (1 in 147,000 runs fails)."""
    drawn = campaign(
        lottery={"prizes": [prize("first", 100), prize("second", 10)], "losing": LOSING}
    ).lottery
    assert drawn is not None
    draws = 40_000
    won = Counter(
        lottery.draw(hashlib.sha256(b"%d" % number).digest(), drawn.odds())
        for number in range(draws)
    )
    for key, chance in (("first", 1 / 100), ("second", 1 / 10), (None, 1 - 1 / 100 - 1 / 10)):
        bound = 4.5 * math.sqrt(draws * chance * (1 - chance))
        assert abs(won[key] - draws * chance) < bound


def test_a_stock_is_spread_evenly_over_the_days() -> None:
    first, last = date(2026, 4, 1), date(2026, 4, 10)
    days = [first + n * DAY for n in range(-1, 12)]
    allowed = [lottery.allowance(25, first=first, last=last, today=day) for day in days]
    assert allowed == [0, 3, 5, 8, 10, 13, 15, 18, 20, 23, 25, 25, 25]


async def test_the_last_prize_is_won_once(engine: AsyncEngine) -> None:
    service = coupons(campaign(lottery={"prizes": [prize("only", 1, stock=2)], "losing": LOSING}))
    got = await asyncio.gather(*(issue(engine, service, person) for person in range(12)))
    assert Counter(issued.outcome for issued in got) == {Outcome.ISSUED: 2, Outcome.LOST: 10}
    assert await sql(engine, "SELECT count(*) FROM coupons") == [(2,)]
    assert await sql(engine, "SELECT count(*) FROM coupon_draws") == [(12,)]


async def test_every_draw_can_be_drawn_again(sqlite_engine: AsyncEngine) -> None:
    service = coupons(
        campaign(lottery={"prizes": [prize("a", 2, stock=3), prize("b", 3)], "losing": LOSING})
    )
    for person in range(30):
        await issue(sqlite_engine, service, person)
    async with sqlite_engine.connect() as connection:
        draws = await repository.draws_after(connection, "bread")
    assert len(draws) == 30
    assert {draw.prize for draw in draws} == {"a", "b", None}
    for draw in draws:
        assert lottery.draw(draw.seed, draw.odds) == draw.prize
        assert lottery.commitment(draw.seed) == draw.commitment


async def test_one_draw_a_day_and_the_same_tap_is_the_same_draw(
    sqlite_engine: AsyncEngine,
) -> None:
    service = coupons(
        campaign(
            limit={"per_person": 2, "per_day": 1}, lottery={"one_in": 10**9, "losing": LOSING}
        )
    )

    async def ask(why: str, days: int) -> tuple[Outcome, int]:
        issued = await issue(sqlite_engine, service, MEI, why=why, now=NOON + days * DAY)
        assert issued.draw is not None
        return issued.outcome, issued.draw.ordinal

    assert await ask("event:1", 0) == (Outcome.LOST, 1)
    assert await ask("event:1", 0) == (Outcome.LOST, 1)
    assert await ask("event:2", 0) == (Outcome.TOMORROW, 1)
    assert await ask("event:3", 1) == (Outcome.LOST, 2)
    assert await ask("event:4", 2) == (Outcome.LOST, 2)
