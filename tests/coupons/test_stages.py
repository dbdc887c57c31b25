"""What becomes of coupons is what the table of transitions says, and nothing else."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.coupons import blocks, redeeming
from bot.coupons.campaign import Campaign
from bot.coupons.model import TRANSITIONS, Act, Stage
from bot.coupons.standing import stage
from tests.coupons.support import KEN, MEI, TILL, campaign, coupons, held, issue, redeem
from tests.points.support import a_unit
from tests.support import NOON

DAY = timedelta(days=1)


class Watcher:
    """Notes where a person stood before and after each act."""

    def __init__(self, engine: AsyncEngine, person: int = MEI) -> None:
        self._engine = engine
        self._person = person
        self._last: Stage | None = None
        self.seen: set[tuple[tuple[Stage | None, Act], Stage]] = set()

    async def after(self, act: Act, item: Campaign, *, now: datetime = NOON) -> None:
        async with self._engine.connect() as connection:
            found = await stage(connection, self._person, item, now=now)
        assert found is not None
        self.seen.add(((self._last, act), found))
        self._last = found


async def test_every_transition_happens_as_it_is_drawn(sqlite_engine: AsyncEngine) -> None:
    engine = sqlite_engine
    seen = set()
    period = {"from": date(2026, 4, 1), "until": date(2026, 4, 2)}
    few = campaign(key="few", limit={"total": 1}, period=period)

    mei = Watcher(engine)
    async with engine.connect() as connection:
        assert await stage(connection, MEI, few, now=NOON - DAY) is None
    await mei.after(Act.OPEN, few)
    await issue(engine, coupons(few), KEN, key="few")
    await mei.after(Act.SELL_OUT, few)
    more = campaign(key="few", limit={"total": 2}, period=period)
    await mei.after(Act.RESTOCK, more)
    await mei.after(Act.END, more, now=NOON + 2 * DAY)
    seen |= mei.seen

    mei, bread = Watcher(engine), campaign()
    await mei.after(Act.OPEN, bread)
    coupon = await held(engine)
    await mei.after(Act.TAKE, bread)
    used = await redeem(engine, coupon)
    await mei.after(Act.REDEEM, bread)
    async with a_unit(engine) as unit:
        await redeeming.undo(unit, used.redemption_id, reason="間違い", actor=TILL, now=NOON)
    await mei.after(Act.UNDO, bread)
    await mei.after(Act.END, bread, now=NOON + 8 * DAY)
    seen |= mei.seen

    mei, losing = Watcher(engine), {"title": "はずれ", "text": "また"}
    luck = campaign(key="luck", lottery={"one_in": 10**9, "losing": losing})
    await mei.after(Act.OPEN, luck)
    await issue(engine, coupons(luck), key="luck")
    await mei.after(Act.LOSE, luck)
    seen |= mei.seen
    assert seen == set(TRANSITIONS.items())


async def test_a_block_within_a_day_is_counted_against_the_coupon(engine: AsyncEngine) -> None:
    service = coupons(campaign(), campaign(key="cake"))
    for person in range(4):
        await issue(engine, service, person)
    await issue(engine, service, 0, key="cake", now=NOON - 2 * DAY)
    async with engine.begin() as connection:
        await blocks.note(connection, person_id=0, at=NOON + DAY / 2)
        await blocks.note(connection, person_id=1, at=NOON + DAY)
        await blocks.note(connection, person_id=2, at=NOON - DAY)
        counted = await blocks.per_campaign(connection, since=NOON - 3 * DAY)
        recent = await blocks.per_campaign(connection, since=NOON)
    assert [(c.campaign, c.issued, c.blocked) for c in counted] == [
        ("bread", 4, 1),
        ("cake", 1, 0),
    ]
    assert [c.rate for c in recent] == [0.25]
