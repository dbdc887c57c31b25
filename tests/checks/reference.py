"""The tables in the documents name every setting, metric and package, and no others."""

import re
from pathlib import Path
from typing import Final

from tests.checks import files
from tests.checks.model import Problems

_SETTINGS: Final = Path("bot/settings.py")
_METRICS: Final = Path("bot/metrics.py")
_SETTING: Final = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)"')
_METRIC: Final = re.compile(r'"(enishi_[a-z_]+)"')
_ROW: Final = re.compile(r"^\|((?:\s*`[^`]+`,?)+)\s*\|", re.MULTILINE)
_EXAMPLE: Final = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=", re.MULTILINE)


def settings() -> Problems:
    """README, README.ja and .env.example list every setting, and docs/operations.md too."""
    known = set(_SETTING.findall(files.read(_SETTINGS)))
    listed = {
        Path(name): _listed(files.read(Path(name)), r"[A-Z][A-Z0-9_]+")
        for name in ("README.md", "README.ja.md")
    }
    listed[Path(".env.example")] = set(_EXAMPLE.findall(files.read(Path(".env.example"))))
    return _compare(known, listed, source=_SETTINGS)


def metrics() -> Problems:
    """docs/operations.md lists every metric."""
    path = Path("docs/operations.md")
    known = set(_METRIC.findall(files.read(_METRICS)))
    return _compare(known, {path: _listed(files.read(path), r"enishi_[a-z_]+")}, source=_METRICS)


def packages() -> Problems:
    """ARCHITECTURE.md has a line for every package."""
    path = Path("ARCHITECTURE.md")
    code = files.python_files("bot", "handlers", "richmenus", "flex_templates", "tests")
    places = [file.parts[: 2 if file.parts[0] == "bot" else 1] for file in code]
    known = {"/".join(place) for place in places if not place[-1].endswith(".py")}
    return _compare(known, {path: _listed(files.read(path), r"[a-z_]+(?:/[a-z_]+)?")}, source=path)


def _listed(markdown: str, name: str) -> set[str]:
    """Return the names in the first column of a document's tables."""
    rows = " ".join(_ROW.findall(markdown))
    return set(re.findall(f"`({name})`", rows))


def _compare(known: set[str], listed: dict[Path, set[str]], *, source: Path) -> Problems:
    return [
        *(
            f"{path}: {name} of {source} is missing"
            for path, names in listed.items()
            for name in sorted(known - names)
        ),
        *(
            f"{path}: {name} is not in {source}"
            for path, names in listed.items()
            for name in sorted(names - known)
        ),
    ]
