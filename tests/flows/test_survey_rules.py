"""Surveys beyond one question: branches, the summary, versions, repetition, words, actions."""

import random
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from bot import keys
from bot.actions.surveys import listed
from bot.content import FOLDER
from bot.emulator.phone import Phone
from bot.errors import SetupError
from bot.postbacks import ChangeSurvey, FinishSurvey, PickSurvey, StartSurvey
from bot.surveys import definition
from bot.surveys.asking import ask
from bot.surveys.engine import Progress, State
from bot.surveys.service import Step
from tests.conftest import OpenShop
from tests.flows.answering import begin, say, tap
from tests.flows.support import WORDS, billed, texts, words_of
from tests.support import Shop
from tests.surveys.everything import numbered, written

SURVEY = WORDS.survey
FAVOURITES = definition.load_all()["favourites"]
WHICH, SLICE, HOW_MANY, CODE, NEWS = (question.text for question in FAVOURITES.questions)
REVIEW = SURVEY.review_alt_text
THANKS = FAVOURITES.done.title


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    both: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return both


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


async def answered(shop: Shop, mei: Phone) -> list[str]:
    """Answer everything of the longer sample, up to the summary."""
    await tap(shop, mei, "☐ 食パン", SURVEY.decide, "6枚切り")
    await say(shop, mei, "2")
    await say(shop, mei, "1500001")
    return await tap(shop, mei, SURVEY.agree)


def place(message: dict[str, Any]) -> str:
    """Return how far the bubble says it is, such as 2/5."""
    words = words_of(message)
    return next(f"{n}/{m}" for n in range(1, 9) for m in range(1, 9) if f'"{n}/{m}"' in words)


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
async def test_a_branch_is_asked_only_of_whom_it_concerns_and_all_is_seen_before_it_is_sent(
    shop: Shop,
) -> None:
    mei = await begin(shop)
    assert place((await mei.sees())[-1]) == "1/5"
    assert await tap(shop, mei, "☐ 珈琲", SURVEY.decide) == [HOW_MANY]
    assert place((await mei.sees())[-1]) == "2/4"
    assert await tap(shop, mei, SURVEY.skip) == [CODE]
    assert await tap(shop, mei, "答えたくない") == [NEWS]
    assert place((await mei.sees())[-1]) == "4/4"
    assert await tap(shop, mei, SURVEY.agree) == [REVIEW]
    shown = words_of((await mei.sees())[-1])
    for said, is_there in (("珈琲", True), (SURVEY.skipped, True), ("食パンの厚さ", False)):
        assert (said in shown) is is_there
    assert await shop.sql("SELECT * FROM attribute_changes") == []
    thanks, more = await tap(shop, mei, SURVEY.finish)
    assert (thanks, more) == (THANKS, FAVOURITES.on_done[1].text)  # type: ignore[union-attr] # a text to send
    assert await billed(shop) == 0


async def test_one_answer_is_changed_from_the_summary_and_takes_its_branch_along(
    shop: Shop,
) -> None:
    mei = await begin(shop)
    assert await answered(shop, mei) == [REVIEW]
    assert "6枚切り" in words_of((await mei.sees())[-1])
    summary = (await mei.timeline())[-1]["id"]
    await mei.taps(index=0, message_id=summary)
    await shop.settle()
    assert (await texts(mei))[-1] == WHICH
    assert "☑ 食パン" in words_of((await mei.sees())[-1])  # what was chosen is chosen still
    assert await tap(shop, mei, "☑ 食パン", "☐ 焼き菓子", SURVEY.decide) == [REVIEW]
    shown = words_of((await mei.sees())[-1])
    assert ["焼き菓子" in shown, "6枚切り" in shown, "2人" in shown] == [True, False, True]
    await mei.postback(ChangeSurvey("favourites", 1, "slice").encode())  # from the summary before
    await shop.settle()
    assert (await texts(mei))[-2:] == [SURVEY.old_question, REVIEW]


async def test_an_answer_can_be_changed_after_the_end_and_nothing_is_given_twice(
    shop: Shop,
) -> None:
    mei = await begin(shop)
    await answered(shop, mei)
    await tap(shop, mei, SURVEY.finish)
    await mei.postback(FinishSurvey("favourites", 1).encode())
    await shop.settle()
    assert (await texts(mei))[-1] == SURVEY.already_done
    await mei.postback(ChangeSurvey("favourites", 1, "household").encode())
    await shop.settle()
    assert await mei.buttons() == [SURVEY.keep]
    assert await say(shop, mei, "ひとり") != [THANKS]
    assert await say(shop, mei, "5") == [THANKS]
    known = await shop.sql("SELECT value FROM attribute_changes WHERE name = 'household'")
    assert [str(row[0]) for row in known] == ["2", "5"]
    await mei.postback(ChangeSurvey("favourites", 1, "household").encode())
    await shop.settle()
    assert await tap(shop, mei, SURVEY.keep) == [THANKS]
    ((state,),) = await shop.sql("SELECT state FROM survey_progress")
    assert state == "done"


