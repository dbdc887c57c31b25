"""What many tills fight for: one coupon, one point, one bill, and the last of a first-come coupon.

an empty database -> prepare -> shops, keys, and for each round its things
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot import keys
from bot.app import Role, create_app
from bot.clock import utc_now
from bot.coupons.campaign import Campaign
from bot.integrations import keys as api_keys
from bot.integrations.keys import Scope
from bot.membership.repository import MEMBERS
from bot.resources import ENGINE, USE_CASE
from bot.settings import Settings
from bot.staff.model import COMMAND_LINE
from bot.staff.shops import StaffShop, add_shop
from bot.store import schema
from bot.store.engine import open_engine

SHOPS: Final = 20
#: Each key may make so many calls a minute; tills that ask again and again share one with few.
TILLS_OF_A_KEY: Final = 20


@dataclass(frozen=True, slots=True)
class Things:
    """What one round is about."""

    #: Number of a coupon that can be used once.
    coupon: str
    #: A member with one point.
    member: str
    #: The till's number of the bill.
    bill: str
    #: A campaign with one coupon left.
    campaign: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A shop, ready for a rush."""

    keys: Sequence[str]
    rounds: Sequence[Things]

    def key_of(self, till: int) -> str:
        """Return the key that a till uses."""
        return self.keys[till // TILLS_OF_A_KEY]


def shop_of(till: int) -> str:
    """Return the shop that a till stands in."""
    return f"shop-{till % SHOPS:02}"


async def prepare(settings: Settings, *, tills: int, rounds: int) -> Prepared:
    """Fill an empty database."""
    engine = open_engine(str(settings.database_url))
    await schema.upgrade(engine)
    await engine.dispose()
    app = create_app(settings, roles=Role.WEB)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        made = await _keys(app, -(-tills // TILLS_OF_A_KEY))
        return Prepared(made, [await _things(app, number) for number in range(rounds)])
    finally:
        await runner.cleanup()


async def _keys(app: web.Application, count: int) -> list[str]:
    now, made = utc_now(), []
    async with app[ENGINE].begin() as connection:
        for number in range(SHOPS):
            place = StaffShop(key=shop_of(number), name=f"店舗{number}")
            await add_shop(connection, place, by=COMMAND_LINE, now=now)
        for number in range(count):
            _, text = await api_keys.add(
                connection, by=COMMAND_LINE, name=f"レジ{number}", scopes=Scope, now=now
            )
            made.append(text)
    return made


async def _things(app: web.Application, number: int) -> Things:
    now, coupons = utc_now(), app[keys.COUPONS]
    once, last = f"once_{number}", f"last_{number}"
    async with app[ENGINE].begin() as connection:
        await coupons.campaigns.store(connection, _campaign(once, None), now=now)
        await coupons.campaigns.store(connection, _campaign(last, 1), now=now)
    async with app[USE_CASE]() as unit:
        person_id = app[keys.PEOPLE].create(unit, now=now).person_id
        unit.know_absent(MEMBERS, person_id)
        member = await app[keys.MEMBERSHIP].enrol(unit, person_id, now=now)
    async with app[USE_CASE]() as unit:
        issued = await coupons.issue(unit, person_id, once, why="bench", now=now)
        await app[keys.POINTS].earn(
            unit, person_id, 1, key=f"bench-{number}", reason="bench", now=now
        )
    assert issued.coupon is not None  # noqa: S101 - nothing forbids it
    return Things(issued.coupon.number, member.number, f"bill-{number}", last)


def _campaign(key: str, total: int | None) -> Campaign:
    return Campaign.model_validate(
        {
            "key": key,
            "title": "食パン",
            "value": {"kind": "yen_off", "yen": 100},
            "text": "焼きたて",
            "validity": {"kind": "days", "days": 30},
            "visibility": "link",
            "limit": {"total": total},
        },
        strict=False,
    )
