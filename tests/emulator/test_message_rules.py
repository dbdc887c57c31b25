"""Message rules: how many errors are told, where, and how signs are counted.

``test_both_refuse.py`` has the properties: what is valid passes, what is broken is refused there.
"""

from typing import Any

import pytest

from bot.emulator.checks.counting import graphemes, utf16
from bot.emulator.checks.findings import Findings
from bot.emulator.checks.messages import check_messages
from bot.emulator.errors import LineError

Json = dict[str, Any]
FAMILY = "👨‍👩‍👧"


def refusal(*messages: Json) -> LineError | None:
    try:
        check_messages({"messages": list(messages)}, Findings())
    except LineError as error:
        return error
    return None


def places(error: LineError | None) -> list[str | None]:
    return [detail.property for detail in (error.details if error else None) or ()]


def test_every_violation_of_all_messages_is_counted() -> None:
    image = {"type": "image", "originalContentUrl": "http://a.example/"}
    error = refusal({"type": "text", "text": ""}, {"type": "poem"}, image)
    assert error is not None
    assert error.message == "The request body has 4 error(s)"
    wire = error.wire()["details"]
    assert wire[0] == {"message": "May not be empty", "property": "messages[0].text"}
    assert wire[1]["message"].startswith("Must be one of the following values: [text, textV2,")
    assert [detail["property"] for detail in wire[1:]] == [
        "messages[1].type",
        "messages[2].originalContentUrl",
        "messages[2].previewImageUrl",
    ]


@pytest.mark.parametrize("count", [0, 6])
def test_a_call_carries_one_to_five_messages(count: int) -> None:
    error = refusal(*[{"type": "text", "text": "x"}] * count)
    assert error is not None
    assert error.wire()["details"] == [
        {"message": "Size must be between 1 and 5", "property": "messages"}
    ]


def test_inner_structure_is_reported_for_the_first_message_that_breaks_it() -> None:
    bubble = {"type": "bubble", "hero": {"type": "image", "url": "ftp://a.example"}}
    flex = {"type": "flex", "altText": "x", "contents": bubble}
    error = refusal({"type": "text", "text": "x"}, flex, flex)
    assert error is not None
    assert error.message == "A message (messages[1])\u00a0in the request body is invalid"
    assert places(error) == ["/hero/url"]


def test_texts_count_utf16_and_labels_count_graphemes() -> None:
    assert (utf16("𠮷"), graphemes("𠮷")) == (2, 1)
    assert (utf16(FAMILY), graphemes(FAMILY)) == (8, 1)
    assert graphemes("\r\n") == 1
    assert refusal({"type": "text", "text": "𠮷" * 2500}) is None
    assert places(refusal({"type": "text", "text": "𠮷" * 2500 + "x"})) == ["messages[0].text"]


def button(label: str | None, **more: Any) -> Json:
    action = {"type": "postback", "data": "d", **more}
    return action if label is None else {**action, "label": label}


def in_quick_reply(action: Json) -> Json:
    return {
        "type": "text",
        "text": "x",
        "quickReply": {"items": [{"type": "action", "action": action}]},
    }


def in_template(action: Json) -> Json:
    template = {"type": "buttons", "text": "x", "actions": [action]}
    return {"type": "template", "altText": "x", "template": template}


def in_image_carousel(action: Json) -> Json:
    columns = [{"imageUrl": "https://a.example/", "action": action}]
    template = {"type": "image_carousel", "columns": columns}
    return {"type": "template", "altText": "x", "template": template}


def in_flex_button(action: Json) -> Json:
    body = {
        "type": "box",
        "layout": "vertical",
        "contents": [{"type": "button", "action": action}],
    }
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": body}}


def in_flex_text(action: Json) -> Json:
    text = {"type": "text", "text": "x", "action": action}
    body = {"type": "box", "layout": "vertical", "contents": [text]}
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": body}}


@pytest.mark.parametrize(
    ("container", "most", "required"),
    [
        (in_quick_reply, 20, "required"),
        (in_template, 20, "required"),
        (in_image_carousel, 12, "optional"),
        (in_flex_button, 40, "required"),
        (in_flex_text, 40, "optional"),
    ],
)
def test_each_container_has_its_own_rule_for_labels(
    container: Any, most: int, required: str
) -> None:
    assert refusal(container(button(FAMILY * most))) is None
    assert refusal(container(button(FAMILY * (most + 1)))) is not None
    assert (refusal(container(button(None))) is None) is (required == "optional")


