"""The survey, answered by taps: three questions, no dead end, and a member at its end."""

from typing import Any

import pytest

from bot import keys
from bot.emulator.phone import Phone
from bot.line.limits import QUICK_REPLY_ITEMS
from bot.postbacks import AnswerSurvey, BackSurvey, LaterSurvey, StartSurvey
from bot.resources import USE_CASE
from bot.surveys.definition import ChoiceQuestion, DateQuestion
from tests.flows.support import WELCOME, WORDS, billed, menu_of, texts, words_of
from tests.support import Shop

HOW, WHEN, BIRTHDAY = (question.text for question in WELCOME.questions)
FIRST, SECOND, THIRD = WELCOME.questions
assert isinstance(FIRST, ChoiceQuestion)
assert isinstance(SECOND, ChoiceQuestion)
assert isinstance(THIRD, DateQuestion)
PASSING, OTHER = FIRST.choices[0].label, FIRST.choices[-1].label
MORNING, PICK = SECOND.choices[0].label, THIRD.button
THANKS, GIFT = WELCOME.done.title, "ようこそドリンククーポン"
SURVEY = WORDS.survey


@pytest.fixture
async def mei(shop: Shop) -> Phone:
    """A friend who has just been asked the first question."""
    mei = await shop.friend("Mei")
    await mei.taps_menu(WORDS.buttons.survey)
    await shop.settle()
    return mei


async def taps(shop: Shop, phone: Phone, *labels: str, **more: Any) -> dict[str, Any]:
    """Tap one button after another, and return what is seen last."""
    for label in labels:
        await phone.taps(label, **more)
        await shop.settle()
    return (await phone.sees())[-1]


async def finish(shop: Shop, phone: Phone) -> None:
    await taps(shop, phone, PASSING, MORNING)
    await taps(shop, phone, PICK, params={"date": "1990-05-12"})


async def test_every_question_says_how_far_it_is(shop: Shop, mei: Phone) -> None:
    assert '"1/3"' in words_of((await mei.sees())[-1])
    assert '"2/3"' in words_of(await taps(shop, mei, PASSING))
    assert '"3/3"' in words_of(await taps(shop, mei, MORNING))
    assert (await texts(mei))[1:] == [HOW, WHEN, BIRTHDAY]


async def test_three_taps_above_the_keyboard_make_a_member(shop: Shop, mei: Phone) -> None:
    for label, params in ((PASSING, None), (MORNING, None), (PICK, {"date": "1990-05-12"})):
        await mei.taps_quick_reply(label, params=params)
        await shop.settle()
    thanks, coupon = (await mei.sees())[-2:]
    assert thanks["altText"] == THANKS
    assert GIFT in coupon["altText"]
    for said in (PASSING, MORNING, "1990年5月12日"):
        assert said in words_of(thanks)
    assert await menu_of(mei) == "member"


async def test_the_buttons_in_the_bubbles_do_the_same(shop: Shop, mei: Phone) -> None:
    for index, params in ((0, None), (0, None), (0, {"date": "1990-05-12"})):
        await mei.taps(index=index, params=params)
        await shop.settle()
    assert (await texts(mei))[-2] == THANKS


async def test_the_answers_are_kept_with_where_they_came_from(shop: Shop, mei: Phone) -> None:
    await finish(shop, mei)
    known = await shop.sql("SELECT name, value, source FROM attribute_changes ORDER BY name")
    assert [(name, str(value).strip('"'), source) for name, value, source in known] == [
        ("birth_date", "1990-05-12", "survey:welcome:1"),
        ("found_us", "passing", "survey:welcome:1"),
        ("visit_time", "morning", "survey:welcome:1"),
    ]
    assert len(await shop.sql("SELECT number FROM members")) == 1


async def test_the_whole_way_costs_nothing(shop: Shop, mei: Phone) -> None:
    await finish(shop, mei)
    await mei.taps_menu(WORDS.buttons.card)
    await shop.settle()
    assert await billed(shop) == 0
    assert {item["via"] for item in await mei.timeline() if item["direction"] == "out"} == {
        "reply"
    }


async def test_thanks_coupon_and_menu_come_with_one_reply(shop: Shop, mei: Phone) -> None:
    await finish(shop, mei)
    thanks, coupon = [item for item in await mei.timeline() if item["direction"] == "out"][-2:]
    assert thanks["callId"] == coupon["callId"]
    assert not thanks["billed"] + coupon["billed"]
    assert await menu_of(mei) == "member"


async def test_who_has_the_welcome_coupon_gets_no_second_one(shop: Shop, mei: Phone) -> None:
    ((person,),) = await shop.sql("SELECT person_id FROM friends")
    async with shop.app[USE_CASE]() as unit:
        now = shop.line.clock.now()
        await shop.app[keys.COUPONS].issue(unit, person, "welcome_drink", why="staff:1:x", now=now)
    await finish(shop, mei)
    assert GIFT in (await texts(mei))[-1]
    assert await shop.sql("SELECT why FROM coupons") == [("staff:1:x",)]


