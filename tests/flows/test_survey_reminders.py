"""A friend who leaves a survey open is reminded: once, in daylight, and free."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import keys
from bot.app import SCHEDULER
from bot.postbacks import AskStaff, LeaveStaff, StartSurvey
from bot.resources import USE_CASE
from bot.store.unit import Unit
from bot.surveys import definition
from bot.surveys.nudging import Reminder
from tests.conftest import OpenShop
from tests.flows.answering import begin, say, tap
from tests.flows.support import WORDS, billed, texts
from tests.support import Shop
from tests.surveys.everything import numbered

SURVEY = WORDS.survey


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    both: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return both


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


def nudged(**more: Any) -> definition.Survey:
    return numbered(1, nudge=more)


def reminder_of(shop: Shop) -> Reminder:
    return Reminder(WORDS, shop.app[keys.SURVEYS], shop.app[keys.CONVERSATIONS])


async def remind(shop: Shop, *, after: float) -> None:
    """Let time pass, and the scheduler do what is due."""
    await shop.advance(after)
    await shop.app[SCHEDULER].run_once()
    await shop.work()
    await shop.settle()


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
async def test_a_friend_is_reminded_once_and_it_costs_nothing(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": nudged()})
    mei = await begin(shop, "tea")
    await remind(shop, after=50 * 60)
    await say(shop, mei, "Mei")  # the hour begins anew
    await remind(shop, after=50 * 60)
    assert await shop.sql("SELECT * FROM outbox WHERE why LIKE 'survey:%'") == []
    await remind(shop, after=11 * 60)
    await remind(shop, after=3600)
    held = await shop.sql("SELECT state, pays FROM outbox WHERE why LIKE 'survey:%'")
    assert [(row[0], bool(row[1])) for row in held] == [("held", False)]
    await mei.postback("action=help.show")  # anything they do takes it along
    await shop.settle()
    assert SURVEY.nudge.replace("{title}", "Tea 1") in await texts(mei)
    await remind(shop, after=3600)
    assert len(await shop.sql("SELECT * FROM outbox WHERE why LIKE 'survey:%'")) == 1
    assert await billed(shop) == 0


async def test_who_goes_on_by_themselves_is_not_told_to(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": nudged()})
    mei = await begin(shop, "tea")
    await remind(shop, after=3660)
    assert await say(shop, mei, "Mei") == ["Cups 1?"]
    ((state,),) = await shop.sql("SELECT state FROM outbox WHERE why LIKE 'survey:%'")
    assert state == "expired"


async def test_nobody_is_reminded_at_night_and_a_paid_reminder_is_pushed(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": nudged(pays=True, text="お待ちしています。")})
    shop.line.clock.freeze(datetime(2026, 4, 1, 11, 30, tzinfo=UTC))  # 20:30 in Tokyo
    mei = await begin(shop, "tea")
    await remind(shop, after=3660)  # 21:31
    assert "お待ちしています。" not in await texts(mei)
    await remind(shop, after=11 * 3600)  # 8:31
    assert "お待ちしています。" not in await texts(mei)
    await remind(shop, after=1800)  # 9:01
    assert (await texts(mei))[-1] == "お待ちしています。"
    assert await billed(shop) == 1


async def test_who_said_later_or_blocked_the_account_is_left_alone(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": nudged()})
    mei = await begin(shop, "tea")
    await tap(shop, mei, SURVEY.later)
    ken = await shop.friend("Ken")
    await ken.postback(StartSurvey("tea").encode())
    await ken.unfollow()
    await shop.settle()
    await remind(shop, after=3660)
    assert await shop.sql("SELECT * FROM outbox WHERE why LIKE 'survey:%'") == []
    assert await shop.sql("SELECT * FROM survey_progress WHERE nudge_at IS NOT NULL") == []


async def test_who_talks_with_staff_is_reminded_when_they_have_done(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": nudged()})
    mei = await begin(shop, "tea")
    await remind(shop, after=3660)  # it waits for what Mei does next
    await mei.postback(AskStaff().encode())
    await say(shop, mei, "すみません")
    await remind(shop, after=3660)
    await say(shop, mei, "予約をお願いします")
    await mei.postback(LeaveStaff().encode())
    await shop.settle()
    reminder = SURVEY.nudge.replace("{title}", "Tea 1")
    assert reminder not in await texts(mei)
    await remind(shop, after=3660)
    await mei.postback("action=help.show")
    await shop.settle()
    assert (await texts(mei)).count(reminder) == 1


async def test_a_crash_before_the_commit_reminds_nobody_and_the_next_round_once(
    shop: Shop,
) -> None:
    shop.app[keys.SURVEYS].replace({"tea": nudged()})
    await begin(shop, "tea")
    await shop.advance(3660)
    reminder = reminder_of(shop)
    now = shop.line.clock.now()

    @asynccontextmanager
    async def crashing() -> AsyncIterator[Unit]:
        async with shop.app[USE_CASE]() as unit:
            yield unit
            await unit.flush()
            raise ConnectionError("the power is gone")

    with pytest.raises(ConnectionError):
        await reminder.run(crashing, now)
    assert await shop.sql("SELECT * FROM outbox WHERE why LIKE 'survey:%'") == []
    await reminder.run(shop.app[USE_CASE], now)
    await reminder.run(shop.app[USE_CASE], now)
    assert len(await shop.sql("SELECT * FROM outbox WHERE why LIKE 'survey:%'")) == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_schedulers_at_once_remind_once(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": nudged()})
    for name in ("Mei", "Ken", "Aoi"):
        phone = await shop.friend(name)
        await phone.postback(StartSurvey("tea").encode())
    await shop.settle()
    await shop.advance(3660)
    reminder, now = reminder_of(shop), shop.line.clock.now()
    await asyncio.gather(*(reminder.run(shop.app[USE_CASE], now) for _ in range(4)))
    lanes = await shop.sql("SELECT lane FROM outbox WHERE why LIKE 'survey:%'")
    assert len(lanes) == len(set(lanes)) == 3


async def test_who_is_due_is_found_by_an_index(shop: Shop) -> None:
    plan = await shop.sql(
        "EXPLAIN QUERY PLAN SELECT friend_id FROM survey_progress "
        "WHERE nudge_at <= 5 ORDER BY nudge_at LIMIT 200"
    )
    assert "ix_survey_progress_nudge_at" in str(plan)
