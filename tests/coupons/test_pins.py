"""The shop's PIN: five tries, then a rest, however many try at once."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.coupons import locks, pins
from bot.coupons.pins import Checked
from tests.coupons.support import KEN, MEI, TILL
from tests.support import NOON

SHOP, PIN = "ginza", "4821"
REST = timedelta(minutes=15)


@pytest.fixture
async def shop(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as connection:
        await pins.set_pin(connection, SHOP, PIN, actor=TILL, now=NOON)
    return engine


async def check(
    engine: AsyncEngine, pin: str, *, person: int = MEI, now: datetime = NOON
) -> Checked:
    async with engine.begin() as connection:
        return await pins.check(connection, SHOP, person, pin, now=now)


async def test_five_misses_rest_for_fifteen_minutes(shop: AsyncEngine) -> None:
    assert (await check(shop, PIN)).is_right
    assert [(await check(shop, "0000")).left for _ in range(4)] == [4, 3, 2, 1]
    assert (await check(shop, "0000")).locked_until == NOON + REST
    assert not (await check(shop, PIN)).is_right
    assert (await check(shop, PIN, person=KEN)).is_right
    later = NOON + REST
    assert not (await check(shop, PIN, now=later - timedelta(seconds=1))).is_right
    assert (await check(shop, PIN, now=later)).is_right


async def test_a_hundred_tries_at_once_are_five(shop: AsyncEngine) -> None:
    tried = await asyncio.gather(*(check(shop, f"{number:04}") for number in range(100)))
    assert sum(checked.left > 0 for checked in tried) == 4
    assert not (await check(shop, PIN)).is_right


async def test_a_crowd_that_guesses_together_is_stopped(sqlite_engine: AsyncEngine) -> None:
    async with sqlite_engine.begin() as connection:
        for number in range(pins.TRIES_OF_ALL):
            await locks.attempt(connection, f"pin:{SHOP}", most=pins.TRIES_OF_ALL, now=NOON)
            del number
    assert (await check(sqlite_engine, "0000", person=77)).locked_until == NOON + REST


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４", "1111"])
async def test_what_is_no_pin_is_refused(sqlite_engine: AsyncEngine, pin: str) -> None:
    async with sqlite_engine.begin() as connection:
        with pytest.raises(pins.PinError):
            await pins.set_pin(connection, SHOP, pin, actor=TILL, now=NOON)
