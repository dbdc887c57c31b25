"""A tap on a menu that nobody could answer is found before anybody sees the menu."""

from pathlib import Path

import pytest

from bot.content import ContentError
from bot.definitions.library import Library
from bot.menus.fitting import require_fitting
from richmenus.definition import load_all

ACCOUNT = Library().contents
MENU = """\
key: guest
bar_text: メニュー
size: large
layout: campaign_card_coupon
areas:
  - {label: お誕生日, action: {日時選択: birth_date, latest: 2026-04-01}}
  - label: ご来店日
    action: {date: visit_day}
  - {label: アンケート, action: {survey: picnic}}
"""


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "guest.yaml").write_text(text, "utf-8")
    (folder / "member.yaml").write_text(
        "key: member\nbar_text: 会員\nsize: small\nlayout: 1\n"
        "areas:\n  - {label: 会員証, action: 会員証}\n",
        "utf-8",
    )
    return folder


def refused(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    folder = write(tmp_path / "menus", text)
    with pytest.raises(ContentError) as caught:
        require_fitting(folder, load_all(folder), ACCOUNT.attributes, ACCOUNT.surveys)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_days_and_surveys_that_nobody_defined_are_named_with_line_and_mend(tmp_path: Path) -> None:
    (day, about_day), (survey, about_survey) = refused(tmp_path, MENU)
    assert (day, survey) == (8, 9)
    assert about_day.startswith("there is no attribute visit_day; define it in attributes.yaml")
    assert "birth_date" in about_day
    assert "there is no survey picnic; write it in surveys/, or name one of: " in about_survey


def test_a_day_must_fit_what_keeps_it(tmp_path: Path) -> None:
    text = MENU.replace("visit_day", "household").replace("picnic", "welcome")
    [(line, about)] = refused(tmp_path, text)
    assert line == 8
    assert "2000-01-01 cannot be kept in attribute household, which is of kind number" in about
    text = MENU.replace("visit_day", "birth_date, initial: 1790-01-01").replace(
        "picnic", "welcome"
    )
    [(_, about)] = refused(tmp_path, text)
    assert "1790-01-01 cannot be kept in attribute birth_date" in about
