"""What LINE would refuse, and what it takes."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.check import MessageError, check, problems
from bot.line.counting import units
from bot.line.messages import image, postback, quick_reply, say, sent_by, text, uri
from bot.postbacks import ShowHelp

URL = "https://shop.example/a.png"
FAMILY = "👨‍👩‍👧‍👦"
HELP = postback("ヘルプ", ShowHelp())

GOOD: list[dict[str, Any]] = [
    text("こんにちは"),
    text("$ どうぞ") | {"emojis": [{"index": 0, "productId": "5ac1", "emojiId": "001"}]},
    text("引用", quick_reply=quick_reply(HELP, say("はい", "はい"))) | {"quoteToken": "q3Plx"},
    text("案内です", sender=sent_by("えにし", URL)),
    {"type": "textV2", "text": "{{ようこそ}} 割引"},
    {
        "type": "textV2",
        "text": "ようこそ、{user1}さん {smile}",
        "substitution": {
            "user1": {"type": "mention", "mentionee": {"type": "user", "userId": "U1"}},
            "smile": {"type": "emoji", "productId": "5ac1", "emojiId": "002"},
            "all": {"type": "mention", "mentionee": {"type": "all"}},
        },
    },
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    image(URL, URL),
    {"type": "video", "originalContentUrl": URL, "previewImageUrl": URL, "trackingId": "a-1{}"},
    {"type": "audio", "originalContentUrl": URL, "duration": 60000},
    {"type": "location", "title": "本店", "address": "東京", "latitude": 35.6, "longitude": 139.7},
    {"type": "coupon", "couponId": "01JYNW8JMQVFBNWF1APF8Z3FS7", "deliveryTag": "spring_1"},
    {
        "type": "imagemap",
        "baseUrl": "https://shop.example/map",
        "altText": "地図",
        "baseSize": {"width": 1040, "height": 1040},
        "actions": [
            {
                "type": "uri",
                "linkUri": "https://shop.example",
                "area": {"x": 0, "y": 0, "width": 520, "height": 1040},
            },
            {
                "type": "message",
                "text": "こんにちは",
                "area": {"x": 520, "y": 0, "width": 520, "height": 1040},
            },
        ],
        "video": {
            "originalContentUrl": URL,
            "previewImageUrl": URL,
            "area": {"x": 0, "y": 0, "width": 1040, "height": 585},
            "externalLink": {"linkUri": "https://shop.example", "label": "詳しく"},
        },
    },
    {"type": "hologram", "anything": [None, {"goes": True}]},
]

BAD: list[tuple[dict[str, Any], str, str]] = [
    ({}, "messages[0].type", "is required"),
    (text(""), "messages[0].text", "must not be empty"),
    (text("あ" * 5001), "messages[0].text", "has 5001 UTF-16 units; LINE takes at most 5000"),
    (text("😀" * 2501), "messages[0].text", "has 5002 UTF-16 units; LINE takes at most 5000"),
    ({"type": "text"}, "messages[0].text", "is required"),
    ({"type": "text", "text": 7}, "messages[0].text", "must be a text, not int"),
    (
        text("値段") | {"emojis": [{"index": 1, "productId": "p", "emojiId": "e"}]},
        "messages[0].emojis[0].index",
        "must be the place of a $ in the text",
    ),
    ({"type": "textV2", "text": "{who}さん"}, "messages[0].text", "names {who}, which"),
    ({"type": "textV2", "text": "50} 円"}, "messages[0].text", "has a single brace"),
    (
        {"type": "textV2", "text": "a", "substitution": {"名": {"type": "mention"}}},
        "messages[0].substitution.名",
        "must be a key",
    ),
    ({"type": "sticker", "packageId": "1"}, "messages[0].stickerId", "is required"),
    (image("http://shop.example/a", URL), "messages[0].originalContentUrl", "https://"),
    (image(URL, "https://shop.example/絵"), "messages[0].previewImageUrl", "percent-encoded"),
    (image(URL + "a" * 2000, URL), "messages[0].originalContentUrl", "LINE takes at most 2000"),
    (image(URL, URL) | {"type": "video", "trackingId": "日"}, "messages[0].trackingId", "letters"),
    ({"type": "audio", "originalContentUrl": URL, "duration": 0}, "messages[0].duration", "is 0"),
    (
        {"type": "coupon", "couponId": "1", "deliveryTag": "-"},
        "messages[0].deliveryTag",
        "1 to 30",
    ),
    (text("a", sender=sent_by("え" * 21)), "messages[0].sender.name", "LINE takes at most 20"),
    (text("a", quick_reply=quick_reply()), "messages[0].quickReply.items", "has 0 items"),
    (
        text("a", quick_reply=quick_reply(*[HELP] * 14)),
        "messages[0].quickReply.items",
        "has 14 items; LINE takes 1 to 13",
    ),
    (
        text("a", quick_reply=quick_reply(say(FAMILY * 21, "a"))),
        "messages[0].quickReply.items[0].action.label",
        "has 21 characters; LINE takes at most 20",
    ),
    (
        text("a", quick_reply=quick_reply({"type": "camera"})),
        "messages[0].quickReply.items[0].action.label",
        "is required",
    ),
    (
        text("a", quick_reply=quick_reply({"type": "richmenuswitch", "label": "a", "data": "a"})),
        "messages[0].quickReply.items[0].action.type",
        "stands in a rich menu only",
    ),
]


@pytest.mark.parametrize("message", GOOD, ids=lambda message: message["type"])
def test_what_line_takes_has_no_problem(message: dict[str, Any]) -> None:
    assert problems([message]) == []


@pytest.mark.parametrize(("message", "path", "words"), BAD)
def test_what_line_refuses_is_named_with_its_place(
    message: dict[str, Any], path: str, words: str
) -> None:
    found = [problem for problem in problems([message]) if problem.path == path]
    assert found
    assert any(words in problem.rule for problem in found), found


ACTIONS: list[tuple[dict[str, Any], str, str]] = [
    (HELP | {"data": "x" * 301}, "data", "has 301 UTF-16 units; LINE takes at most 300"),
    (HELP | {"displayText": "あ" * 301}, "displayText", "has 301 characters"),
    (HELP | {"displayText": "a", "text": "a"}, "text", "must not stand beside displayText"),
    (HELP | {"fillInText": "a"}, "fillInText", "inputOption openKeyboard"),
    (HELP | {"inputOption": "openSesame"}, "inputOption", "must be one of closeRichMenu"),
    (say("はい", ""), "text", "must not be empty"),
    (uri("開く", "ftp://shop.example"), "uri", "must start with http:"),
    (uri("開く", "https://shop.example/" + "a" * 1000), "uri", "LINE takes at most 1000"),
    ({"type": "clipboard", "label": "写す"}, "clipboardText", "is required"),
    ({"type": "datetimepicker", "label": "a", "data": "a"}, "mode", "is required"),
]
PICKERS: list[tuple[dict[str, str], str, str]] = [
    ({"mode": "date", "initial": "2026-02-30"}, "initial", "is not a date"),
    ({"mode": "date", "initial": "20260228"}, "initial", "is not a date"),
    ({"mode": "date", "min": "1899-12-31"}, "min", "is not a date, or not one that LINE"),
    ({"mode": "time", "initial": "24:00"}, "initial", "is not a time"),
    ({"mode": "datetime", "max": "2026-11-22 10:00"}, "max", "is not a datetime"),
    ({"mode": "date", "min": "2026-11-22", "max": "2026-11-22"}, "max", "later than min"),
]


def quick(action: dict[str, Any]) -> list[dict[str, Any]]:
    return [text("a", quick_reply=quick_reply(action))]


@pytest.mark.parametrize(("action", "key", "words"), ACTIONS)
def test_an_action_that_line_refuses_is_named(
    action: dict[str, Any], key: str, words: str
) -> None:
    (problem,) = problems(quick(action))
    assert problem.path == f"messages[0].quickReply.items[0].action.{key}"
    assert words in problem.rule


@pytest.mark.parametrize(("days", "key", "words"), PICKERS)
def test_a_date_picker_shows_days_that_exist(days: dict[str, str], key: str, words: str) -> None:
    action = {"type": "datetimepicker", "label": "選ぶ", "data": "a"} | days
    (problem,) = problems(quick(action))
    assert problem.path.endswith(key)
    assert words in problem.rule


def test_a_date_picker_takes_every_mode() -> None:
    picker = {"type": "datetimepicker", "label": "選ぶ", "data": "a"}
    days = {"mode": "date", "initial": "1990-01-01", "min": "1900-01-01", "max": "2100-12-31"}
    assert problems(quick(picker | days)) == []
    assert problems(quick(picker | {"mode": "time", "min": "00:00", "max": "23:59"})) == []
    assert problems(quick(picker | {"mode": "datetime", "initial": "2026-11-22t10:00"})) == []


@pytest.mark.parametrize("count", [0, 6])
def test_one_call_takes_one_to_five_messages(count: int) -> None:
    (problem,) = problems([text("a")] * count)
    assert str(problem) == f"messages: has {count} messages; LINE takes 1 to 5 in one call"


def test_every_problem_is_in_the_error_with_the_place_of_its_message() -> None:
    with pytest.raises(MessageError) as refused:
        check([text("よい"), text(""), image("ftp://x", URL)])
    assert [problem.path for problem in refused.value.problems] == [
        "messages[1].text",
        "messages[2].originalContentUrl",
    ]
    assert "messages[1].text: must not be empty" in str(refused.value)


def test_good_messages_pass_in_silence() -> None:
    check([text("よい")] * 5)


characters = st.sampled_from(["a", "縁", "😀", FAMILY, "か\u3099", "🇯🇵"])


@given(body=st.lists(characters, min_size=1, max_size=400).map("".join), times=st.integers(1, 30))
def test_a_text_passes_up_to_five_thousand_units(body: str, times: int) -> None:
    assert bool(problems([text(body * times)])) == (units(body * times) > 5000)


@given(label=st.lists(characters, min_size=1, max_size=30))
def test_a_label_passes_up_to_twenty_characters_of_a_reader(label: list[str]) -> None:
    """Each sample is one character, whatever stands beside it, but for flags, which may pair."""
    words = [each for each in label if each != "🇯🇵"] or ["a"]
    assert bool(problems(quick(say("".join(words), "a")))) == (len(words) > 20)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(data=st.data())
def test_no_json_breaks_the_check(data: st.DataObject) -> None:
    """Whatever replaces any part of a good message, the answer is a list of problems."""
    message = orjson.loads(orjson.dumps(data.draw(st.sampled_from(GOOD))))
    owner: Any = message
    while True:
        key = data.draw(st.sampled_from(list(owner) if isinstance(owner, dict) else [0]))
        inner = owner[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        owner = inner
    owner[key] = data.draw(json_values)
    for problem in problems([message]):
        assert problem.path.startswith("messages[0]")
        assert problem.rule
