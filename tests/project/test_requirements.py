"""docs/requirements.md names tests that are there."""

import ast
import re

from tests.checks.files import ROOT

PAGE = (ROOT / "docs" / "requirements.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| [SX]\d", line)]


def test_every_test_that_proves_a_row_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in NAMED
        if not (ROOT / path).is_file() or name not in names_in(path)
    ]
    assert NAMED
    assert missing == []


def test_every_row_is_there_once_and_has_its_proof() -> None:
    keys = [row.split("|")[1].strip() for row in ROWS]
    assert len(set(keys)) == len(keys)
    assert [row for row in ROWS if "::test_" not in row] == []


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {each.name for each in ast.walk(tree) if isinstance(each, kinds)}
