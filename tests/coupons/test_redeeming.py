"""Using a coupon: one winner, named to everybody else; and taking it back."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.coupons import redeeming
from bot.coupons.model import (
    AlreadyUsedError,
    ExpiredError,
    KeyReusedError,
    NotYetError,
    Redemption,
    UndoError,
    UnknownCouponError,
)
from bot.points.actor import Actor
from tests.coupons.support import KEN, TILL, campaign, coupons, held, issue, redeem
from tests.points.support import a_unit, sql
from tests.support import NOON

MINUTE = timedelta(minutes=1)
OTHER = Actor(staff_id=4, shop="ueno", device="till-9")


async def undo(
    engine: AsyncEngine, redemption: Redemption, *, after: timedelta = MINUTE, **more: object
) -> Redemption:
    options = {"reason": "打ち間違い", "actor": TILL, "now": NOON + after} | more
    async with a_unit(engine) as unit:
        return await redeeming.undo(unit, redemption.redemption_id, **options)  # type: ignore[arg-type]


async def test_two_hundred_tills_use_a_coupon_once(engine: AsyncEngine) -> None:
    coupon = await held(engine)

    async def till(number: int) -> Redemption | AlreadyUsedError:
        actor = Actor(staff_id=number, shop="ginza", device=f"till-{number}")
        try:
            return await redeem(engine, coupon, key=f"key-{number}", actor=actor)
        except AlreadyUsedError as error:
            return error

    came = await asyncio.gather(*map(till, range(200)))
    (winner,) = [each for each in came if isinstance(each, Redemption)]
    told = {each.redemption for each in came if isinstance(each, AlreadyUsedError)}
    assert {each.redemption_id for each in told} == {winner.redemption_id}
    assert {each.actor for each in told} == {winner.actor}
    assert await sql(engine, "SELECT state, used FROM coupons") == [("used", 1)]
    assert await sql(engine, "SELECT count(*) FROM domain_events WHERE kind = 'coupon.redeemed'")


async def test_one_call_repeated_with_its_key_succeeds_every_time(engine: AsyncEngine) -> None:
    coupon = await held(engine)
    came = await asyncio.gather(*(redeem(engine, coupon, key="same") for _ in range(20)))
    assert len({each.redemption_id for each in came}) == 1
    assert sum(each.is_new for each in came) == 1
    (other,) = [(await issue(engine, coupons(campaign()), KEN)).coupon]
    assert other is not None
    with pytest.raises(KeyReusedError):
        await redeem(engine, other, key="same")


async def test_a_redemption_is_taken_back_within_five_minutes(engine: AsyncEngine) -> None:
    coupon = await held(engine)
    used = await redeem(engine, coupon)
    with pytest.raises(UndoError, match="reason"):
        await undo(engine, used, reason="  ")
    with pytest.raises(UndoError, match="colleague"):
        await undo(engine, used, actor=OTHER)
    with pytest.raises(UndoError, match="five minutes"):
        await undo(engine, used, after=5 * MINUTE)
    back = await undo(engine, used, actor=OTHER, may_undo_others=True)
    assert back.undone_at == NOON + MINUTE
    with pytest.raises(UndoError, match="already"):
        await undo(engine, used)
    with pytest.raises(KeyReusedError):
        await redeem(engine, coupon)
    again = await redeem(engine, coupon, key="till-1:2")
    assert (again.use_no, again.is_new) == (1, True)
    with pytest.raises(AlreadyUsedError):
        await redeem(engine, coupon, key="till-1:3")


async def test_many_who_take_back_at_once_give_one_use_back(engine: AsyncEngine) -> None:
    coupon = await held(engine, uses=2)
    used = await redeem(engine, coupon)
    await redeem(engine, coupon, key="till-1:2")

    async def back() -> bool:
        try:
            await undo(engine, used)
        except UndoError:
            return False
        return True

    assert sum(await asyncio.gather(*(back() for _ in range(10)))) == 1
    assert await sql(engine, "SELECT state, used FROM coupons") == [("held", 1)]
    assert (await redeem(engine, coupon, key="till-1:3")).use_no == 1


async def test_a_coupon_for_several_uses_is_used_so_often(sqlite_engine: AsyncEngine) -> None:
    coupon = await held(sqlite_engine, uses=3)
    uses = [await redeem(sqlite_engine, coupon, key=f"k{number}") for number in range(3)]
    assert [use.use_no for use in uses] == [1, 2, 3]
    with pytest.raises(AlreadyUsedError):
        await redeem(sqlite_engine, coupon, key="k4")


async def test_a_coupon_is_not_used_before_or_after_its_time(sqlite_engine: AsyncEngine) -> None:
    coupon = await held(sqlite_engine, validity={"kind": "days", "days": 1})
    with pytest.raises(NotYetError):
        await redeem(sqlite_engine, coupon, now=NOON - MINUTE)
    assert coupon.valid_until is not None
    with pytest.raises(ExpiredError):
        await redeem(sqlite_engine, coupon, now=coupon.valid_until)
    await redeem(sqlite_engine, coupon, now=coupon.valid_until - timedelta(milliseconds=1))
    async with a_unit(sqlite_engine) as unit:
        with pytest.raises(UnknownCouponError):
            await redeeming.redeem(unit, 1, key="x", how="api", actor=TILL, now=NOON)
