"""Menu files: what is read, and what is refused before LINE would."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import content
from bot.content import ContentError
from bot.line.rules.actions import RICH_MENU, check_action
from bot.line.rules.report import Report
from bot.postbacks import AskStaff, PickDate, ShowCard, ShowCoupons, ShowHelp, StartSurvey
from richmenus.definition import Area, load_all, tab_sets
from richmenus.layout import NAMED, Split, cells

MENUS = load_all()
PICTURED = """\
key: tea
bar_text: Menu
size: compact
layout: 1
areas: [{label: Tea, action: help}]
"""

AREA = """
  - bounds: {{x: {x}, y: {y}, width: {width}, height: {height}}}
    label: {label}
    action: help"""


def menu(folder: Path, *areas: str, bar_text: str = "Menu", size: str = "compact") -> list[str]:
    """Write a menu that is wrong, and return what is said of it."""
    return refused(
        folder, f"key: tea\nbar_text: {bar_text}\nsize: {size}\nareas:" + "".join(areas)
    )


def refused(folder: Path, text: str) -> list[str]:
    (folder / "tea.yaml").write_text(text, "utf-8")
    with pytest.raises(ContentError) as caught:
        load_all(folder)
    return [
        f"{problem.line} {problem.field}: {problem.message}" for problem in caught.value.problems
    ]


def area(label: str, x: int, y: int, width: int, height: int) -> str:
    return AREA.format(label=label, x=x, y=y, width=width, height=height)


def action(written: Any) -> dict[str, Any]:
    """Return what LINE is given for an action as its author writes it."""
    found = Area.model_validate({"label": "押す", "action": written}).action.as_line("押す")
    report = Report()
    check_action(report, found, "action", RICH_MENU)
    assert report.problems == []
    return {key: value for key, value in found.items() if key not in {"label", "displayText"}}


def test_the_sample_menus_offer_what_works() -> None:
    offered = {
        key: [placed.as_line()["action"]["data"] for placed in menu.placed]
        for key, menu in MENUS.items()
    }
    survey, coupons = StartSurvey(survey="welcome"), ShowCoupons()
    assert offered == {
        "guest": [one.encode() for one in (survey, ShowHelp(), AskStaff())],
        "member": [one.encode() for one in (coupons, ShowCard(), coupons, AskStaff(), ShowHelp())],
    }


@pytest.mark.parametrize(
    ("written", "data"),
    [
        ("card", ShowCard()),
        ("会員証", ShowCard()),
        ("クーポン", ShowCoupons()),
        ("スタッフに相談", AskStaff()),
        ({"アンケート": "welcome"}, StartSurvey(survey="welcome")),
    ],
)
def test_words_of_ours_are_answered_by_the_bot(written: Any, data: Any) -> None:
    assert action(written) == {"type": "postback", "data": data.encode()}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ({"url": "https://例え.example/パン"}, None),
        ({"url": "https://shop.example/a?b=c#d"}, "https://shop.example/a?b=c#d"),
        ({"url": "https://shop.example/秋"}, "https://shop.example/%E7%A7%8B"),
        ({"tel": "03-1234-5678"}, "tel:0312345678"),
        ({"電話": "+81 3 1234 5678"}, "tel:+81312345678"),
    ],
)
def test_what_line_does_by_itself_is_left_to_line(written: Any, sent: str | None) -> None:
    found = action(written)
    assert found["type"] == "uri"
    assert sent is None or found["uri"] == sent


def test_texts_dates_tabs_and_the_rest_of_line() -> None:
    assert action({"text": "営業時間"}) == {"type": "message", "text": "営業時間"}
    picked = action({"date": "birthday", "latest": content_date("2026-04-01")})
    assert picked["data"] == PickDate(attribute="birthday").encode()
    assert (picked["type"], picked["max"]) == ("datetimepicker", "2026-04-01")
    assert action({"tab": "member"})["richMenuAliasId"] == "enishi-member"
    assert action({"advanced": {"postback": "tool=x"}})["data"] == "tool=x"
    camera = {"type": "clipboard", "clipboardText": "SPRING"}
    assert action({"advanced": {"line": camera}}) == camera


def content_date(day: str) -> Any:
    from datetime import date

    return date.fromisoformat(day)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("tea", "does not match any of the expected tags"),
        ("{url: shop.example}", "an address begins with https://; write it in full"),
        ('{tel: "110"}', 'a number with its area code, in quotes, such as "03-1234-5678"'),
        ("{tel: 312345678}", "a number with its area code, in quotes"),
        ("{cake: 1}", "no action that is known here; write one of card, join, points"),
        ("{text: a, tel: b}", "text and tel are two actions; an area has one"),
        ("{tab: cake}", "there is no menu cake; choose tea"),
        ("{date: birthday, earliest: 2026-02-01, latest: 2026-01-01}", "latest must be after"),
        ("{advanced: {}}", "write either postback: or line: there"),
        ("{advanced: {line: {type: camera}}}", "camera stands in a quick reply only"),
    ],
)
def test_an_action_that_is_wrong_is_told_with_its_line(
    tmp_path: Path, written: str, said: str
) -> None:
    head = "key: tea\nbar_text: Tea\nsize: small\nlayout: 1\nareas:\n  - label: A\n    action: "
    (problem,) = refused(tmp_path, f"{head}{written}\n")
    assert said in problem
    assert problem.startswith("7 areas.0.action")


@given(
    layout=st.sampled_from([*NAMED, "1+4", "2+3+5"]),
    width=st.integers(800, 2500),
    height=st.integers(250, 1700),
    data=st.data(),
)
@settings(max_examples=60)
def test_the_cells_of_a_layout_cover_the_picture_and_nothing_twice(
    layout: str, width: int, height: int, data: st.DataObject
) -> None:
    plain = cells(layout, None, width, height)
    rows = sorted({cell.y for cell in plain})
    weights = st.floats(0.5, 3, allow_nan=False)
    split = Split.model_validate(
        {"rows": tuple(data.draw(weights) for _ in rows), "columns": None}
    )
    for found in (plain, cells(layout, split, width, height)):
        assert sum(cell.width * cell.height for cell in found) == width * height
        assert not any(a.overlaps(b) for i, a in enumerate(found) for b in found[:i])
        assert all(cell.right <= width and cell.bottom <= height for cell in found)


def test_named_layouts_are_those_that_shops_know() -> None:
    tall = {name: len(cells(name, None, 2500, 1686)) for name in NAMED}
    assert tall == {"1": 1, "2": 2, "3": 3, "4": 4, "6": 6, "campaign_card_coupon": 3}
    upper, card, coupon = cells("campaign_card_coupon", None, 2500, 1686)
    assert (upper.height, card.height, coupon.x) == (1124, 562, 1250)
    assert len({cell.y for cell in cells("3", None, 2500, 843)}) == 1


def test_a_layout_and_areas_that_do_not_fit_it_are_told(tmp_path: Path) -> None:
    head = "key: tea\nbar_text: Tea\nsize: large\n"
    one = "  - label: A\n    action: help\n"
    assert refused(tmp_path, f"{head}layout: 3\nareas:\n{one}") == [
        "6 areas: layout 3 has 3 areas, 1 are written; make them as many"
    ]
    assert refused(tmp_path, f"{head}layout: 5\nareas:\n{one}")[0].startswith(
        "4 layout: there is no layout 5; choose 1, 2, 3, 4, 6, campaign_card_coupon, rows such as"
    )
    split = "split: {rows: [1, 2], columns: [[1], [1, 1]]}\n"
    assert refused(tmp_path, f"{head}layout: 1\n{split}areas:\n{one}") == [
        "5 split: split.rows has 2 numbers for 1 rows"
    ]
    assert refused(tmp_path, f"{head}areas:\n{one}") == [
        "5 areas.0: A has no bounds; write them, or name a layout for all areas"
    ]


def test_ten_mistakes_are_ten_problems(tmp_path: Path) -> None:
    text = """\
