"""Who gets a coupon, how many there are, and until when it is good."""

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import TOKYO
from bot.content import ContentError
from bot.coupons.campaign import Campaign, load_all, read, written
from bot.coupons.model import Outcome, UnknownCampaignError
from bot.coupons.numbers import draw_number, draw_serial, is_number, is_serial
from tests.coupons.support import KEN, MEI, campaign, coupons, issue
from tests.points.support import a_unit, sql
from tests.support import NOON

DAY = timedelta(days=1)


def tokyo(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=TOKYO)


async def test_asking_again_shows_the_same_coupon(engine: AsyncEngine) -> None:
    service = coupons(campaign())
    first = await issue(engine, service)
    again = await issue(engine, service, why="event:2")
    assert (first.outcome, again.outcome) == (Outcome.ISSUED, Outcome.HELD)
    assert first.coupon is not None
    assert again.coupon is not None
    assert again.coupon.number == first.coupon.number
    assert first.coupon.valid_until == tokyo(2026, 4, 8)
    over = await issue(engine, service, why="event:3", now=NOON + 7 * DAY)
    assert over.outcome is Outcome.EXPIRED
    assert await sql(engine, "SELECT kind FROM domain_events") == [("coupon.issued",)]


async def test_one_person_who_asks_many_times_at_once_gets_one(engine: AsyncEngine) -> None:
    service = coupons(campaign(limit={"total": 100}))
    got = await asyncio.gather(
        *(issue(engine, service, why=f"event:{number}") for number in range(10))
    )
    assert Counter(issued.outcome for issued in got) == {Outcome.ISSUED: 1, Outcome.HELD: 9}
    assert await sql(engine, "SELECT issued FROM coupon_counters") == [(1,)]


async def test_the_last_coupons_go_to_as_many_people(engine: AsyncEngine) -> None:
    service = coupons(campaign(limit={"total": 3}))
    got = await asyncio.gather(*(issue(engine, service, person) for person in range(30)))
    assert Counter(issued.outcome for issued in got) == {Outcome.ISSUED: 3, Outcome.SOLD_OUT: 27}
    assert await sql(engine, "SELECT count(*) FROM coupons") == [(3,)]


async def test_a_pool_hands_out_each_code_once(engine: AsyncEngine) -> None:
    service = coupons(campaign(serials="pool"))
    async with a_unit(engine) as unit:
        loaded = await service.campaigns.load_serials(
            unit.connection, "bread", ["A-1", " A-2 ", "A-1", ""]
        )
    assert loaded == 2
    got = await asyncio.gather(*(issue(engine, service, person) for person in range(5)))
    serials = sorted(issued.coupon.serial or "" for issued in got if issued.coupon)
    assert serials == ["A-1", "A-2"]
    assert Counter(i.outcome for i in got)[Outcome.SOLD_OUT] == 3


async def test_another_one_follows_when_the_first_is_over(sqlite_engine: AsyncEngine) -> None:
    service = coupons(campaign(limit={"per_person": 2}))
    now = NOON
    outcomes = []
    for number in range(3):
        issued = await issue(sqlite_engine, service, why=f"event:{number}", now=now)
        outcomes.append(issued.outcome)
        now += 8 * DAY
    assert outcomes == [Outcome.ISSUED, Outcome.ISSUED, Outcome.EXPIRED]


async def test_a_period_opens_and_closes_at_midnight_in_tokyo(sqlite_engine: AsyncEngine) -> None:
    service = coupons(campaign(period={"from": date(2026, 4, 2), "until": date(2026, 4, 3)}))
    moments = {
        tokyo(2026, 4, 2) - timedelta(seconds=1): Outcome.NOT_YET,
        tokyo(2026, 4, 2): Outcome.ISSUED,
        tokyo(2026, 4, 4) - timedelta(seconds=1): Outcome.ISSUED,
        tokyo(2026, 4, 4): Outcome.OVER,
    }
    for person, (now, outcome) in enumerate(moments.items()):
        assert (await issue(sqlite_engine, service, person, now=now)).outcome is outcome


