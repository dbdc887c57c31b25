"""Template messages that LINE takes and refuses."""

from typing import Any

import pytest

from bot.line.check import problems
from bot.line.messages import say, uri

URL = "https://shop.example/a.png"
YES, NO = say("はい", "はい"), say("いいえ", "いいえ")
COLUMN = {"text": "春の新作", "actions": [YES]}
BUTTONS = {"type": "buttons", "text": "選んでください", "actions": [YES, NO]}


def template(**fields: Any) -> dict[str, Any]:
    return {"type": "template", "altText": "お知らせ", "template": fields}


GOOD = [
    template(**BUTTONS),
    template(**BUTTONS | {"text": "あ" * 160}),
    template(**BUTTONS, title="題", thumbnailImageUrl=URL, imageSize="cover", defaultAction=YES),
    template(type="confirm", text="あ" * 240, actions=[YES, NO]),
    template(type="carousel", columns=[COLUMN] * 10, imageAspectRatio="square"),
    template(type="image_carousel", columns=[{"imageUrl": URL, "action": uri("見る", URL)}]),
    template(
        type="image_carousel", columns=[{"imageUrl": URL, "action": {"type": "uri", "uri": URL}}]
    ),
    template(type="brand_new"),
]
BAD = [
    (template(), "template.type", "is required"),
    (template(**BUTTONS) | {"altText": "あ" * 1501}, "altText", "at most 1500"),
    (
        template(**BUTTONS | {"actions": [YES] * 5}),
        "template.actions",
        "5 items; LINE takes 1 to 4",
    ),
    (template(**BUTTONS | {"text": "あ" * 161}), "template.text", "has 161 characters"),
    (template(**BUTTONS | {"text": "あ" * 61}, title="題"), "template.text", "at most 60"),
    (template(**BUTTONS, imageSize="stretch"), "template.imageSize", "one of cover, contain"),
    (template(type="confirm", text="a", actions=[YES]), "template.actions", "takes exactly 2"),
    (template(type="carousel", columns=[COLUMN] * 11), "template.columns", "has 11 items"),
    (
        template(type="carousel", columns=[COLUMN, COLUMN | {"actions": [YES, NO]}]),
        "template.columns",
        "must all have the same number of actions",
    ),
    (
        template(type="carousel", columns=[COLUMN, COLUMN | {"title": "題"}]),
        "template.columns",
        "must all have a title, or none",
    ),
    (
        template(
            type="carousel", columns=[{"text": "a", "actions": [{"type": "uri", "uri": URL}]}]
        ),
        "template.columns[0].actions[0].label",
        "is required",
    ),
    (
        template(
            type="image_carousel",
            columns=[{"imageUrl": URL, "action": say("あ" * 13, "a")}],
        ),
        "template.columns[0].action.label",
        "at most 12",
    ),
]


@pytest.mark.parametrize("message", GOOD)
def test_a_good_template_has_no_problem(message: dict[str, Any]) -> None:
    assert problems([message]) == []


@pytest.mark.parametrize(("message", "path", "words"), BAD)
def test_a_bad_template_is_named_with_its_place(
    message: dict[str, Any], path: str, words: str
) -> None:
    (problem,) = problems([message])
    assert problem.path == f"messages[0].{path}"
    assert words in problem.rule
