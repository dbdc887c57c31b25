"""The JSON of messages and actions, as LINE's reference shows it."""

from datetime import date

from bot.line.messages import (
    date_picker,
    flex,
    image,
    postback,
    quick_reply,
    say,
    sent_by,
    text,
    uri,
)
from bot.postbacks import AnswerSurvey, ShowHelp

BIRTHDAY = AnswerSurvey(survey="welcome", version=1, question="birthday", value="")
BUBBLE = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": []}}


def test_a_text_carries_nothing_that_was_not_asked_for() -> None:
    assert text("こんにちは") == {"type": "text", "text": "こんにちは"}


def test_a_message_can_have_a_speaker_and_quick_replies() -> None:
    message = text(
        "どちらですか",
        quick_reply=quick_reply(say("はい", "はい"), uri("地図", "https://shop.example/map")),
        sender=sent_by("えにし", "https://shop.example/icon.png"),
    )
    assert message["sender"] == {"name": "えにし", "iconUrl": "https://shop.example/icon.png"}
    assert message["quickReply"]["items"] == [
        {"type": "action", "action": {"type": "message", "label": "はい", "text": "はい"}},
        {
            "type": "action",
            "action": {"type": "uri", "label": "地図", "uri": "https://shop.example/map"},
        },
    ]


def test_a_speaker_may_have_no_picture() -> None:
    assert sent_by("えにし") == {"name": "えにし"}


def test_a_bubble_goes_under_contents() -> None:
    assert flex("会員証", BUBBLE) == {"type": "flex", "altText": "会員証", "contents": BUBBLE}


def test_a_picture_names_both_addresses() -> None:
    assert image("https://shop.example/a.png", "https://shop.example/b.png") == {
        "type": "image",
        "originalContentUrl": "https://shop.example/a.png",
        "previewImageUrl": "https://shop.example/b.png",
    }


def test_a_postback_carries_the_wire_string_of_its_payload() -> None:
    assert postback("ヘルプ", ShowHelp()) == {
        "type": "postback",
        "label": "ヘルプ",
        "data": "action=help.show",
    }
    assert postback("ヘルプ", ShowHelp(), display_text="ヘルプ")["displayText"] == "ヘルプ"


def test_a_date_picker_names_only_the_days_it_was_given() -> None:
    picker = date_picker("選ぶ", BIRTHDAY, initial=date(1990, 1, 1), latest=date(2026, 11, 22))
    assert picker == {
        "type": "datetimepicker",
        "label": "選ぶ",
        "data": BIRTHDAY.encode(),
        "mode": "date",
        "initial": "1990-01-01",
        "max": "2026-11-22",
    }
    assert "initial" not in date_picker("選ぶ", BIRTHDAY)