@pytest.mark.parametrize(
    ("validity", "birthday", "good"),
    [
        ({"kind": "days", "days": 1}, None, (NOON, tokyo(2026, 4, 2))),
        ({"kind": "month_end"}, None, (NOON, tokyo(2026, 5, 1))),
        ({"kind": "fixed", "until": date(2026, 4, 9)}, None, (NOON, tokyo(2026, 4, 10))),
        (
            {"kind": "fixed", "from": date(2026, 4, 5), "until": date(2026, 4, 9)},
            None,
            (tokyo(2026, 4, 5), tokyo(2026, 4, 10)),
        ),
        ({"kind": "birthday_month"}, date(1990, 4, 30), (NOON, tokyo(2026, 5, 1))),
        (
            {"kind": "birthday_month"},
            date(1990, 12, 1),
            (tokyo(2026, 12, 1), tokyo(2027, 1, 1)),
        ),
        (
            {"kind": "birthday_month"},
            date(1990, 2, 1),
            (tokyo(2027, 2, 1), tokyo(2027, 3, 1)),
        ),
        ({"kind": "birthday_month"}, None, None),
    ],
)
def test_how_long_a_coupon_is_good(validity: object, birthday: date | None, good: object) -> None:
    assert campaign(validity=validity).good(NOON, birthday) == good


async def test_a_segment_keeps_others_out(sqlite_engine: AsyncEngine) -> None:
    service = coupons(campaign(segment="vip"))
    assert (await issue(sqlite_engine, service)).outcome is Outcome.NOT_FOR_THEM
    birthday = coupons(campaign(validity={"kind": "birthday_month"}))
    assert (await issue(sqlite_engine, birthday)).outcome is Outcome.NEEDS_BIRTHDAY
    assert await sql(sqlite_engine, "SELECT count(*) FROM coupons") == [(0,)]


async def test_a_stored_campaign_wins_over_its_file(sqlite_engine: AsyncEngine) -> None:
    here, elsewhere = coupons(campaign()), coupons(campaign())
    with pytest.raises(UnknownCampaignError):
        await issue(sqlite_engine, here, key="cake")
    async with a_unit(sqlite_engine) as unit:
        for item in (campaign(key="cake", title="ケーキ"), campaign(title="新しい食パン")):
            await elsewhere.campaigns.store(unit.connection, item, now=NOON)
    cake = await issue(sqlite_engine, here, MEI, key="cake")  # looks again before it says no
    bread = await issue(sqlite_engine, here, KEN)
    assert (cake.campaign.title, bread.campaign.title) == ("ケーキ", "新しい食パン")


def test_every_campaign_survives_being_stored() -> None:
    for item in load_all().values():
        assert read(written(item)) == item


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"value": {"kind": "yen_off", "yen": 0}}, "greater than or equal to 1"),
        ({"lottery": {"losing": {"title": "a", "text": "b"}}}, "either one_in or prizes"),
        ({"picture": "http://a.example/a.png"}, "pattern"),
        ({"period": {"from": date(2026, 4, 2), "until": date(2026, 4, 1)}}, "swap"),
        ({"validity": {"kind": "weeks"}}, "choose one"),
    ],
)
def test_a_mistake_in_a_campaign_is_shown_with_its_place(
    wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(ContentError, match=says) as refused:
        campaign(**wrong)
    assert refused.value.problems[0].line > 1


def test_numbers_and_serials_find_slips_of_the_finger() -> None:
    number, serial = draw_number(), draw_serial()
    assert is_number(number)
    assert is_serial(serial.lower().replace("-", " "))
    for place in range(len(number)):
        wrong = str((int(number[place]) + 1) % 10)
        assert not is_number(number[:place] + wrong + number[place + 1 :])
    bare = serial.replace("-", "")
    for place in range(len(bare) - 1):
        swapped = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
        assert swapped == bare or not is_serial(swapped)
    assert isinstance(campaign(), Campaign)
