"""Editors complete and check the files by schemas that say what the models say."""

import json
import re
from datetime import date, time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.definitions.schemas import MODELS, texts
from tests.content.support import Desk

ROOT = Path(__file__).parents[2]
SCHEMA = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")
_EVERY = sorted([*ROOT.glob("bot/content/**/*.yaml"), *ROOT.glob("richmenus/*.yaml")])
SAMPLES = [path for path in _EVERY if SCHEMA.match(path.read_text("utf-8"))]


def schema_of(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(texts()[name])
    return schema


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema_of(name))


def plain(values: Any) -> Any:
    """Values as an editor sees them: YAML's days are texts there."""
    if isinstance(values, dict):
        return {str(name): plain(value) for name, value in values.items()}
    if isinstance(values, list):
        return [plain(value) for value in values]
    return values.isoformat() if isinstance(values, (date, time)) else values


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_names_its_schema_and_fits_it(path: Path) -> None:
    text = path.read_text("utf-8")
    named = SCHEMA.match(text)
    assert named
    schema = (path.parent / named[1]).resolve()
    assert schema.is_file()
    problems = validator(schema.name).iter_errors(plain(yaml.safe_load(text)))
    assert [problem.message for problem in problems] == []


def test_every_schema_has_its_sample() -> None:
    named = {SCHEMA.match(path.read_text("utf-8")) for path in SAMPLES}
    assert {Path(found[1]).stem for found in named if found} == MODELS.keys()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(f"{name}.json"))


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("segment", "key: a\nname: b\nrule: {field: tag, op: like, value: x}\n", "rule"),
        ("tags", "tags: [{key: a, label: {ja: あ}, colour: red}]\n", "tags"),
        (
            "attributes",
            "attributes: [{key: a, kind: word, label: {ja: あ, en: a}}]\n",
            "attributes",
        ),
        ("menus", "rules: []\ndefaults: guest\n", None),
    ],
)
def test_an_editor_shows_a_slip(name: str, text: str, where: str | None) -> None:
    problems = list(validator(f"{name}.json").iter_errors(yaml.safe_load(text)))
    assert problems
    assert where is None or problems[0].path[0] == where


def test_fields_are_described_by_the_comments_above_them() -> None:
    rule = schema_of("menus.json")["$defs"]["Rule"]["properties"]
    assert rule["until"]["description"] == "A day is the last one; a time is when it ends."


def test_the_command_writes_the_files(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("schema", "--out", str(tmp_path / "schemas")).exit_code == 0
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == texts().keys()