@pytest.mark.parametrize(
    ("value", "is_fine"),
    [
        ("https://a.example/%E5%BA%97?x=1", "yes"),
        ("http://a.example", "yes"),
        ("tel:0312345678", "yes"),
        ("line://nv/camera", "yes"),
        ("https://a.example/店", "no"),
        ("https://a.example/a b", "no"),
        ("ftp://a.example", "no"),
        ("javascript:alert(1)", "no"),
        ("www.a.example", "no"),
        ("https://a.example/" + "x" * 983, "no"),
    ],
)
def test_uri_actions_open_http_https_line_and_tel(value: str, is_fine: str) -> None:
    action = {"type": "uri", "label": "Open", "uri": value}
    assert (refusal(in_template(action)) is None) is (is_fine == "yes")


@pytest.mark.parametrize(
    ("mode", "value", "is_fine"),
    [
        ("date", "2026-02-28", "yes"),
        ("date", "2026-02-30", "no"),
        ("date", "1899-12-31", "no"),
        ("date", "2026-2-3", "no"),
        ("time", "23:59", "yes"),
        ("time", "24:00", "no"),
        ("datetime", "2026-02-28T10:00", "yes"),
        ("datetime", "2026-02-28t10:00", "yes"),
        ("datetime", "2026-02-28 10:00", "no"),
    ],
)
def test_pickers_take_values_of_their_mode(mode: str, value: str, is_fine: str) -> None:
    action = {"type": "datetimepicker", "label": "When", "data": "d", "mode": mode}
    error = refusal(in_template({**action, "initial": value}))
    assert (error is None) is (is_fine == "yes")


def test_camera_and_switch_actions_have_their_places() -> None:
    assert refusal(in_quick_reply({"type": "cameraRoll", "label": "Album"})) is None
    assert refusal(in_template({"type": "camera", "label": "Camera"})) is not None
    switch = {"type": "richmenuswitch", "label": "x", "richMenuAliasId": "a", "data": "d"}
    assert refusal(in_quick_reply(switch)) is not None


def buttons_with(**card: Any) -> Json:
    return in_template(button("x")) | {
        "template": {"type": "buttons", "actions": [button("x")], **card}
    }


def test_a_card_beside_a_picture_or_title_has_room_for_less_text() -> None:
    assert refusal(buttons_with(text="x" * 160)) is None
    assert refusal(buttons_with(text="x" * 161)) is not None
    assert refusal(buttons_with(text="x" * 60, title="T")) is None
    assert places(refusal(buttons_with(text="x" * 61, title="T"))) == ["template/text"]


def carousel(*columns: Json) -> Json:
    template = {"type": "carousel", "columns": list(columns)}
    return {"type": "template", "altText": "x", "template": template}


def test_carousel_columns_agree_on_actions_titles_and_pictures() -> None:
    one = {"text": "x", "actions": [button("a")]}
    two = {"text": "x", "actions": [button("a"), button("b")]}
    assert refusal(carousel(one, one)) is None
    assert places(refusal(carousel(one, two))) == ["template/columns/1/actions"]
    titled = {**one, "title": "T"}
    assert places(refusal(carousel(one, titled))) == ["template/columns/1/title"]


def bubble(**blocks: Any) -> Json:
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", **blocks}}


VIDEO = {
    "type": "video",
    "url": "https://a.example/v.mp4",
    "previewUrl": "https://a.example/p.png",
    "altContent": {"type": "image", "url": "https://a.example/p.png"},
}


@pytest.mark.parametrize(
    ("contents", "place", "message"),
    [
        (bubble(), "/", "At least one block must be specified"),
        (bubble(hero=VIDEO), None, None),
        (bubble(hero=VIDEO, size="nano"), "/hero", None),
        (
            bubble(body={"type": "box", "layout": "vertical", "contents": [VIDEO]}),
            "/body/contents/0",
            "invalid property",
        ),
        (
            bubble(body={"type": "box", "layout": "vertical", "contents": [None]}),
            "/body/contents",
            "cannot contain null elements",
        ),
        (
            bubble(
                body={
                    "type": "box",
                    "layout": "baseline",
                    "contents": [{"type": "image", "url": "https://a.example/"}],
                }
            ),
            "/body/contents/0",
            "invalid property",
        ),
        (
            bubble(hero={"type": "image", "url": "http://a.example/"}),
            "/hero/url",
            "invalid uri scheme",
        ),
        (bubble(hero={"type": "text", "text": "x"}), "/hero", "invalid property"),
    ],
)
def test_flex_structure_is_refused_with_a_pointer(
    contents: Json, place: str | None, message: str | None
) -> None:
    error = refusal(contents)
    if place is None:
        assert error is None
        return
    assert error is not None
    detail = (error.details or ())[0]
    assert detail.property == place
    assert message in {None, detail.message}


