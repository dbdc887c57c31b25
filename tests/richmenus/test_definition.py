"""Menu files: what is read, and what is refused before LINE would."""

from pathlib import Path

import pytest

from bot import content
from bot.content import ContentError
from bot.line.rules.actions import RICH_MENU, check_action
from bot.line.rules.report import Report
from bot.postbacks import ShowCard, ShowHelp, StartSurvey
from richmenus.definition import load_all

MENUS = load_all()

AREA = """
  - bounds: {{x: {x}, y: {y}, width: {width}, height: {height}}}
    label: {label}
    action: {{do: show_help}}
    tile: {{look: plain, icon: help, title: Help}}"""


def menu(folder: Path, *areas: str, bar_text: str = "Menu", size: str = "compact") -> list[str]:
    """Write a menu that is wrong, and return what is said of it."""
    text = f"key: tea\nbar_text: {bar_text}\nsize: {size}\nareas:" + "".join(areas)
    (folder / "tea.yaml").write_text(text, "utf-8")
    with pytest.raises(ContentError) as caught:
        load_all(folder)
    return [
        f"{problem.line} {problem.field}: {problem.message}" for problem in caught.value.problems
    ]


def area(label: str, x: int, y: int, width: int, height: int) -> str:
    return AREA.format(label=label, x=x, y=y, width=width, height=height)


def test_the_sample_menus_offer_what_works() -> None:
    offered = {key: [area.action.data() for area in menu.areas] for key, menu in MENUS.items()}
    assert offered == {
        "guest": [StartSurvey(survey="welcome"), ShowHelp()],
        "member": [ShowCard(), ShowHelp()],
    }


def test_every_menu_that_a_rule_names_exists() -> None:
    assert content.menu_rules().menus <= MENUS.keys()


@pytest.mark.parametrize("key", MENUS)
def test_the_areas_cover_the_whole_picture(key: str) -> None:
    menu = MENUS[key]
    width, height = menu.pixels
    assert sum(area.bounds.width * area.bounds.height for area in menu.areas) == width * height


@pytest.mark.parametrize("key", MENUS)
def test_line_takes_every_action(key: str) -> None:
    report = Report()
    for place in MENUS[key].as_line("enishi")["areas"]:
        check_action(report, place["action"], key, RICH_MENU)
    assert report.problems == []


def test_areas_that_overlap_are_refused(tmp_path: Path) -> None:
    (said,) = menu(tmp_path, area("A", 0, 0, 1251, 843), area("B", 1250, 0, 1250, 843))
    assert said == "5 areas: A and B overlap; move one"


def test_areas_side_by_side_do_not_overlap(tmp_path: Path) -> None:
    text = menu(tmp_path, area("A", 0, 0, 1250, 843), area("B", 1250, 0, 1251, 843))
    assert text == ["1 : B leaves the 2500x843 picture; shrink it"]


def test_a_bar_text_too_long_is_told_with_its_line(tmp_path: Path) -> None:
    (said,) = menu(tmp_path, area("A", 0, 0, 100, 100), bar_text="とてもとても長いメニューのお名")
    assert said.startswith("2 bar_text: 15 characters where 14 fit")


def test_a_menu_without_areas_or_with_an_unknown_size_is_refused(tmp_path: Path) -> None:
    said = menu(tmp_path, " []", size="huge")
    assert [line.split(":")[0] for line in said] == ["3 size", "4 areas"]
