"""Points, as a member's statement shows them."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.points import expiry
from bot.points.actor import Actor
from bot.points.model import (
    AmountError,
    Change,
    KeyReusedError,
    Kind,
    NotEnoughPointsError,
    NotReversibleError,
)
from tests.points.support import KEN, MEI, POINTS, a_unit, assert_books_balance, sql
from tests.support import NOON

YEAR = timedelta(days=400)
STAFF = Actor(staff_id=3, shop="ginza", device="till-1")


async def earn(
    engine: AsyncEngine, points: int, *, key: str, person: int = MEI, now: datetime = NOON
) -> Change:
    async with a_unit(engine) as unit:
        return await POINTS.earn(unit, person, points, key=key, reason="お買上げ", now=now)


async def spend(engine: AsyncEngine, points: int, *, key: str, now: datetime = NOON) -> Change:
    async with a_unit(engine) as unit:
        return await POINTS.spend(unit, MEI, points, key=key, reason="お会計", now=now)


async def reverse(
    engine: AsyncEngine,
    change_id: int,
    *,
    key: str,
    points: int | None = None,
    now: datetime = NOON,
) -> Change:
    async with a_unit(engine) as unit:
        return await POINTS.reverse(
            unit, change_id, points=points, key=key, reason="取り消し", actor=STAFF, now=now
        )


async def balance(engine: AsyncEngine, now: datetime = NOON) -> int:
    async with a_unit(engine) as unit:
        return (await POINTS.balance(unit, MEI, now=now)).points


async def test_what_is_earned_can_be_spent(engine: AsyncEngine) -> None:
    await earn(engine, 120, key="a")
    change = await spend(engine, 50, key="b")
    assert (change.points, change.balance_after) == (-50, 70)
    assert await balance(engine) == 70
    assert await balance(engine) == 70
    with pytest.raises(NotEnoughPointsError, match="70"):
        await spend(engine, 71, key="c")
    assert await balance(engine) == 70
    await assert_books_balance(engine)


async def test_a_key_changes_something_once(engine: AsyncEngine) -> None:
    first = await earn(engine, 120, key="a")
    again = await earn(engine, 120, key="a")
    assert (again.change_id, again.is_new) == (first.change_id, False)
    assert await balance(engine) == 120
    with pytest.raises(KeyReusedError):
        await earn(engine, 121, key="a")
    with pytest.raises(KeyReusedError):
        await earn(engine, 120, key="a", person=KEN)
    with pytest.raises(KeyReusedError):
        await spend(engine, 120, key="a")
    assert await sql(engine, "SELECT count(*) FROM domain_events") == [(1,)]


async def test_what_expires_first_is_spent_first(sqlite_engine: AsyncEngine) -> None:
    engine = sqlite_engine
    await earn(engine, 100, key="new", now=NOON + timedelta(days=60))
    await earn(engine, 100, key="old")
    await spend(engine, 130, key="spend")
    rows = await sql(engine, "SELECT remaining FROM point_lots ORDER BY expires_at")
    assert rows == [(0,), (70,)]


async def test_points_expire_once(engine: AsyncEngine) -> None:
    await earn(engine, 100, key="a")
    await earn(engine, 30, key="b", now=NOON + timedelta(days=60))
    async with engine.connect() as connection:
        near = await expiry.expiring(connection, within=YEAR, now=NOON, limit=1)
        rest = await expiry.expiring(connection, within=YEAR, now=NOON, after=near[0])
        soon = await expiry.expiring(connection, within=timedelta(days=30), now=NOON)
    assert [(lot.person_id, lot.points) for lot in (*near, *rest)] == [(MEI, 100)]
    assert soon == []
    then = near[0].expires_at
    assert await expiry.expire_due(engine, POINTS, now=then - timedelta(seconds=1)) == 0
    done = await asyncio.gather(*(expiry.expire_due(engine, POINTS, now=then) for _ in range(3)))
    assert max(done) == 1
    assert await balance(engine, then) == 30
    history = await sql(
        engine, "SELECT kind, points, balance_after FROM point_changes ORDER BY id"
    )
    assert history[-1] == ("expire", -100, 30)
    await assert_books_balance(engine)


async def test_what_has_expired_is_not_spent_before_the_clock_came_round(
    sqlite_engine: AsyncEngine,
) -> None:
    await earn(sqlite_engine, 100, key="a")
    assert await balance(sqlite_engine, NOON + YEAR) == 0
    with pytest.raises(NotEnoughPointsError):
        await spend(sqlite_engine, 1, key="b", now=NOON + YEAR)
    await assert_books_balance(sqlite_engine)


async def test_points_taken_back_after_they_were_spent_are_owed(
    sqlite_engine: AsyncEngine,
) -> None:
    engine = sqlite_engine
    bought = await earn(engine, 100, key="a")
    await earn(engine, 10, key="b")
    await spend(engine, 80, key="c")
    taken = await reverse(engine, bought.change_id, key="d")
    assert (taken.kind, taken.points, taken.balance_after) == (Kind.REVERSE, -100, 0)
    assert await sql(engine, "SELECT owed FROM point_balances") == [(70,)]
    later = await earn(engine, 100, key="e")
    assert later.balance_after == 30
    await assert_books_balance(engine)


async def test_spent_points_go_back_where_they_came_from(sqlite_engine: AsyncEngine) -> None:
    engine = sqlite_engine
    await earn(engine, 50, key="a")
    await earn(engine, 50, key="b", now=NOON + timedelta(days=60))
    spent = await spend(engine, 70, key="c", now=NOON + timedelta(days=60))
    await reverse(engine, spent.change_id, points=30, key="d")
    assert await sql(engine, "SELECT remaining FROM point_lots ORDER BY id") == [(10,), (50,)]
    again = await reverse(engine, spent.change_id, points=30, key="d")
    assert not again.is_new
    with pytest.raises(NotReversibleError, match="40"):
        await reverse(engine, spent.change_id, points=41, key="e")
    await reverse(engine, spent.change_id, key="f")
    with pytest.raises(NotReversibleError):
        await reverse(engine, spent.change_id, key="g")
    assert await sql(engine, "SELECT remaining FROM point_lots ORDER BY id") == [(50,), (50,)]
    await assert_books_balance(engine)


async def test_points_that_come_back_too_late_are_good_for_a_month(
    sqlite_engine: AsyncEngine,
) -> None:
    engine = sqlite_engine
    await earn(engine, 50, key="a")
    spent = await spend(engine, 20, key="b")
    late = NOON + YEAR
    back = await reverse(engine, spent.change_id, key="c", now=late)
    assert back.balance_after == 20
    assert await balance(engine, late + timedelta(days=29)) == 20
    assert await balance(engine, late + timedelta(days=31)) == 0
    await assert_books_balance(engine)


async def test_staff_correct_a_balance_with_a_reason(sqlite_engine: AsyncEngine) -> None:
    engine = sqlite_engine
    async with a_unit(engine) as unit:
        adjust = partial(POINTS.adjust, unit, MEI, actor=STAFF, now=NOON)
        await adjust(40, key="a", reason="お詫び")
        with pytest.raises(AmountError, match="reason"):
            await adjust(40, key="b", reason=" ")
        down = await adjust(-15, key="c", reason="打ち間違い")
    assert down.balance_after == 25
    assert (await sql(engine, "SELECT staff_id, shop, device FROM point_changes"))[0] == (
        3, "ginza", "till-1",
    )  # fmt: skip
    await assert_books_balance(engine)


@pytest.mark.parametrize("points", [0, -1, 1_000_001])
async def test_an_amount_that_cannot_be_meant_changes_nothing(
    sqlite_engine: AsyncEngine, points: int
) -> None:
    with pytest.raises(AmountError):
        await earn(sqlite_engine, points, key="a")
    with pytest.raises(AmountError):
        await spend(sqlite_engine, points, key="b")
    assert await sql(sqlite_engine, "SELECT count(*) FROM point_changes") == [(0,)]


async def test_the_last_point_is_spent_once_by_fifty(engine: AsyncEngine) -> None:
    await earn(engine, 1, key="a")

    async def one(number: int) -> bool:
        try:
            await spend(engine, 1, key=f"spend-{number}")
        except NotEnoughPointsError:
            return False
        return True

    assert sum(await asyncio.gather(*map(one, range(50)))) == 1
    assert await balance(engine) == 0
    await assert_books_balance(engine)


async def test_one_key_by_many_at_once_spends_once(engine: AsyncEngine) -> None:
    await earn(engine, 100, key="a")
    changes = await asyncio.gather(*(spend(engine, 10, key="same") for _ in range(20)))
    assert len({change.change_id for change in changes}) == 1
    assert await balance(engine) == 90


async def test_the_books_balance_after_much_at_once(engine: AsyncEngine) -> None:
    first = await earn(engine, 60, key="first")

    async def one(number: int) -> None:
        with suppress(NotEnoughPointsError, NotReversibleError):
            if number % 3 == 0:
                await earn(engine, number + 1, key=f"k{number}")
            elif number % 3 == 1:
                await spend(engine, number, key=f"k{number}")
            else:
                await reverse(engine, first.change_id, points=7, key=f"k{number}")

    await asyncio.gather(*map(one, range(30)))
    await assert_books_balance(engine)
