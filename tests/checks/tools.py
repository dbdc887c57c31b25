"""The tools that check Python: each is a program of the development environment."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.checks.files import ROOT
from tests.checks.model import Problems

#: Where the environment's programs are, whatever PATH says.
_BIN: Final = Path(sys.executable).parent
_LAST_LINES: Final = 60
#: import-linter greets with a drawing.
_DRAWING: Final = re.compile(r"[═║╔╗╚╝╦╩╬│]")


def ruff_format() -> Problems:
    """Everything is formatted as ruff formats it."""
    return _run("ruff", "format", "--check", "--quiet", "--no-cache", ".")


def ruff_check() -> Problems:
    """Ruff has nothing to say."""
    return _run("ruff", "check", "--quiet", "--output-format=concise", ".")


def mypy() -> Problems:
    """Every type agrees."""
    return _run("mypy", "--no-error-summary", "--no-color-output")


def import_contracts() -> Problems:
    """Imports go the way that ``[tool.importlinter]`` in pyproject.toml draws."""
    return [line for line in _run("lint-imports") if not _DRAWING.search(line)]


def _run(program: str, *arguments: str) -> Problems:
    done = subprocess.run(
        [str(_BIN / program), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not done.returncode:
        return []
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return lines[-_LAST_LINES:] or [f"{program} ended with {done.returncode}"]
