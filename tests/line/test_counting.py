"""Lengths as LINE counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.counting import graphemes, most_graphemes, most_units, unit_at, units

FAMILY = "👨‍👩‍👧‍👦"
#: か with a separate voicing mark: one character to a reader.
GA = "か\u3099"


@pytest.mark.parametrize(
    ("text", "unit_count", "seen"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("縁", 1, 1),
        ("😀", 2, 1),
        ("𠮷野家", 4, 3),
        (FAMILY, 11, 1),
        ("🇯🇵", 4, 1),
        (GA, 2, 1),
        ("\r\n", 2, 1),
    ],
)
def test_units_and_characters_differ(text: str, unit_count: int, seen: int) -> None:
    assert units(text) == unit_count
    assert graphemes(text) == seen


@given(text=st.text(), limit=st.integers(0, 20))
def test_the_short_cuts_agree_with_the_counts(text: str, limit: int) -> None:
    assert most_units(text, limit) == (units(text) <= limit)
    assert most_graphemes(text, limit) == (graphemes(text) <= limit)


@given(text=st.text())
def test_a_text_never_has_more_characters_than_units(text: str) -> None:
    assert graphemes(text) <= len(text) <= units(text) <= 2 * len(text)


def test_places_in_a_text_are_units_too() -> None:
    assert unit_at("😀$", 2) == "$"
    assert unit_at("😀$", 3) == ""
    assert unit_at("$", -1) == ""
