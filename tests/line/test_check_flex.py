"""Bubbles and carousels that LINE takes and refuses."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.check import MessageError, prepared, problems
from bot.line.messages import flex, say, uri

URL = "https://shop.example/a.png"


def box(*contents: Any, layout: str = "vertical", **fields: Any) -> dict[str, Any]:
    return {"type": "box", "layout": layout, "contents": list(contents)} | fields


def words(text: str = "あ", **fields: Any) -> dict[str, Any]:
    return {"type": "text", "text": text} | fields


def bubble(*body: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "bubble", "body": box(*body)} | fields


def carousel(*bubbles: Any) -> dict[str, Any]:
    return {"type": "carousel", "contents": list(bubbles)}


PICTURE = {"type": "image", "url": URL, "size": "full", "aspectRatio": "20:13"}
ICON = {"type": "icon", "url": URL, "size": "sm"}
BUTTON = {"type": "button", "action": uri("開く", URL), "style": "primary", "color": "#06C755"}
FILM = {"type": "video", "url": URL, "previewUrl": URL, "altContent": PICTURE}
SHADE = {
    "type": "linearGradient",
    "angle": "90deg",
    "startColor": "#ffffff",
    "endColor": "#00000080",
}

GOOD = [
    bubble(),
    bubble(words("会員証", weight="bold", size="xl", color="#11111180"), BUTTON),
    bubble(box(ICON, words(), layout="baseline", spacing="sm", margin="8px")),
    bubble(words("", contents=[{"type": "span", "text": "太字", "weight": "bold"}])),
    bubble({"type": "separator", "margin": "xxl"}, box(width="50%", paddingAll="5%")),
    bubble(box(background=SHADE)),
    bubble(hero=PICTURE, size="giga", direction="ltr"),
    bubble(hero=FILM | {"action": uri("見る", URL)}, size="kilo"),
    bubble(styles={"header": {"backgroundColor": "#00ffff", "separator": True}}),
    carousel(bubble(size="kilo"), bubble(size="kilo")),
    bubble({"type": "lottie", "speed": 2}, words(glow="soft")),
    {"type": "scroll", "contents": []},
]
BAD = [
    ({}, "contents.type", "bubble or carousel"),
    ({"type": "bubble"}, "contents", "header, hero, body or footer"),
    (bubble(size="huge"), "contents.size", "one of nano"),
    (bubble(hero=words()), "contents.hero.type", "box or image or video"),
    (bubble(hero=FILM, size="nano"), "contents.hero", "kilo, mega or giga"),
    (
        bubble(box(background={k: v for k, v in SHADE.items() if k != "endColor"})),
        "contents.body.contents[0].background.endColor",
        "is required",
    ),
    (bubble(box(paddingTop="-1px")), "contents.body.contents[0].paddingTop", "such as 8px"),
    (bubble(FILM), "contents.body.contents[0]", "must be the hero"),
    (bubble(hero=FILM | {"action": say("a", "a")}), "contents.hero.action.type", "must be uri"),
    (carousel(bubble(hero=FILM)), "contents.contents[0].hero", "inside a carousel"),
    (carousel(*[bubble()] * 13), "contents.contents", "has 13 items; LINE takes 1 to 12"),
    (carousel(), "contents.contents", "has 0 items"),
    (carousel(bubble(), bubble(size="kilo")), "contents.contents", "the same size"),
    (carousel(carousel()), "contents.contents[0].type", "must be bubble"),
    (bubble(None), "contents.body.contents[0]", "must be an object, not null"),
    (bubble(words(color=None)), "contents.body.contents[0].color", "must not be null"),
    (bubble(words(color="red")), "contents.body.contents[0].color", "a colour such as #RRGGBB"),
    (bubble(words("")), "contents.body.contents[0].text", "must not be empty"),
    (bubble({"type": "text"}), "contents.body.contents[0].text", "is required"),
    (bubble(words(contents=[words()])), "contents.body.contents[0].contents[0].type", "span"),
    (bubble({"text": "a"}), "contents.body.contents[0].type", "is required"),
    (bubble({"type": "box", "contents": []}), "contents.body.contents[0].layout", "is required"),
    (bubble(ICON), "contents.body.contents[0].type", "icon stands in a baseline box only"),
    (
        bubble(box(PICTURE, layout="baseline")),
        "contents.body.contents[0].contents[0].type",
        "must not stand in a baseline box",
    ),
    (bubble(PICTURE | {"aspectRatio": "1:4"}), "contents.body.contents[0].aspectRatio", "three"),
    (bubble(PICTURE | {"url": "http://a"}), "contents.body.contents[0].url", "https://"),
    (bubble({"type": "button"}), "contents.body.contents[0].action", "is required"),
    (
        bubble({"type": "button", "action": {"type": "uri", "uri": URL}}),
        "contents.body.contents[0].action.label",
        "is required",
    ),
    (
        bubble({"type": "button", "action": uri("あ" * 41, URL)}),
        "contents.body.contents[0].action.label",
        "at most 40",
    ),
    (
        bubble(words(action={"type": "camera", "label": "a"})),
        "contents.body.contents[0].action.type",
        "a quick reply only",
    ),
    (bubble(*[PICTURE | {"animated": True}] * 11), "contents", "has 11 animated images"),
]


@pytest.mark.parametrize("contents", GOOD)
def test_a_good_layout_has_no_problem(contents: dict[str, Any]) -> None:
    assert problems([flex("案内", contents)]) == []


@pytest.mark.parametrize(("contents", "path", "said"), BAD)
def test_a_bad_layout_is_named_with_its_place(
    contents: dict[str, Any], path: str, said: str
) -> None:
    (problem,) = problems([flex("案内", contents)])
    assert problem.path == f"messages[0].{path}"
    assert said in problem.rule


def test_a_flex_message_needs_its_own_words() -> None:
    (problem,) = problems([{"type": "flex", "contents": bubble()}])
    assert str(problem) == "messages[0].altText: is required"


def filled(size: int) -> dict[str, Any]:
    """Return a bubble of so many bytes."""
    empty = len(orjson.dumps(bubble(words(""))))
    return bubble(words("a" * (size - empty)))


def test_a_bubble_has_thirty_thousand_bytes() -> None:
    assert problems([flex("案内", filled(30_000))]) == []
    (problem,) = problems([flex("案内", filled(30_001))])
    assert problem.rule == "has 30001 bytes of JSON; LINE takes 30000 for sure"


def test_japanese_costs_three_bytes_a_character() -> None:
    assert problems([flex("案内", bubble(words("あ" * 10_000)))])
    assert problems([flex("案内", bubble(words("あ" * 9_900)))]) == []


def test_a_carousel_has_fifty_thousand_bytes() -> None:
    assert problems([flex("案内", carousel(filled(24_000), filled(24_000)))]) == []
    (problem,) = problems([flex("案内", carousel(filled(26_000), filled(26_000)))])
    assert problem.path == "messages[0].contents"


def test_prepared_contents_are_checked_when_they_are_made() -> None:
    with pytest.raises(MessageError, match=r"contents\.size: must be one of"):
        prepared(bubble(size="huge"))
    ready = prepared(bubble(words("会員証")))
    assert problems([flex("会員証", ready)]) == []
    assert orjson.dumps(flex("会員証", ready)) == orjson.dumps(
        flex("会員証", bubble(words("会員証")))
    )


def test_a_fragment_is_measured_and_read_only_when_it_is_large() -> None:
    def fragment(contents: dict[str, Any]) -> list[dict[str, Any]]:
        return [flex("案内", orjson.Fragment(orjson.dumps(contents)))]

    assert problems(fragment(bubble(words()))) == []
    assert problems(fragment(carousel(filled(24_000), filled(24_000)))) == []
    assert problems(fragment(filled(30_001)))


def test_what_is_no_json_is_a_problem() -> None:
    (problem,) = problems([flex("案内", bubble(flex=object()))])
    assert "cannot be written as JSON" in problem.rule


json_values: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([[]])
)


@given(data=st.data())
def test_no_json_breaks_the_check(data: st.DataObject) -> None:
    contents = orjson.loads(orjson.dumps(data.draw(st.sampled_from(GOOD))))
    owner: Any = contents
    while True:
        keys = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
        key = data.draw(st.sampled_from(keys))
        inner = owner[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        owner = inner
    owner[key] = data.draw(json_values)
    for problem in problems([flex("案内", contents)]):
        assert problem.path.startswith("messages[0].contents")
