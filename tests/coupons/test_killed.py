"""A till's process dies in the middle of a redemption: nothing is half done."""

import asyncio
import signal
import sys

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.coupons.model import AlreadyUsedError
from tests.coupons.support import held, redeem
from tests.points.support import sql

DYING = """
import asyncio, sys
from datetime import UTC, datetime
from bot.coupons import redeeming
from bot.points.actor import Actor
from bot.store.engine import open_engine
from bot.store.unit import Unit

NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)

async def main(url, coupon_id):
    async with open_engine(url).begin() as connection:
        await redeeming.redeem(
            Unit(connection), int(coupon_id), key="dying", how="code", actor=Actor(), now=NOON
        )
        print("used, not committed", flush=True)
        await asyncio.sleep(60)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_who_is_killed_before_the_commit_has_used_nothing(
    engine: AsyncEngine, database_url: str
) -> None:
    coupon = await held(engine)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, database_url, str(coupon.coupon_id),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert b"not committed" in await asyncio.wait_for(process.stdout.readline(), 30)
    waiting = asyncio.create_task(redeem(engine, coupon, key="alive"))
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert (await waiting).is_new
    with pytest.raises(AlreadyUsedError):
        await redeem(engine, coupon, key="dying")
    assert await sql(engine, "SELECT key FROM redemptions") == [("alive",)]
