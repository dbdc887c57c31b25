"""Rules as they are written: what is taken, what is refused, and where."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from bot.content.yaml_source import ContentError, Source
from bot.segments import model
from tests.segments.samples import CATALOGUE, condition, rule
from tests.segments.strategies import rules

WOMEN_IN_THEIR_THIRTIES = """\
key: women_in_their_thirties
name: 30代の女性
rule:
  all:
    - {field: attribute.sex, op: is, value: female}
    - {field: age, op: between, value: [30, 39]}
    - not: {field: tag, op: is, value: vip}
    - {field: attribute.birth_date, op: after, value: 1980-01-01}
"""


def read(text: str) -> model.Segment:
    return Source(text, name="women.yaml").parse(model.Segment, catalogue=CATALOGUE)


def test_yaml_and_json_are_the_same_tree() -> None:
    from_yaml = read(WOMEN_IN_THEIR_THIRTIES).rule
    from_json = rule(
        {
            "all": [
                {"field": "attribute.sex", "op": "is", "value": "female"},
                {"field": "age", "op": "between", "value": [30, 39]},
                {"not": {"field": "tag", "op": "is", "value": "vip"}},
                {"field": "attribute.birth_date", "op": "after", "value": "1980-01-01"},
            ]
        }
    )
    assert from_yaml == from_json


@given(rules)
def test_a_written_rule_reads_the_same(drawn: model.Rule) -> None:
    stored = json.loads(json.dumps(model.written(drawn)))
    assert rule(stored) == drawn


@pytest.mark.parametrize(
    ("before", "after", "place", "says"),
    [
        ("attribute.sex", "attribute.sxe", "5:15", "there is no field attribute.sxe"),
        ("value: female", "value: woman", "5:45", "choose one of female, male"),
        ("op: between", "op: within", "6:24", "is asked with one of =, !=, <"),
        ("[30, 39]", "[39, 30]", "6:40", "swap them"),
        ("[30, 39]", "30", "6:40", "write a list of two"),
        ("[30, 39]", '["30", 39]', "6:40", "write an age"),
        ("op: is, value: vip", "op: is", "7:12", "is needs a value"),
        ("1980-01-01", "1980", "8:55", "write a day such as 2026-04-01"),
        ("not: {", "no: {", "7:7", "write one of all, any, not"),
        ("{field: age, op: between", "{field: age, ops: between", "6:7", "op: "),
    ],
)
def test_a_mistake_is_shown_with_its_place_and_mend(
    before: str, after: str, place: str, says: str
) -> None:
    assert before in WOMEN_IN_THEIR_THIRTIES
    with pytest.raises(ContentError) as caught:
        read(WOMEN_IN_THEIR_THIRTIES.replace(before, after))
    assert f"women.yaml:{place}: " in str(caught.value)
    assert says in str(caught.value)


def test_whoever_names_no_field_at_all_is_told_a_few_and_not_every_answer() -> None:
    with pytest.raises(ValidationError) as caught:
        condition("zodiac", "is", "lion")
    said = str(caught.value)
    assert "attribute.<key>, age, friendship_days, " in said
    assert "survey.tea, menu" in said
    assert ".answer." not in said


def test_every_mistake_of_a_file_is_shown() -> None:
    wrong = WOMEN_IN_THEIR_THIRTIES.replace("female", "woman").replace("vip", "gone")
    with pytest.raises(ContentError) as caught:
        read(wrong)
    assert len(caught.value.problems) == 2


def _deep(levels: int) -> Any:
    value: Any = {"field": "member", "op": "is", "value": True}
    for _ in range(levels - 1):
        value = {"not": value}
    return value


def test_eight_levels_are_enough_for_everybody() -> None:
    rule(_deep(8))
    for levels in (9, 5_000):
        with pytest.raises(ValidationError, match="more than 8 levels"):
            rule(_deep(levels))


def test_a_rule_has_at_most_two_hundred_nodes() -> None:
    one = _deep(1)
    rule({"any": [one] * 199})
    with pytest.raises(ValidationError, match="more than 200 conditions"):
        rule({"any": [one] * 200})


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("attribute.spent", ">=", "1000"),
        ("attribute.spent", ">=", True),
        ("attribute.spent", ">=", float("nan")),
        ("attribute.spent", ">=", 10**400),
        ("attribute.name", "contains", ""),
        ("attribute.name", "contains", "a\x00b"),
        ("attribute.name", "contains", "a\nb"),
        ("attribute.name", "is", ["A"]),
        ("attribute.name", "is", {"a": 1}),
        ("tag", "any_of", []),
        ("tag", "any_of", ["vip"] * 101),
        ("tag", "any_of", "vip"),
        ("member", "is", "yes"),
        ("member", "set", None),
        ("attribute.birth_date", "on", "2026-02-30"),
        ("attribute.birth_date", "within_last", -1),
        ("attribute.birth_date", "anniversary_month", 13),
        ("attribute.birth_date", "anniversary_today", 1),
        ("survey.tea", "is", "begun"),
        ("survey.coffee", "is", "done"),
        (7, "is", "done"),
        ("survey.tea", None, "done"),
    ],
)
def test_what_makes_no_sense_is_refused(field: Any, op: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        condition(field, op, value)


@pytest.mark.parametrize("name", ["山田　花子", "ﾊﾅｺ", "100%_\\", "👩‍👧", "é"])
def test_names_are_asked_for_as_they_are_written(name: str) -> None:
    for op in ("is", "contains", "starts_with"):
        condition("attribute.name", op, name)


def test_the_account_ships_segments_that_its_fields_can_answer(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "women.yaml").write_text(WOMEN_IN_THEIR_THIRTIES, "utf-8")
    found = model.load_all(CATALOGUE, tmp_path)
    assert list(found) == ["women_in_their_thirties"]