async def test_back_asks_the_question_before_and_takes_another_answer(
    shop: Shop, mei: Phone
) -> None:
    await taps(shop, mei, PASSING, SURVEY.back)
    assert (await texts(mei))[-1] == HOW
    await taps(shop, mei, OTHER, MORNING)
    await taps(shop, mei, PICK, params={"date": "1990-05-12"})
    found = await shop.sql("SELECT value FROM attribute_changes WHERE name = 'found_us'")
    assert [str(value).strip('"') for (value,) in found] == ["other"]


async def test_the_first_question_has_no_way_back(mei: Phone) -> None:
    assert SURVEY.back not in words_of((await mei.sees())[-1])


async def test_later_stops_and_goes_on_at_the_same_question(shop: Shop, mei: Phone) -> None:
    paused = await taps(shop, mei, PASSING, SURVEY.later)
    assert paused["text"] == SURVEY.paused
    await mei.says("こんにちは")
    await shop.settle()
    assert (await texts(mei))[-1] == WORDS.replies.unknown_text  # nobody is nagged meanwhile
    await mei.postback(StartSurvey("welcome").encode())
    await shop.settle()
    assert (await texts(mei))[-1] == WHEN


async def test_the_way_on_stands_under_the_pause(shop: Shop, mei: Phone) -> None:
    await taps(shop, mei, PASSING, SURVEY.later)
    assert (await taps(shop, mei, SURVEY.resume))["altText"] == WHEN


@pytest.mark.parametrize("message", [{"type": "text", "text": "パン屋さん"}, {"type": "sticker"}])
async def test_anything_else_in_the_middle_brings_the_question_again(
    shop: Shop, mei: Phone, message: dict[str, Any]
) -> None:
    await taps(shop, mei, PASSING)
    await mei.sends(message)
    await shop.settle()
    assert (await texts(mei))[-2:] == [SURVEY.not_a_choice, WHEN]
    assert (await taps(shop, mei, MORNING))["altText"] == BIRTHDAY


async def test_a_tap_on_an_old_question_changes_nothing(shop: Shop, mei: Phone) -> None:
    await taps(shop, mei, PASSING)
    await mei.postback(AnswerSurvey("welcome", 1, "found_us", "web").encode())
    await shop.settle()
    assert (await texts(mei))[-2:] == [SURVEY.old_question, WHEN]
    await taps(shop, mei, MORNING)
    await taps(shop, mei, PICK, params={"date": "1990-05-12"})
    assert PASSING in words_of((await mei.sees())[-2])


async def test_a_double_tap_answers_one_question(shop: Shop, mei: Phone) -> None:
    first = (await mei.timeline())[-1]["id"]
    await mei.taps(index=0, message_id=first)
    await mei.taps(index=0, message_id=first)
    await shop.settle()
    assert (await texts(mei))[-3:] == [WHEN, SURVEY.old_question, WHEN]


async def test_a_day_that_no_picker_offers_is_refused_kindly(shop: Shop, mei: Phone) -> None:
    await taps(shop, mei, PASSING, MORNING)
    picker = AnswerSurvey("welcome", 1, "birthday", "").encode()
    for params in ({"date": "2031-01-01"}, {"date": "いつか"}, None):
        await mei.postback(picker, params)
        await shop.settle()
        assert (await texts(mei))[-2:] in (
            [SURVEY.date_out_of_range, BIRTHDAY],
            [SURVEY.not_a_choice, BIRTHDAY],
        )


@pytest.mark.parametrize(
    "data",
    [
        StartSurvey("welcome"),
        AnswerSurvey("welcome", 1, "found_us", "web"),
        BackSurvey("welcome", 1, "birthday"),
        LaterSurvey("welcome", 1),
    ],
)
async def test_nobody_is_asked_twice(shop: Shop, mei: Phone, data: StartSurvey) -> None:
    await finish(shop, mei)
    await mei.postback(data.encode())
    await shop.settle()
    assert (await texts(mei))[-1] == SURVEY.already_done
    await taps(shop, mei, WORDS.buttons.card)
    assert (await texts(mei))[-1] == WORDS.card.alt_text


async def test_a_member_who_blocks_and_returns_has_the_member_menu_again(
    shop: Shop, mei: Phone
) -> None:
    await finish(shop, mei)
    await mei.unfollow()
    await mei.follow()
    await shop.settle()
    assert await menu_of(mei) == "member"
    assert (await taps(shop, mei, WORDS.buttons.card))["altText"] == WORDS.card.alt_text


async def test_two_friends_answer_at_once_and_each_has_their_own_answers(shop: Shop) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    for phone, choice in ((mei, "passing"), (ken, "web")):
        await phone.postback(StartSurvey("welcome").encode())
        await phone.postback(AnswerSurvey("welcome", 1, "found_us", choice).encode())
    await shop.settle()
    answers = await shop.sql("SELECT answers FROM survey_progress ORDER BY friend_id")
    assert ["passing" in str(answers[0]), "web" in str(answers[1])] == [True, True]
    assert (await texts(mei))[-1] == (await texts(ken))[-1] == WHEN


async def test_a_question_never_shows_more_buttons_than_line_takes(mei: Phone) -> None:
    assert len((await mei.sees())[-1]["quickReply"]["items"]) <= QUICK_REPLY_ITEMS
