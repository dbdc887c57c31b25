"""Stamp cards: a stamp a visit, whatever is scanned how often."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.coupons.model import KeyReusedError, UndoError
from bot.coupons.stamp_rules import StampRules
from bot.coupons.stamps import Stamped, Stamping, Stamps
from bot.friends.model import Friend
from bot.membership.codes import Codes, Kind, NotACodeError, StaleCodeError
from tests.coupons.support import KEN, MEI, TILL, campaign, coupons
from tests.points.support import POINTS, a_unit, assert_books_balance, sql
from tests.support import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CODES = Codes("a secret")
STAMPS = Stamps(
    StampRules.model_validate(
        {
            "key": "bread",
            "name": "パン",
            "size": 3,
            "interval_hours": 3,
            "per_day": 1,
            "bonuses": [{"at": 2, "points": 50}, {"at": 3, "coupon": "bread"}],
        }
    ),
    POINTS,
    coupons(campaign(visibility="hidden")),
    CODES,
    reason="スタンプ",
)
MEIS = Friend(friend_id=1, user_id="U1", person_id=MEI)


async def stamp(
    engine: AsyncEngine, *, key: str = "k", person: int = MEI, now: datetime = NOON
) -> Stamped:
    async with a_unit(engine) as unit:
        return await STAMPS.stamp(unit, person, key=key, actor=TILL, now=now)


async def test_ten_scans_at_once_are_one_stamp(engine: AsyncEngine) -> None:
    came = await asyncio.gather(*(stamp(engine, key=f"k{number}") for number in range(10)))
    outcomes = [each.outcome for each in came]
    assert outcomes.count(Stamping.STAMPED) == 1
    assert outcomes.count(Stamping.TOO_SOON) == 9
    again = await asyncio.gather(*(stamp(engine, key="ken", person=KEN) for _ in range(5)))
    assert {each.visit_id for each in again} == {again[0].visit_id}
    with pytest.raises(KeyReusedError):
        await stamp(engine, key="ken")
    assert await sql(engine, "SELECT stamps FROM stamp_cards ORDER BY person_id") == [(1,), (1,)]


async def test_a_card_brings_its_bonuses_and_begins_anew(sqlite_engine: AsyncEngine) -> None:
    came = [await stamp(sqlite_engine, key=f"k{day}", now=NOON + day * DAY) for day in range(7)]
    cards = [(each.card.round, each.card.stamps) for each in came]
    assert cards == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]
    assert await sql(sqlite_engine, "SELECT ordinal, state FROM coupons") == [
        (1, "held"),
        (2, "held"),
    ]
    assert came[2].coupon is not None
    assert came[2].coupon.is_new
    assert await sql(sqlite_engine, "SELECT balance FROM point_balances") == [(100,)]
    await assert_books_balance(sqlite_engine)


async def test_one_stamp_a_day_and_some_hours_between(sqlite_engine: AsyncEngine) -> None:
    first = await stamp(sqlite_engine, key="a")
    soon = await stamp(sqlite_engine, key="b", now=NOON + 2 * HOUR)
    later = await stamp(sqlite_engine, key="c", now=NOON + 4 * HOUR)
    assert first.outcome is Stamping.STAMPED
    assert (soon.outcome, soon.next_at) == (Stamping.TOO_SOON, NOON + 3 * HOUR)
    assert (later.outcome, later.next_at) == (Stamping.TODAY_DONE, NOON + 12 * HOUR)
    assert (await stamp(sqlite_engine, key="d", now=NOON + 12 * HOUR)).is_new


async def test_the_shops_code_counts_for_its_moment(sqlite_engine: AsyncEngine) -> None:
    code = CODES.make(Kind.VISIT, "ginza", now=NOON).payload
    card = CODES.make(Kind.MEMBER, "2000000000008", now=NOON).payload
    async with a_unit(sqlite_engine) as unit:
        with pytest.raises(StaleCodeError):
            await STAMPS.visit(unit, MEIS, code, why="event:1", now=NOON + HOUR)
        with pytest.raises(NotACodeError):
            await STAMPS.visit(unit, MEIS, card, why="event:1", now=NOON)
        await STAMPS.visit(unit, MEIS, code, why="event:1", now=NOON)
    assert await sql(sqlite_engine, "SELECT shop FROM stamp_visits") == [("ginza",)]


async def test_a_stamp_is_taken_back_with_its_points(sqlite_engine: AsyncEngine) -> None:
    await stamp(sqlite_engine, key="a")
    second = await stamp(sqlite_engine, key="b", now=NOON + DAY)
    minute = timedelta(minutes=1)

    async def undo(visit_id: int, now: datetime) -> int:
        async with a_unit(sqlite_engine) as unit:
            card = await STAMPS.undo(unit, visit_id, reason="間違い", actor=TILL, now=now)
            return card.stamps

    with pytest.raises(UndoError, match="five minutes"):
        await undo(second.visit_id, NOON + DAY + 5 * minute)
    assert await undo(second.visit_id, NOON + DAY + minute) == 1
    with pytest.raises(UndoError):
        await undo(second.visit_id, NOON + DAY + minute)
    assert await sql(sqlite_engine, "SELECT balance FROM point_balances") == [(0,)]
    again = await stamp(sqlite_engine, key="c", now=NOON + DAY + 2 * minute)
    assert again.card.stamps == 2
    third = await stamp(sqlite_engine, key="d", now=NOON + 2 * DAY)
    with pytest.raises(UndoError, match="coupon"):
        await undo(third.visit_id, NOON + 2 * DAY)
    await assert_books_balance(sqlite_engine)
