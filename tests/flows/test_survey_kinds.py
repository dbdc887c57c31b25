"""Every kind of question at the phone: what is typed, picked and sent, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import keys
from bot.emulator.phone import Phone
from bot.postbacks import StartSurvey
from tests.conftest import OpenShop
from tests.flows.support import WORDS, texts, words_of
from tests.support import Shop
from tests.surveys.everything import EVERYTHING, written

SURVEY = WORDS.survey


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


async def begin(shop: Shop, *keep: str, **changes: str) -> Phone:
    """Let Mei begin a survey of these questions."""
    head, _, body = EVERYTHING.partition("questions:\n")
    questions = [f"  - {part}" for part in body[4:].split("\n  - ")]
    kept = [q for q in questions if any(f"key: {key}" in q for key in keep)]
    text = f"{head}questions:\n" + "\n".join(kept).rstrip() + "\n"
    survey = written(text, *changes.items())
    shop.app[keys.SURVEYS].replace({"everything": survey})
    mei = await shop.friend("Mei")
    await mei.postback(StartSurvey("everything").encode())
    await shop.settle()
    return mei


async def says(shop: Shop, phone: Phone, words: str) -> list[str]:
    """Write something, and return what the bot says to it."""
    seen = len(await phone.sees())
    await phone.says(words)
    await shop.settle()
    return (await texts(phone))[seen:]


async def taps(shop: Shop, phone: Phone, *labels: str, **more: Any) -> list[str]:
    """Tap one button after another, and return what the bot says to the last."""
    said: list[str] = []
    for label in labels:
        seen = len(await phone.sees())
        await phone.taps(label, **more)
        await shop.settle()
        said = (await texts(phone))[seen:]
    return said


async def answers(shop: Shop) -> str:
    ((found,),) = await shop.sql("SELECT answers FROM survey_progress")
    return str(found)


async def attribute(shop: Shop, name: str) -> str | None:
    found = await shop.sql("SELECT value FROM attribute_changes WHERE name = :name", name=name)
    return str(found[-1][0]).strip('"') if found else None


async def test_words_are_the_answer_and_wrong_ones_are_refused_with_their_reason(
    shop: Shop,
) -> None:
    mei = await begin(shop, "nickname")
    assert SURVEY.hints.text in words_of((await mei.sees())[-1])
    refused, again = await says(shop, mei, "メイ2")
    assert (refused, again) == ("数字は使えません。", "お呼び名は？")
    refused, _ = await says(shop, mei, "とてもとても長いお名前です")
    assert "10文字まで" in refused
    assert await says(shop, mei, " メイ ") == ["ありがとう"]
    assert await attribute(shop, "name") == "メイ"


async def test_a_pattern_that_never_comes_to_an_end_refuses_in_time(shop: Shop) -> None:
    mei = await begin(shop, "nickname", **{"longest: 10": "longest: 99", "[^0-9]+": "(\\\\d+-?)+"})
    said = await asyncio.wait_for(says(shop, mei, "1" * 60 + "!"), 10)
    assert said == ["数字は使えません。", "お呼び名は？"]
    assert await says(shop, mei, "03-1234") == ["ありがとう"]


async def test_a_number_is_read_in_any_width_and_kept_as_one(shop: Shop) -> None:
    mei = await begin(shop, "people")
    refused = SURVEY.unfit.number.replace("{range}", "（1〜8）")
    for words in ("たくさん", "９", "1.5"):
        assert await says(shop, mei, words) == [refused, "何人ですか？"]
    assert await says(shop, mei, "３人") == ["ありがとう"]
    assert "3人" in words_of((await mei.sees())[-1])
    assert await attribute(shop, "household") == "3"


async def test_a_small_number_and_a_large_bound_are_written_with_all_their_digits(
    shop: Shop,
) -> None:
    bounds = {"minimum: 1,\n     maximum: 8": "minimum: 0, fractions: true"}
    mei = await begin(shop, "people", "tel", **bounds)
    assert await says(shop, mei, "−１") == ["数字だけをお送りください（0以上）。", "何人ですか？"]
    assert await says(shop, mei, "０．００００１人") == ["電話番号は？"]
    assert '"0.00001"' in await answers(shop)


async def test_a_day_may_be_typed_or_left_out(shop: Shop) -> None:
    mei = await begin(shop, "birthday", "wakes")
    assert await says(shop, mei, "去年") == [SURVEY.not_a_choice, "お誕生日は？"]
    assert await says(shop, mei, "1800年1月1日") == [SURVEY.date_out_of_range, "お誕生日は？"]
    assert await taps(shop, mei, "答えたくない") == ["朝は何時ですか？"]
    assert await says(shop, mei, "戻る") == ["お誕生日は？"]
    assert await says(shop, mei, "平成2年5月12日") == ["朝は何時ですか？"]
    assert await taps(shop, mei, "時刻を選ぶ", params={"time": "07:30"}) == ["ありがとう"]
    assert await attribute(shop, "birth_date") == "1990-05-12"
    assert "7時30分" in words_of((await mei.sees())[-1])


async def test_a_day_and_a_time_are_picked_within_their_bounds(shop: Shop) -> None:
    mei = await begin(shop, "pickup")
    late = {"datetime": "2026-05-01T09:00"}
    bubble = (await mei.sees())[-1]["quickReply"]["items"][0]["action"]
    assert (bubble["mode"], bubble["max"]) == ("datetime", "2026-04-30T18:00")
    await mei.postback(bubble["data"], late)
    await shop.settle()
    assert (await texts(mei))[-2:] == [SURVEY.date_out_of_range, "いつ？"]
    picked = {"datetime": "2026-04-02T10:30"}
    assert await taps(shop, mei, "日時を選ぶ", params=picked) == ["ありがとう"]
    assert "2026年4月2日 10時30分" in words_of((await mei.sees())[-1])


async def test_a_place_and_a_picture_are_sent(shop: Shop) -> None:
    mei = await begin(shop, "place", "photo")
    assert await says(shop, mei, "駅前です") == [SURVEY.not_this_way, "どちらへ？"]
    await mei.sends({"type": "sticker"})
    await shop.settle()
    assert (await texts(mei))[-2:] == [SURVEY.not_this_way, "どちらへ？"]
    assert await mei.buttons() == [SURVEY.send_location, SURVEY.later]
    await mei.sends({"type": "location"})
    await shop.settle()
    assert (await texts(mei))[-1] == "写真をどうぞ。"
    assert (await mei.buttons())[:2] == [SURVEY.take_picture, SURVEY.choose_picture]
    sent = await mei.sends({"type": "image"})
    await shop.settle()
    assert (await texts(mei))[-1] == "ありがとう"
    kept = await answers(shop)
    assert "35.681236,139.767125 1-9-1 Marunouchi" in kept
    assert str(sent["messageId"]) in kept


async def test_a_postal_code_tells_the_prefecture(shop: Shop) -> None:
    mei = await begin(shop, "code", "home")
    assert await says(shop, mei, "150-000") == [SURVEY.unfit.postal_code, "郵便番号は？"]
    assert await says(shop, mei, "〒１５０ー０００１") == ["ご出身は？"]
    assert await says(shop, mei, "おうち") == [SURVEY.unfit.prefecture, "ご出身は？"]
    assert await says(shop, mei, "大阪") == ["ありがとう"]
    assert (await attribute(shop, "postal_code"), await attribute(shop, "prefecture")) == (
        "1500001",
        "13",
    )
    for said in ("〒150-0001（東京都）", "大阪府"):
        assert said in words_of((await mei.sees())[-1])


async def test_phone_and_mail_are_kept_in_one_form(shop: Shop) -> None:
    mei = await begin(shop, "tel", "mail")
    assert await says(shop, mei, "123") == [SURVEY.unfit.phone, "電話番号は？"]
    assert await says(shop, mei, "０９０（１２３４）５６７８") == ["メールは？"]
    assert await says(shop, mei, "mei@") == [SURVEY.unfit.email, "メールは？"]
    assert await says(shop, mei, "Mei@Example.com") == ["ありがとう"]
    assert (await attribute(shop, "phone"), await attribute(shop, "email")) == (
        "+819012345678",
        "mei@example.com",
    )


async def test_pictures_are_chosen_from_a_carousel(shop: Shop) -> None:
    mei = await begin(shop, "looks")
    shown = (await mei.sees())[-1]["contents"]
    assert shown["type"] == "carousel"
    assert [b["hero"]["url"] for b in shown["contents"][1:]] == [
        "https://shop.example/round.jpg",
        "https://shop.example/long.jpg",
    ]
    assert await says(shop, mei, "ながい") == ["ありがとう"]  # a label that is typed counts
    assert '"long"' in await answers(shop)


async def test_a_choice_that_is_called_like_a_command_can_be_typed(shop: Shop) -> None:
    mei = await begin(shop, "looks", "news", **{"label: まる": f"label: {SURVEY.later}"})
    assert await says(shop, mei, SURVEY.later) == ["お送りしても？"]
    assert await says(shop, mei, SURVEY.later) == [SURVEY.paused]


async def test_several_are_picked_one_by_one_and_then_decided(shop: Shop) -> None:
    mei = await begin(shop, "favourites")
    assert await mei.buttons() == ["☐ 食パン", "☐ 焼き菓子", "☐ 珈琲", SURVEY.later]
    first = (await mei.timeline())[-1]["id"]
    assert await taps(shop, mei, "☐ 食パン") == ["どれ？"]
    await mei.taps("☐ 食パン", message_id=first)  # once more, in the old bubble
    await shop.settle()
    assert "☑ 食パン" in words_of((await mei.sees())[-1])
    assert await says(shop, mei, "決定") == [SURVEY.too_few.replace("{least}", "2"), "どれ？"]
    assert await says(shop, mei, "珈琲") == ["どれ？"]
    assert SURVEY.decide in words_of((await mei.sees())[-1])
    full = SURVEY.too_many.replace("{most}", "2")
    assert await taps(shop, mei, "☐ 焼き菓子") == [full, "どれ？"]
    await taps(shop, mei, "☑ 食パン")
    assert await taps(shop, mei, "☐ 焼き菓子", SURVEY.decide) == ["ありがとう"]
    assert "焼き菓子、珈琲" in words_of((await mei.sees())[-1])
    known = (await attribute(shop, "favourites")) or ""
    assert [known.find(word) >= 0 for word in ("cake", "coffee", "loaf")] == [True, True, False]


async def test_terms_are_kept_as_they_were_shown(shop: Shop) -> None:
    mei = await begin(shop, "news")
    assert "お知らせだけに使います。" in words_of((await mei.sees())[-1])
    assert await taps(shop, mei, SURVEY.agree) == ["ありがとう"]
    kept = await shop.sql("SELECT terms, terms_version, agreed, answered_at FROM survey_consents")
    assert [(row[0], row[1], bool(row[2])) for row in kept] == [
        ("お知らせだけに使います。", "1", True)
    ]
    assert await attribute(shop, "newsletter") == "true"


async def test_who_does_not_agree_has_told_nothing(shop: Shop) -> None:
    mei = await begin(shop, "nickname", "news")
    await says(shop, mei, "メイ")
    assert await taps(shop, mei, SURVEY.decline) == [SURVEY.declined]
    assert "メイ" not in await answers(shop)
    assert await attribute(shop, "name") is None
    assert await taps(shop, mei, SURVEY.restart) == ["お呼び名は？"]
