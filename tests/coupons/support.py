"""Coupons in a test: campaigns as their authors write them, and a transaction for each act."""

from datetime import datetime
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.content.yaml_source import Source
from bot.coupons import redeeming
from bot.coupons.campaign import Campaign
from bot.coupons.model import Coupon, Issued, Redemption
from bot.coupons.service import Coupons
from bot.coupons.shelf import Campaigns
from bot.points.actor import Actor
from tests.points.support import a_unit
from tests.support import NOON

MEI, KEN = 1, 2
TILL = Actor(staff_id=3, shop="ginza", device="till-1")


def campaign(**more: Any) -> Campaign:
    """A campaign of bread, unless said otherwise."""
    values: dict[str, Any] = {
        "key": "bread",
        "title": "食パン",
        "value": {"kind": "yen_off", "yen": 100},
        "text": "焼きたて",
        "validity": {"kind": "days", "days": 7},
    }
    return Source(yaml.safe_dump(values | more), name="bread.yaml").parse(Campaign)


def coupons(*campaigns: Campaign) -> Coupons:
    return Coupons(Campaigns({item.key: item for item in campaigns}))


async def issue(
    engine: AsyncEngine,
    service: Coupons,
    person: int = MEI,
    *,
    key: str = "bread",
    why: str = "event:1",
    now: datetime = NOON,
) -> Issued:
    async with a_unit(engine) as unit:
        return await service.issue(unit, person, key, why=why, now=now)


async def held(engine: AsyncEngine, **more: Any) -> Coupon:
    """A coupon in Mei's hands."""
    issued = await issue(engine, coupons(campaign(**more)))
    assert issued.coupon is not None
    return issued.coupon


async def redeem(
    engine: AsyncEngine,
    coupon: Coupon,
    *,
    key: str = "till-1:1",
    actor: Actor = TILL,
    now: datetime = NOON,
) -> Redemption:
    async with a_unit(engine) as unit:
        return await redeeming.redeem(
            unit, coupon.coupon_id, key=key, how="code", actor=actor, now=now
        )