def test_a_carousel_holds_no_videos_and_at_most_twelve_bubbles_of_a_size() -> None:
    plain = {"type": "bubble", "hero": {"type": "image", "url": "https://a.example/"}}

    def flex(*bubbles: Json) -> Json:
        contents = {"type": "carousel", "contents": list(bubbles)}
        return {"type": "flex", "altText": "x", "contents": contents}

    assert refusal(flex(*[plain] * 12)) is None
    assert places(refusal(flex(*[plain] * 13))) == ["/contents"]
    assert places(refusal(flex(plain, {**plain, "size": "kilo"}))) == ["/contents"]
    assert places(refusal(flex({"type": "bubble", "hero": VIDEO}))) == ["/contents/0/hero"]


def test_braces_of_text_v2_name_substitutions_or_are_doubled() -> None:
    def v2(text: str, **substitution: Json) -> Json:
        return {"type": "textV2", "text": text, "substitution": substitution}

    smile = {"type": "emoji", "productId": "p", "emojiId": "1"}
    assert refusal(v2("{a} {{b}}", a=smile)) is None
    assert places(refusal(v2("{a} {b}", a=smile))) == ["messages[0].text"]
    assert places(refusal(v2("}"))) == ["messages[0].text"]
    assert refusal(v2("{a}" * 20, a=smile)) is None
    assert places(refusal(v2("{a}" * 21, a=smile))) == ["messages[0].text"]
    assert refusal(v2("x", **{"bad-key": smile})) is not None


def test_a_value_of_another_json_type_is_one_error_of_its_own() -> None:
    error = refusal({"type": "text", "text": 5})
    assert error is not None
    expected = (
        "The property, messages[0].text, in the request body is invalid (line: -, column: -)"
    )
    assert error.wire() == {"message": expected}


def test_a_sender_may_not_call_itself_line() -> None:
    error = refusal({"type": "text", "text": "x", "sender": {"name": "LINE"}})
    assert places(error) == ["messages[0].sender.name"]


def unknown_in(message: Json) -> list[str | None]:
    try:
        check_messages({"messages": [message]}, Findings(), refuse_unknown=True)
    except LineError as error:
        return places(error)
    return []


def test_unknown_properties_are_found_at_every_depth_when_asked() -> None:
    stray = {"colour": "red"}
    assert unknown_in({"type": "text", "text": "x", **stray}) == ["messages[0].colour"]
    assert unknown_in(in_quick_reply(button("x", **stray))) == [
        "messages[0].quickReply.items[0].action.colour"
    ]
    assert unknown_in(in_template(button("x", **stray))) == [
        "messages[0].template.actions[0].colour"
    ]
    one = {"text": "x", "actions": [button("a")], **stray}
    assert unknown_in(carousel(one)) == ["messages[0].template.columns[0].colour"]
    assert unknown_in(in_image_carousel(button("x"))) == []


def test_at_most_ten_pictures_of_a_message_move() -> None:
    moving = {"type": "image", "url": "https://a.example/a.png", "animated": True}

    def many(count: int) -> Json:
        return bubble(body={"type": "box", "layout": "vertical", "contents": [moving] * count})

    assert refusal(many(10)) is None
    assert places(refusal(many(11))) == ["/"]


def test_mentions_need_somebody_to_mention() -> None:
    def v2(mentionee: Any) -> Json:
        mention = {"type": "mention", "mentionee": mentionee}
        return {"type": "textV2", "text": "{who}", "substitution": {"who": mention}}

    place = "messages[0].substitution.who.mentionee"
    assert refusal(v2({"type": "all"})) is None
    assert places(refusal(v2({"type": "user"}))) == [f"{place}.userId"]
    assert places(refusal(v2({"type": "everybody"}))) == [f"{place}.type"]
    assert places(refusal(v2(None))) == [place]
