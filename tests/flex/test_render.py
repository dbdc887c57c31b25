"""Templates: what goes in comes out as JSON, and mistakes name the template."""

from pathlib import Path

import orjson
import pytest

import flex_templates
from bot import content
from flex_templates import FlexTemplateError, prepared, render

ACCOUNT = content.account()
NASTY = 'a "quoted" \\ <b>&amp;\n{{ 7 * 7 }} ☕'
WALLET = content.wallet()
#: What is the same on every card, and what each has of its own.
SAME = {
    "account": ACCOUNT,
    "words": WALLET.card,
    "show_page": WALLET.pages.show_card,
    "buttons": [],
}
OWN = {
    "image_url": "https://shop.example/a.png",
    "page_url": "https://shop.example/p",
    "number": NASTY,
    "rank": "R",
    "to_next": "N",
    "points": "0",
    "expiry": "E",
}


def test_no_text_breaks_out_of_a_bubble() -> None:
    bubble = render("member_card", **SAME, **OWN)
    assert bubble["body"]["contents"][1]["contents"][1]["text"] == NASTY


def test_a_missing_value_is_named_with_its_template() -> None:
    with pytest.raises(FlexTemplateError, match=r"flex template help: 'buttons' is undefined"):
        render("help", account=ACCOUNT)


def test_a_missing_template_is_named() -> None:
    with pytest.raises(FlexTemplateError, match="flex template brochure"):
        render("brochure")


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_a_value_json_cannot_carry_is_told_with_its_template(value: object) -> None:
    with pytest.raises(FlexTemplateError, match="flex template member_card made no JSON"):
        render("member_card", **SAME, **OWN | {"image_url": value})


def test_a_template_that_makes_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "torn.json.j2").write_text('{"type": "bubble",}', "utf-8")
    with pytest.raises(FlexTemplateError, match="flex template torn made no JSON"):
        flex_templates._filled(flex_templates._opened(tmp_path), "torn", {})


def test_a_prepared_bubble_filled_is_the_rendered_one() -> None:
    card = prepared("member_card", *OWN, **SAME)
    filled = orjson.loads(orjson.dumps(card.fill(**OWN)))
    assert filled == render("member_card", **SAME, **OWN)


def test_a_prepared_bubble_wants_all_its_texts() -> None:
    card = prepared("member_card", *OWN, **SAME)
    with pytest.raises(KeyError, match="number"):
        card.fill(**{name: text for name, text in OWN.items() if name != "number"})