async def test_words_do_what_buttons_say(shop: Shop) -> None:
    mei = await begin(shop)
    await tap(shop, mei, "☐ 珈琲", SURVEY.decide)
    assert await say(shop, mei, "戻る") == [WHICH]
    assert await say(shop, mei, "決定") == [HOW_MANY]
    assert await say(shop, mei, "あとで") == [SURVEY.paused]
    assert await say(shop, mei, "3") == [WORDS.replies.unknown_text]  # the talk is free again
    await mei.postback(StartSurvey("favourites").encode())
    await shop.settle()
    assert await say(shop, mei, "スキップ") == [CODE]
    assert await say(shop, mei, "やめる") == [SURVEY.stopped]
    assert await tap(shop, mei, SURVEY.restart) == [CODE]
    await tap(shop, mei, "答えたくない")
    await tap(shop, mei, SURVEY.agree)
    assert await say(shop, mei, "はい") == [SURVEY.not_a_choice, REVIEW]
    assert (await say(shop, mei, "送る"))[0] == THANKS


async def test_a_question_of_yesterday_does_not_take_todays_words(shop: Shop) -> None:
    mei = await begin(shop)
    await tap(shop, mei, "☐ 珈琲", SURVEY.decide)
    await shop.advance(24 * 3600 + 60)
    assert WORDS.replies.unknown_text in await say(shop, mei, "12")
    await mei.postback(StartSurvey("favourites").encode())
    await shop.settle()
    assert await say(shop, mei, "12") == [CODE]


async def test_who_is_half_way_finishes_the_version_they_began(shop: Shop) -> None:
    surveys = shop.app[keys.SURVEYS]
    surveys.replace({"tea": numbered(1)})
    mei = await begin(shop, "tea")
    assert await say(shop, mei, "Mei") == ["Cups 1?"]
    surveys.replace({"tea": numbered(2)})
    surveys._kept._earlier.clear()  # another process, which never knew the first version
    ken = await shop.friend("Ken")
    await ken.postback(StartSurvey("tea").encode())
    await shop.settle()
    assert (await texts(ken))[-1] == "Name 2?"
    await mei.postback(StartSurvey("tea").encode())
    await shop.settle()
    assert (await texts(mei))[-1] == "Cups 1?"
    assert await say(shop, mei, "3") == ["Thanks"]
    found = await shop.sql("SELECT survey_version, state FROM survey_progress ORDER BY 1")
    assert [tuple(row) for row in found] == [(1, "done"), (2, "asking")]


async def test_a_survey_can_be_answered_again_when_its_time_has_come(shop: Shop) -> None:
    shop.app[keys.SURVEYS].replace({"tea": numbered(1, repeat={"once_per": "month"})})
    mei = await begin(shop, "tea")
    await say(shop, mei, "Mei")
    await say(shop, mei, "3")
    await mei.postback(StartSurvey("tea").encode())
    await shop.settle()
    assert (await texts(mei))[-1] == SURVEY.not_yet_again.replace("{day}", "5月1日")
    await shop.advance(30 * 86_400)
    await mei.postback(StartSurvey("tea").encode())
    await shop.settle()
    assert (await texts(mei))[-1] == "Name 1?"
    ((kept,),) = await shop.sql("SELECT answers FROM survey_runs")
    assert "Mei" in str(kept)


async def test_a_tap_of_a_question_that_takes_one_answer_cannot_pick_several(shop: Shop) -> None:
    mei = await begin(shop)
    await mei.postback(PickSurvey("favourites", 1, "slice", "six", 1).encode())
    await mei.postback(PickSurvey("favourites", 1, "favourites", "nothing", 1).encode())
    await shop.settle()
    assert (await texts(mei))[1:] == [
        WHICH,
        SURVEY.old_question,
        WHICH,
        SURVEY.not_a_choice,
        WHICH,
    ]


# -- actions --------------------------------------------------------------------------------------

