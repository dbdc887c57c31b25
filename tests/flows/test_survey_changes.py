"""What a survey asks, or what a friend has said, changes while they are half way through it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot import keys
from bot.actions import Moment, Performer
from bot.emulator.phone import Phone
from bot.line.messages import Message
from bot.people.merging import merge
from bot.postbacks import AnswerSurvey, ChangeSurvey, FinishSurvey, LaterSurvey, StartSurvey
from bot.resources import ENGINE
from tests.conftest import OpenShop
from tests.flows.answering import begin, say
from tests.flows.support import WORDS, metric, texts
from tests.flows.test_survey_rules import ACTING
from tests.support import Shop
from tests.surveys.everything import numbered, written

SURVEY = WORDS.survey
NAME = {"key": "name", "kind": "text", "label": "Name", "text": "Name?"}
CUPS = {"key": "cups", "kind": "number", "label": "Cups", "text": "Cups?"}
DAY = {"key": "name", "kind": "date", "label": "Day", "text": "Which day?", "button": "Choose"}
DAY |= {"initial": "2026-04-01", "earliest": "2026-04-01", "latest": "2026-04-30"}

#: Names what an account had when its first version was written, and has no more.
NAMING = """\
key: tea
version: 1
title: お茶のアンケート
done: {title: ありがとう, text: おしまいです。}
on_done:
  - {do: set_attribute, attribute: teapot, value: brown}
  - {do: add_tag, tag: drinks_tea}
  - {do: issue_coupon, campaign: free_tea}
  - {do: switch_menu, menu: tea_time}
  - {do: add_tag, tag: regular}
  - {do: send, text: またどうぞ}
questions:
  - {key: name, kind: text, label: お名前, text: お名前は？, attribute: name}
  - {key: cups, kind: number, label: 杯, text: 何杯ですか？, attribute: cups_a_day}
  - key: job
    kind: choice
    label: お仕事
    text: お仕事は？
    attribute: occupation
    choices: [{value: pilot, label: 操縦士}, {value: student, label: 学生}]
"""


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    both: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return both


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


async def sends(shop: Shop, phone: Phone, data: str) -> list[str]:
    """Tap a button of some bubble of before."""
    seen = len(await phone.sees())
    await phone.postback(data)
    await shop.settle()
    return (await texts(phone))[seen:]


async def test_what_an_old_version_names_in_vain_costs_the_friend_nothing_else(
    shop: Shop,
) -> None:
    surveys = shop.app[keys.SURVEYS]
    surveys.replace({"tea": written(NAMING)})
    mei = await begin(shop, "tea")
    surveys.replace({"tea": numbered(2)})
    await say(shop, mei, "Mei")
    await say(shop, mei, "3")
    assert await sends(shop, mei, AnswerSurvey("tea", 1, "job", "pilot").encode()) == [
        "ありがとう",
        "またどうぞ",
    ]
    known = await shop.sql("SELECT name, value FROM attribute_changes")
    assert [(name, str(value).strip('"')) for name, value in known] == [("name", "Mei")]
    assert await shop.sql("SELECT tag FROM tag_changes") == [("regular",)]
    for do in ("set_attribute", "add_tag", "issue_coupon", "switch_menu"):
        assert await metric(shop, f'enishi_actions_left_out_total{{do="{do}"}}') >= 1


async def test_a_question_that_is_gone_while_it_is_asked_is_not_waited_for(shop: Shop) -> None:
    surveys = shop.app[keys.SURVEYS]
    for more in ("2", None):
        surveys.replace({"tea": numbered(1, questions=(NAME, CUPS))})
        mei = await begin(shop, "tea")
        assert await say(shop, mei, "Mei") == ["Cups?"]
        surveys.replace({"tea": numbered(1, questions=(NAME,))})
        tapped = AnswerSurvey("tea", 1, "cups", "2").encode()
        said = await say(shop, mei, more) if more else await sends(shop, mei, tapped)
        assert said == [SURVEY.old_version, "Thanks"]


async def test_an_answer_that_a_question_no_longer_takes_is_asked_for_again(shop: Shop) -> None:
    surveys = shop.app[keys.SURVEYS]
    surveys.replace({"tea": numbered(1, questions=(NAME, CUPS), review=True)})
    mei = await begin(shop, "tea")
    await say(shop, mei, "Mei")
    assert await say(shop, mei, "2") == [SURVEY.review_alt_text]
    surveys.replace({"tea": numbered(1, questions=(DAY, CUPS), review=True)})
    finish = FinishSurvey("tea", 1).encode()
    assert await sends(shop, mei, finish) == [SURVEY.old_version, "Which day?"]
    assert await sends(shop, mei, LaterSurvey("tea", 1).encode()) == [SURVEY.paused]
    assert await sends(shop, mei, StartSurvey("tea").encode()) == ["Which day?"]
    assert await say(shop, mei, "2026/4/2") == [SURVEY.review_alt_text]
    assert await sends(shop, mei, finish) == ["Thanks"]


async def test_two_new_versions_half_way_change_nothing_for_who_is_in_the_first(
    shop: Shop,
) -> None:
    surveys = shop.app[keys.SURVEYS]
    for version in (1, 2, 3):
        surveys.replace({"tea": numbered(version)})
        if version == 1:
            mei = await begin(shop, "tea")
        ken = await begin(shop, "tea")
    assert await say(shop, mei, "Mei") == ["Cups 1?"]
    assert await sends(shop, mei, StartSurvey("tea").encode()) == ["Cups 1?"]
    assert await say(shop, mei, "2") == ["Thanks"]
    assert await say(shop, ken, "Ken") == ["Cups 3?"]


async def test_a_summary_of_an_earlier_run_begins_nothing_anew(shop: Shop) -> None:
    surveys = shop.app[keys.SURVEYS]
    for version in (1, 2):
        surveys.replace({"tea": numbered(version, repeat={"always": True}, editable=True)})
        if version == 1:
            mei = await begin(shop, "tea")
        else:
            await sends(shop, mei, StartSurvey("tea").encode())
        await say(shop, mei, "Mei")
        await say(shop, mei, "2")
    change = ChangeSurvey("tea", 1, "cups").encode()
    assert await sends(shop, mei, change) == [SURVEY.already_done]
    assert await shop.sql("SELECT state, survey_version FROM survey_progress") == [("done", 2)]


async def told(shop: Shop) -> dict[str, str | None]:
    """What the history of Mei's attributes still says, by name."""
    rows = await shop.sql("SELECT name, value FROM attribute_changes ORDER BY id")
    return {
        name: None if value in {None, "null"} else str(value).strip('"') for name, value in rows
    }


