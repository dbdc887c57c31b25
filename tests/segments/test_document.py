"""docs/segments.md says what the code does: fields, operators, examples and commands."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli.segments import commands
from bot.definitions.library import Library
from bot.people.definition import Definitions
from bot.segments import model
from bot.segments.catalogue import Catalogue, Kind
from bot.segments.operators import operators

PAGE = (Path(__file__).parents[2] / "docs/segments.md").read_text("utf-8")
KINDS = {
    "text": Kind.TEXT,
    "number": Kind.NUMBER,
    "day": Kind.DATE,
    "choice": Kind.CHOICE,
    "several": Kind.MULTI,
    "yes or no": Kind.BOOLEAN,
}


def rows(heading: str) -> list[list[str]]:
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Library().contents.segments.catalogue


def shape(key: str) -> str:
    """The key of a field, with what differs from account to account left open."""
    key = re.sub(r"^attribute\.\w+$", "attribute.<key>", key)
    key = re.sub(r"^(survey\.)\w+", r"\1<key>", key)
    return re.sub(r"(\.answer\.)\w+$", r"\1<question>", key)


def test_every_field_has_its_row(catalogue: Catalogue) -> None:
    listed = {row[0].strip("`") for row in rows("Fields")}
    assert listed == {shape(field.key) for field in catalogue.fields}


def test_every_field_is_of_a_kind_its_row_names(catalogue: Catalogue) -> None:
    named = {row[0].strip("`"): row[1] for row in rows("Fields")}
    for field in catalogue.fields:
        said = named[shape(field.key)]
        if said != "of its definition":
            assert any(KINDS[word] is field.kind for word in re.split(", | or (?!no)", said)), (
                field
            )


def test_choices_that_a_row_lists_are_those_there_are(catalogue: Catalogue) -> None:
    for key in ("friendship", "survey.welcome"):
        row = next(row for row in rows("Fields") if row[0].strip("`") == shape(key))
        assert re.findall(r"`(\w+)`", row[2]) == list(catalogue[key].choices)


def test_every_operator_stands_beside_its_kind(catalogue: Catalogue) -> None:
    asked = {row[0]: set(re.findall(r"`([a-z_]+|[!<>=]+)`", row[1])) for row in rows("Operators")}
    fields = {field.kind: field for field in catalogue.fields}
    for word, kind in KINDS.items():
        offered = {op.value for op in operators(fields[kind])} - {"set", "not_set"}
        assert asked[word] - {"this", "next"} == offered, word


def test_every_example_can_be_read(catalogue: Catalogue) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert examples
    for example in examples:
        model.read(yaml.safe_load(example)["rule"], catalogue)


def test_every_command_runs(sqlite_url: str) -> None:
    block = re.search(r"```\n(enishi segments.*?)```", PAGE, re.DOTALL)
    assert block
    runner = CliRunner(env={"DATABASE_URL": sqlite_url})
    for line in block[1].splitlines():
        words = re.sub(r"\[NAME.*?\]|\[--limit N\]", "", line.partition("  ")[0]).split()[2:]
        words = ["morning_bread" if word == "NAME" else word for word in words]
        words = [f"U{0:032x}" if word.startswith("U") else word for word in words]
        done = runner.invoke(commands, words)
        known = done.exit_code == 0 or "nobody" in str(done.exception).casefold()
        assert known, (words, done.output, done.exception)


def test_a_definition_s_kind_is_the_field_s(catalogue: Catalogue) -> None:
    attributes: Definitions = Library().contents.attributes
    assert {f"attribute.{key}" for key in attributes} <= {field.key for field in catalogue.fields}