ACTING = """\
key: acting
version: 1
title: はたらくアンケート
done: {title: ありがとう, text: おしまいです。}
on_done:
  - {do: set_attribute, attribute: occupation, value: student}
  - {do: add_tag, tag: regular}
  - {do: remove_tag, tag: care}
  - {do: join}
  - {do: send, text: ひとつめ}
  - {do: issue_coupon, campaign: welcome_drink}
  - {do: start_conversation, topic: ご予約}
questions:
  - {key: name, kind: text, label: お名前, text: お名前は？}
"""


async def test_everything_that_follows_the_end_is_one_reply_in_order(shop: Shop) -> None:
    survey = written(ACTING)
    shop.app[keys.SURVEYS].replace({"acting": survey})
    mei = await begin(shop, "acting")
    said = await say(shop, mei, "Mei")
    assert said[:2] == ["ありがとう", "ひとつめ"]
    assert len(said) == 4
    out = [item for item in await mei.timeline() if item["direction"] == "out"]
    assert {item["via"] for item in out} == {"reply"}
    assert len({item["callId"] for item in out[-4:]}) == 1
    assert WORDS.buttons.card in words_of(
        out[-4]["message"]
    )  # they joined before they were thanked
    known = await shop.sql("SELECT value FROM attribute_changes")
    assert [str(value).strip('"') for (value,) in known] == ["student"]
    tagged = await shop.sql("SELECT tag, added, reason FROM tag_changes")
    assert [(row[0], bool(row[1]), row[2]) for row in tagged] == [
        ("regular", True, "はたらくアンケート")
    ]
    assert len(await shop.sql("SELECT * FROM coupons")) == 1
    assert len(await shop.sql("SELECT * FROM conversations WHERE state = 'open'")) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tag: regular", "tag: vip", "there is no tag vip; define it in tags.yaml"),
        ("campaign: welcome_drink", "campaign: feast", "there is no coupon campaign feast"),
        ("value: student", "value: pilot", "'pilot' is none of attribute occupation"),
        (
            "{do: join}",
            "{do: switch_menu, menu: gold}",
            "there is no rich menu gold; .* guest, member",
        ),
    ],
)
async def test_an_action_that_nobody_can_carry_out_is_told_with_its_place(
    shop: Shop, old: str, new: str, said: str
) -> None:
    text = ACTING.replace(old, new)
    line = 1 + next(n for n, row in enumerate(text.splitlines()) if new in row)
    with pytest.raises(SetupError, match=f"survey.yaml:{line}:5: .*{said}"):
        shop.app[keys.ACTIONS].require(listed([written(text)]))


def test_the_samples_are_read_from_the_content_folder() -> None:
    assert {path.stem for path in (FOLDER / "surveys").glob("*.yaml")} == {"welcome", "favourites"}


# -- anything at all ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_a_friend_does_is_answered_and_no_answer_is_spoilt(
    shop: Shop, seed: int
) -> None:
    mei, dice = await begin(shop), random.Random(seed)  # noqa: S311 - no secret
    buttons = {
        action["data"]: action.get("mode")
        for key in ("favourites", "slice", "household", "postal_code", "newsletter")
        for action in _buttons(key)
    }
    words = [
        "戻る",
        "3",
        "食パン",
        "スキップ",
        "1500001",
        "やめる",
        "あとで",
        "こんにちは",
        "送る",
    ]
    acts = 80
    for _ in range(acts):
        match dice.randrange(8):
            case 0:
                await mei.says(dice.choice(words))
            case 1:
                await mei.sends({"type": dice.choice(["sticker", "image", "location"])})
            case 2:
                await mei.postback(StartSurvey("favourites").encode())
            case 3:
                await mei.postback(ChangeSurvey("favourites", 1, "household").encode())
            case 4:
                await mei.postback(FinishSurvey("favourites", 1).encode())
            case _:
                await mei.postback(dice.choice(list(buttons)))
    await shop.settle()
    out = [item for item in await mei.timeline() if item["direction"] == "out"]
    assert len({item["callId"] for item in out}) == acts + 2  # the greeting, the first question
    assert await shop.sql("SELECT * FROM dead_letters") == []
    ((answers, state),) = await shop.sql("SELECT answers, state FROM survey_progress")
    found = orjson.loads(answers) if isinstance(answers, str) else answers
    assert state in set(State)
    for key, value in found.items():
        if value is not None:
            FAVOURITES.question(key).check(value)


def _buttons(key: str) -> list[dict[str, Any]]:
    """Return every button that a question was ever asked with."""
    progress = Progress(
        survey="favourites", version=1, state=State.ASKING, question=key, answers={}
    )
    message = ask(WORDS, Step(FAVOURITES, progress))
    return [item["action"] for item in message["quickReply"]["items"] if "data" in item["action"]]
