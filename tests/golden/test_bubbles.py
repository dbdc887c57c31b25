"""Bubbles look as they did when someone last looked at them, and LINE takes them."""

import pytest

from bot.line import limits
from bot.line.check import problems
from bot.line.messages import flex
from tests.golden.bubbles import FOLDER, bubbles, shown

BUBBLES = bubbles()


def test_every_golden_file_belongs_to_a_bubble() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == BUBBLES.keys()


@pytest.mark.parametrize("name", BUBBLES)
def test_a_bubble_is_what_its_golden_file_shows(name: str) -> None:
    assert shown(BUBBLES[name]) == (FOLDER / f"{name}.json").read_text("utf-8")


@pytest.mark.parametrize("name", BUBBLES)
def test_a_bubble_weighs_less_than_a_third_of_what_line_takes(name: str) -> None:
    assert len(shown(BUBBLES[name]).encode()) < limits.BUBBLE_BYTES / 3


@pytest.mark.parametrize("name", BUBBLES)
def test_line_takes_a_bubble(name: str) -> None:
    assert problems([flex(name, BUBBLES[name])]) == []
