"""Whatever a friend sends, somebody answers: kindly, once, and with a way on."""

from typing import Any

import pytest

from tests.flows.support import WORDS, deliver, event, member, texts, words_of
from tests.support import Shop

REPLIES = WORDS.replies
#: What LINE may send some day, in messages of types and stickers that nobody knows yet.
UNKNOWN = [
    {"type": "hologram", "id": "7", "depth": 3},
    {"type": "sticker", "id": "7", "stickerResourceType": "SMELL", "packageId": "0"},
    {"type": "text", "id": "7", "text": ""},
    {"type": "text", "id": "7"},
    {"id": "7"},
    {},
]


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ({"type": "text", "text": "営業時間は？"}, REPLIES.unknown_text),
        ({"type": "text", "text": "👩‍👩‍👧‍👦" * 200 + "\u0000"}, REPLIES.unknown_text),
        ({"type": "sticker"}, REPLIES.sticker),
        ({"type": "sticker", "stickerResourceType": "POPUP_SOUND"}, REPLIES.sticker),
        ({"type": "image"}, REPLIES.image),
        ({"type": "video"}, REPLIES.video),
        ({"type": "audio"}, REPLIES.audio),
        ({"type": "file"}, REPLIES.file),
        ({"type": "location"}, REPLIES.location),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
async def test_every_kind_of_message_is_answered_in_its_own_words(
    shop: Shop, message: dict[str, Any], answer: str
) -> None:
    mei = await shop.friend("Mei")
    await mei.sends(message)
    await shop.settle()
    assert (await texts(mei))[1:] == [answer]


async def test_a_guest_is_shown_the_survey_and_a_member_the_card(shop: Shop) -> None:
    mei, ken = await shop.friend("Mei"), await member(shop, "Ken")
    for phone, first in ((mei, WORDS.buttons.survey), (ken, WORDS.buttons.card)):
        await phone.says("こんにちは")
        await shop.settle()
        items = (await phone.sees())[-1]["quickReply"]["items"]
        labels = [item["action"]["label"] for item in items]
        assert labels == [first, WORDS.buttons.help, WORDS.talk.button]


async def test_help_offers_a_guest_the_survey_and_a_member_the_card(shop: Shop) -> None:
    mei, ken = await shop.friend("Mei"), await member(shop, "Ken")
    for phone, button in ((mei, WORDS.buttons.survey), (ken, WORDS.buttons.card)):
        await phone.taps_menu(WORDS.buttons.help)
        await shop.settle()
        shown = (await phone.sees())[-1]
        assert shown["altText"] == WORDS.help.alt_text
        assert button in words_of(shown)
        await phone.taps(button)
        await shop.settle()
        assert len(await phone.sees()) > 2


async def test_somebody_who_never_added_the_account_is_answered_too(shop: Shop) -> None:
    mei = await shop.phone("Mei")
    await mei.says("はじめまして")
    await shop.settle()
    assert await texts(mei) == [REPLIES.unknown_text]


@pytest.mark.parametrize(
    "data",
    [
        "action=coupon.claim&id=7",
        "action=survey.answer&survey=welcome",
        "action=survey.answer&survey=welcome&version=one&question=found_us&value=web",
        "action=survey.start&survey=gone",
        "buttonId=12",
        "",
        "\u0000",
        "=&=&&%%%",
        "action=" + "あ" * 290,
    ],
)
async def test_an_old_or_foreign_button_gets_a_kind_word(shop: Shop, data: str) -> None:
    mei = await shop.friend("Mei")
    await mei.postback(data)
    await shop.settle()
    assert (await texts(mei))[1:] == [REPLIES.old_button]


async def test_switching_a_tab_of_the_menu_needs_no_answer(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback("tab=2", {"newRichMenuAliasId": "second", "status": "SUCCESS"})
    await shop.settle()
    assert len(await mei.sees()) == 1


@pytest.mark.parametrize("content", UNKNOWN, ids=str)
async def test_messages_of_types_nobody_knows_are_answered(
    shop: Shop, content: dict[str, Any]
) -> None:
    mei = await shop.friend("Mei")
    assert await deliver(shop, event(shop, "message", mei, message=content)) == 200
    await shop.settle()
    assert len(await mei.sees()) == 2


@pytest.mark.parametrize("kind", ["message", "postback", "unsend", "follow"])
async def test_an_event_without_its_proper_content_stops_nobody_else(
    shop: Shop, kind: str
) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    assert await deliver(shop, event(shop, kind, mei, **{kind: None})) == 200
    await ken.says("まだいますか")
    await shop.settle()
    assert (await texts(ken))[-1] == REPLIES.unknown_text