key: coffee
title:
bar_text: とてもとても長いメニューのお名前です
size: {width: 3000, height: 200}
colour: red
opened: maybe
areas:
  - label: とてもとてもとても長いラベルで二十文字を超えます
    bounds: {x: -1, y: 0, width: 10, height: 0}
    action: {survey: 1}
    tile: {look: loud}
"""
    said = refused(tmp_path, text)
    assert [line.split(":")[0] for line in said] == [
        "3 bar_text",
        "4 size.width",
        "4 size.height",
        "5 colour",
        "6 opened",
        "8 areas.0.label",
        "9 areas.0.bounds.x",
        "9 areas.0.bounds.height",
        "10 areas.0.action.survey",
        "11 areas.0.tile.look",
    ]


def test_a_file_is_named_like_its_menu_and_its_picture_exists(tmp_path: Path) -> None:
    text = "key: coffee\nbar_text: Tea\nsize: large\nlayout: 1\nimage: tea.png\nareas:\n"
    assert refused(tmp_path, text + "  - {label: A, action: help}\n") == [
        "1 key: is coffee in tea.yaml; give both the same name",
        "5 image: there is no file tea.png beside tea.yaml; correct the path",
    ]


def test_tabs_that_lead_to_each_other_are_one_set(tmp_path: Path) -> None:
    for key, other in (("a", "b"), ("b", "a"), ("c", None)):
        does = "help" if other is None else f"{{tab: {other}}}"
        head = f"key: {key}\nbar_text: Tea\nsize: small\nlayout: 1\nareas:\n"
        (tmp_path / f"{key}.yaml").write_text(f"{head}  - {{label: A, action: {does}}}", "utf-8")
    sets = tab_sets(load_all(tmp_path))
    assert sets == {"a": {"a", "b"}, "b": {"a", "b"}, "c": {"c"}}


def test_every_menu_that_a_rule_names_exists() -> None:
    assert content.menu_rules().menus <= MENUS.keys()


@pytest.mark.parametrize(
    "path",
    ["../a.png", "a/../../b.png", "/a.png", "./a.png", "a//b.png", "a/", "..", "a\\b.png",
     "C:a.png", "a*.png", "given/guest.png", "Given/guest.png"],
)  # fmt: skip
def test_a_picture_stands_below_its_definition(tmp_path: Path, path: str) -> None:
    [said] = refused(tmp_path, PICTURED + f"image: {json.dumps(path)}\n")
    assert said.startswith("6 image: ")
    assert "such as photos/spring.jpg" in said
    for fine in ("a.png", "photos/春 祭り.v2.jpg"):
        [said] = refused(tmp_path, PICTURED + f"image: {json.dumps(fine)}\n")
        assert "there is no file" in said


@pytest.mark.parametrize("key", MENUS)
def test_the_areas_cover_the_whole_picture(key: str) -> None:
    menu = MENUS[key]
    width, height = menu.pixels
    assert sum(area.bounds.width * area.bounds.height for area in menu.placed) == width * height


@pytest.mark.parametrize("key", MENUS)
def test_line_takes_every_action(key: str) -> None:
    report = Report()
    for place in MENUS[key].as_line("enishi")["areas"]:
        check_action(report, place["action"], key, RICH_MENU)
    assert report.problems == []


def test_areas_that_overlap_are_refused(tmp_path: Path) -> None:
    (said,) = menu(tmp_path, area("A", 0, 0, 1251, 843), area("B", 1250, 0, 1250, 843))
    assert said == "8 areas.1.bounds: A and B overlap; move one"


def test_areas_side_by_side_do_not_overlap(tmp_path: Path) -> None:
    text = menu(tmp_path, area("A", 0, 0, 1250, 843), area("B", 1250, 0, 1251, 843))
    assert text == ["8 areas.1.bounds: B leaves the 2500x843 picture; shrink it"]


def test_a_bar_text_too_long_is_told_with_its_line(tmp_path: Path) -> None:
    (said,) = menu(tmp_path, area("A", 0, 0, 100, 100), bar_text="とてもとても長いメニューのお名")
    assert said.startswith("2 bar_text: 15 characters where 14 fit")


def test_a_menu_without_areas_or_with_an_unknown_size_is_refused(tmp_path: Path) -> None:
    said = menu(tmp_path, " []", size="huge")
    assert [line.split(":")[0] for line in said] == ["3 size", "4 areas"]


def test_the_menu_of_the_documentation_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "richmenus.md").read_text("utf-8")
    (tmp_path / "spring.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], "utf-8")
    spring = load_all(tmp_path)["spring"]
    assert [placed.bounds.height for placed in spring.placed] == [1012, 674, 674]
    written = re.findall(r"`(\{[^`]*\}|[a-z]+)`", page.split("| In English")[1].split("\n\n")[0])
    for word in written:
        does = yaml.safe_load(word)
        if "…" not in word and word != "second":
            action(does)
