"""The counter: codes are looked at, PINs are typed, guesses run dry."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import content
from bot.coupons import counter, pins
from bot.coupons.counter import Counter
from bot.coupons.model import Redemption, UnknownCouponError
from bot.coupons.pins import Checked
from bot.coupons.receipts import Receipts
from bot.membership.codes import Codes, ForeignCodeError, ForgedCodeError, Kind, StaleCodeError
from tests.coupons.support import KEN, MEI, TILL, campaign, coupons, held
from tests.points.support import a_unit
from tests.support import NOON

CODES = Codes("a secret")
COUNTER = Counter(coupons(campaign()), CODES, Receipts(content.account(), content.wallet()))
MINUTE = timedelta(minutes=1)


async def test_a_look_changes_nothing_and_old_or_foreign_codes_are_named(
    sqlite_engine: AsyncEngine,
) -> None:
    coupon = await held(sqlite_engine)
    code = COUNTER.code(coupon, now=NOON)
    other = Codes("another").make(Kind.COUPON, coupon.number, now=NOON)
    async with a_unit(sqlite_engine) as unit:
        for text in (code.payload, code.typed, code.payload):
            scanned = await COUNTER.scan(unit, text, actor=TILL, now=NOON)
            assert scanned.coupon == coupon
        old = await COUNTER.scan(unit, code.payload, actor=TILL, now=NOON + MINUTE)
        foreign = await COUNTER.scan(unit, other.payload, actor=TILL, now=NOON)
    assert isinstance(old.error, StaleCodeError)
    assert isinstance(foreign.error, ForeignCodeError)


async def test_guessed_digits_run_dry_and_scans_go_on(sqlite_engine: AsyncEngine) -> None:
    coupon = await held(sqlite_engine)
    code = COUNTER.code(coupon, now=NOON)
    wrong = code.typed[:-1] + ("1" if code.typed[-1] != "1" else "2")
    async with a_unit(sqlite_engine) as unit:
        for _ in range(counter.TRIES + 1):
            guess = await COUNTER.scan(unit, wrong, actor=TILL, now=NOON)
            assert isinstance(guess.error, ForgedCodeError)
        assert guess.locked_until == NOON + 15 * MINUTE
        right = await COUNTER.scan(unit, code.typed, actor=TILL, now=NOON)
        assert (right.coupon, right.locked_until) == (None, NOON + 15 * MINUTE)
        assert (await COUNTER.scan(unit, code.payload, actor=TILL, now=NOON)).coupon == coupon


async def test_the_shops_pin_uses_the_coupon_of_its_owner(sqlite_engine: AsyncEngine) -> None:
    coupon = await held(sqlite_engine)
    async with sqlite_engine.begin() as connection:
        await pins.set_pin(connection, "ginza", "4821", actor=TILL, now=NOON)

    async def use(person_id: int, pin: str) -> Redemption | Checked:
        async with a_unit(sqlite_engine) as unit:
            return await COUNTER.use_pin(
                unit, person_id, coupon.coupon_id, shop="ginza", pin=pin, key="phone:1", now=NOON
            )

    assert await use(MEI, "0000") == Checked(is_right=False, left=4)
    with pytest.raises(UnknownCouponError):
        await use(KEN, "4821")
    used = await use(MEI, "4821")
    assert isinstance(used, Redemption)
    assert (used.how, used.actor.shop) == ("pin", "ginza")
