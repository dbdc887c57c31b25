"""Surveys are held against the attributes they set before anybody is asked."""

from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.content import FOLDER
from bot.errors import SetupError
from bot.people import definition as people
from bot.surveys import definition
from bot.surveys.fitting import require_fitting
from tests.checks.files import ROOT
from tests.surveys.everything import EVERYTHING

WELCOME = (FOLDER / "surveys" / "welcome.yaml").read_text()


def fit(tmp_path: Path, survey: str) -> None:
    (tmp_path / "surveys").mkdir(parents=True)
    (tmp_path / "surveys" / "welcome.yaml").write_text(survey)
    require_fitting(definition.load_all(tmp_path).values(), people.load(FOLDER))


def test_the_sample_survey_fits(tmp_path: Path) -> None:
    fit(tmp_path, WELCOME)


def test_the_survey_of_the_manual_can_be_asked(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "surveys.md").read_text("utf-8")
    whole, each_kind = (part.split("```")[0] for part in manual.split("```yaml\n")[1:])
    fit(tmp_path / "whole", whole)
    head, _, _ = whole.partition("on_done:")
    fit(tmp_path / "kinds", head + each_kind)
    kinds = {question["kind"] for question in yaml.safe_load(each_kind)["questions"]}
    every = get_args(get_args(definition.Question)[0])
    assert kinds == {get_args(each.model_fields["kind"].annotation)[0] for each in every}


def test_a_survey_with_every_kind_of_question_fits(tmp_path: Path) -> None:
    fit(tmp_path, EVERYTHING)


def test_an_attribute_that_is_not_defined_is_named_with_its_question(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="question birthday: there is no attribute born"):
        fit(tmp_path, WELCOME.replace("attribute: birth_date", "attribute: born"))


def test_a_choice_that_the_attribute_does_not_take_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="the answer 'radio' does not fit attribute found_us"):
        fit(tmp_path, WELCOME.replace("value: web", "value: radio"))