async def test_an_answer_that_is_unsent_half_way_is_asked_for_again(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": numbered(1, questions=(NAME, CUPS), review=True)})
    mei = await begin(shop, "tea")
    sent = await mei.says("めい")
    await shop.settle()
    await mei.unsends(sent["messageId"])
    assert await say(shop, mei, "2") == ["Name?"]  # the open question first, then the other
    sent = await mei.says("Mei")
    await shop.settle()
    assert (await texts(mei))[-1] == SURVEY.review_alt_text
    await mei.unsends(sent["messageId"])
    await shop.settle()
    finish = FinishSurvey("tea", 1).encode()
    assert await sends(shop, mei, finish) == [SURVEY.old_question, "Name?"]
    assert "Mei" not in str(await shop.sql("SELECT answers FROM survey_progress"))
    assert await say(shop, mei, "May") == [SURVEY.review_alt_text]
    assert await sends(shop, mei, finish) == ["Thanks"]


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
async def test_what_is_unsent_after_the_end_is_known_no_more(shop: Shop) -> None:
    kept = {**NAME, "attribute": "name"}
    count = {**CUPS, "attribute": "household"}
    shop.app[keys.SURVEYS].replace({"tea": numbered(1, questions=(kept, count))})
    mei = await begin(shop, "tea")
    sent = await mei.says("めい")
    await shop.settle()
    assert await say(shop, mei, "2") == ["Thanks"]
    assert await told(shop) == {"name": "めい", "household": "2"}
    seen = await texts(mei)
    await mei.unsends(sent["messageId"])
    await shop.settle()
    assert await told(shop) == {"name": None, "household": "2"}
    ((known,),) = await shop.sql("SELECT attributes FROM people")
    assert "めい" not in str(known)
    assert "2" in str(known)
    assert "めい" not in str(await shop.sql("SELECT answers FROM survey_progress"))
    assert await texts(mei) == seen


async def test_what_a_changed_branch_rules_out_is_known_no_more(shop: Shop) -> None:
    drinks = {"key": "drinks", "kind": "choice", "label": "Tea", "text": "Tea?"}
    choices = ({"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"})
    count = {**CUPS, "attribute": "household", "when": {"question": "drinks", "is": "yes"}}
    asked = ({**drinks, "choices": choices}, count)
    shop.app[keys.SURVEYS].replace({"tea": numbered(1, questions=asked, editable=True)})
    mei = await begin(shop, "tea")
    await say(shop, mei, "yes")
    await say(shop, mei, "2")
    assert await sends(shop, mei, ChangeSurvey("tea", 1, "drinks").encode()) == ["Tea?"]
    assert await say(shop, mei, "no") == ["Thanks"]
    assert await told(shop) == {"household": None}


async def test_who_blocks_half_way_and_returns_goes_on_where_they_stopped(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": numbered(1)})
    mei = await begin(shop, "tea")
    await say(shop, mei, "Mei")
    await mei.unfollow()
    await shop.settle()
    await shop.advance(3 * 24 * 3600)
    await mei.follow()
    await shop.settle()
    assert await sends(shop, mei, StartSurvey("tea").encode()) == ["Cups 1?"]
    assert await say(shop, mei, "2") == ["Thanks"]


async def test_two_friends_of_one_person_half_way_each_finish_their_own(shop: Shop) -> None:
    asked = ({**NAME, "attribute": "name"}, CUPS)
    again = {"do": "issue_coupon", "campaign": "welcome_drink"}
    survey = numbered(1, questions=asked, on_done=(again,))
    shop.app[keys.SURVEYS].replace({"tea": survey})
    mei = await begin(shop, "tea")
    ken = await begin(shop, "tea")
    await say(shop, mei, "めい")
    await say(shop, ken, "メイ")
    (kept,), (dropped,) = await shop.sql("SELECT id FROM people ORDER BY id")
    async with shop.app[ENGINE].begin() as connection:
        await merge(connection, kept, dropped, source="cli", now=shop.line.clock.now())
    assert (await say(shop, mei, "1"))[0] == "Thanks"
    assert (await say(shop, ken, "2"))[0] == "Thanks"
    assert await shop.sql("SELECT state FROM survey_progress") == [("done",), ("done",)]
    ((owner, known),) = await shop.sql("SELECT id, attributes FROM people")
    assert owner == kept
    assert "メイ" in str(known)  # who finished last said so last
    assert len(await shop.sql("SELECT * FROM coupons")) == 1


async def rows(shop: Shop) -> list[int]:
    """How many there are of all that the actions write."""
    tables = ("attribute_changes", "tag_changes", "members", "coupons", "conversations")
    return [len(await shop.sql(f"SELECT * FROM {table}")) for table in tables]  # noqa: S608


async def test_a_crash_at_any_action_keeps_nothing_and_the_next_try_everything(
    shop: Shop,
) -> None:
    survey, actions = written(ACTING), shop.app[keys.ACTIONS]
    shop.app[keys.SURVEYS].replace({"acting": survey})
    real, crashed = actions._performers, asyncio.Event()

    def crash_at(do: str) -> Performer:
        async def perform(moment: Moment, action: Any, /) -> Sequence[Message]:
            await real[do](moment, action)
            crashed.set()
            raise ConnectionError("the power is gone")

        return perform

    for count, do in enumerate(action.do for action in survey.on_done):
        mei = await begin(shop, "acting")
        actions._performers = {**real, do: crash_at(do)}
        await mei.says("Mei")
        await asyncio.wait_for(crashed.wait(), 10)
        await shop.settle()
        assert await rows(shop) == [count] * 5, do
        actions._performers = real
        crashed.clear()
        await shop.advance(2)  # its token still answers
        await shop.work()
        await shop.settle()
        assert await rows(shop) == [count + 1] * 5, do
        assert (await texts(mei)).count("ひとつめ") == 1


async def test_of_two_open_surveys_the_last_that_asked_is_answered(shop: Shop) -> None:
    cups = numbered(1, key="cups", questions=(CUPS,))
    shop.app[keys.SURVEYS].replace({"tea": numbered(1, questions=(NAME,)), "cups": cups})
    mei = await begin(shop, "cups")
    await shop.advance(60)
    assert await sends(shop, mei, StartSurvey("tea").encode()) == ["Name?"]
    await shop.advance(60)
    assert await say(shop, mei, "3") == ["Thanks"]
    assert await say(shop, mei, "4") == ["Thanks"]
    found = await shop.sql("SELECT survey, answers FROM survey_progress ORDER BY survey")
    assert [(key, "3" in str(said)) for key, said in found] == [("cups", False), ("tea", True)]


async def test_a_survey_that_is_gone_half_way_is_answered_like_any_old_button(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": numbered(1)})
    mei = await begin(shop, "tea")
    shop.app[keys.SURVEYS].replace({})
    for data in (StartSurvey("tea"), LaterSurvey("tea", 1), FinishSurvey("tea", 1)):
        assert await sends(shop, mei, data.encode()) == [WORDS.replies.old_button]
    assert await say(shop, mei, "Mei") == [WORDS.replies.unknown_text]
