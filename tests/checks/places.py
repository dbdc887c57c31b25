"""What documents name in code is there: paths, tests, modules, pages of the console, API calls."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from bot.console.app import TOPICS
from tests.checks import files
from tests.checks.links import targets
from tests.checks.model import Problems

_BLOCK: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_PATH: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
_TEST: Final = re.compile(r"(?:[\w/.]+::)?(test_\w+)")
_NAME: Final = re.compile(r"((?:bot|handlers|richmenus|tests)(?:\.\w+)+)(?:\(.*\))?")
_PAGE: Final = re.compile(r"/console(?:/[\w{}/.-]*)?")
_CALL: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/[^\s?]+)")
_MODULE: Final = re.compile(r"python -m ([a-z_]+(?:\.[a-z_]+)+)")
_GAP: Final = re.compile(r"\{\w+(?::(?:[^{}]|\{[^{}]*\})+)?\}")
#: Where a document's paths may begin, besides the project and the document's own folder.
_WITHIN: Final = ("", "bot/console/", "bot/emulator/", "tests/emulator/")
#: In the folder of an account, not in the project's.
_OF_ACCOUNTS: Final = ("richmenus/given",)
_PICTURES: Final = (Path("docs/images"), Path("docs/screenshots"))


def named_places() -> Problems:
    """Every path, test, module, page and call that a document names exists."""
    return [
        f"{path}: {name}: {trouble}"
        for path in files.documents()
        for name, trouble in troubles(path, files.read(path))
    ]


def unseen_pictures() -> Problems:
    """Every picture kept for the documents is shown in one."""
    shown = {
        (files.ROOT / path).parent.joinpath(target).resolve()
        for path in files.documents()
        for target in targets(files.read(path))
    }
    return [
        f"{path}: no document shows it"
        for path in files.all_files()
        if path.parent in _PICTURES and (files.ROOT / path).resolve() not in shown
    ]


def troubles(document: Path, markdown: str) -> Iterator[tuple[str, str]]:
    """Yield what a document names that is not there, with what it should be."""
    for module in _MODULE.findall(markdown):
        if not _is_module(module):
            yield module, "there is no such module"
    for code in _CODE.findall(_BLOCK.sub("", markdown)):
        kind, is_there = next(_readings(document, code), ("", True))
        if not is_there:
            yield code, f"there is no such {kind}"


def _readings(document: Path, code: str) -> Iterator[tuple[str, bool]]:
    """Yield what a piece of code can be meant as, the likeliest first, and whether that exists."""
    if not code.endswith(".py"):
        if test := _TEST.fullmatch(code):
            yield "test", test[1] in _tests()
        if name := _NAME.fullmatch(code):
            yield "name", _is_named(name[1])
    if document == Path("docs/api.md") and (call := _CALL.fullmatch(code)):
        yield "call", (call[1], _GAP.sub("{}", call[2])) in _calls()
    if page := _PAGE.fullmatch(code.partition("?")[0]):
        yield "page", _is_page(page[0].rstrip("/"))
    if _PATH.fullmatch(code) and code.split("/", maxsplit=1)[0] in _folders(document):
        yield "file", code.startswith(_OF_ACCOUNTS) or _is_there(document, code.rstrip("/"))


@cache
def _folders(document: Path) -> frozenset[str]:
    """The first parts of what can only be meant as a path."""
    known = files.all_files()
    begins = [Path(start) for start in (*_WITHIN, str(document.parent))]
    return frozenset(
        path.relative_to(begin).parts[0]
        for begin in begins
        for path in known
        if path.is_relative_to(begin) and len(path.relative_to(begin).parts) > 1
    )


def _is_there(document: Path, name: str) -> bool:
    begins = (*_WITHIN, f"{document.parent}/")
    return any((files.ROOT / begin / name).exists() for begin in begins)


@cache
def _tests() -> frozenset[str]:
    return frozenset(
        name
        for path in files.python_files("tests")
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", files.read(path), re.MULTILINE)
    )


def _is_module(name: str) -> bool:
    path = files.ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def _is_named(name: str) -> bool:
    """Whether a dotted name leads to a module, or to what one defines."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        path = files.ROOT.joinpath(*parts[:cut])
        source = (
            path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        )
        if source.is_file():
            return cut == len(parts) or parts[cut] in _defined(source)
    return files.ROOT.joinpath(*parts).is_dir()


def _defined(source: Path) -> set[str]:
    tree = ast.parse(source.read_text("utf-8"))
    return {
        name
        for node in tree.body
        for name in (
            [getattr(node, "name", "")]
            + [alias.asname or alias.name for alias in getattr(node, "names", [])]
        )
    }


@cache
def _pages() -> tuple[re.Pattern[str], ...]:
    routes = (route.path for topic in TOPICS for route in topic.routes.routes)
    patterns = (_GAP.split(path.rstrip("/")) for path in routes)
    return tuple(re.compile("[^/]+".join(map(re.escape, parts))) for parts in patterns)


def _is_page(path: str) -> bool:
    return any(pattern.fullmatch(path.removeprefix("/console")) for pattern in _pages())


@cache
def _calls() -> frozenset[tuple[str, str]]:
    document = orjson.loads(files.read(Path("docs/api/openapi.json")))
    return frozenset(
        (method.upper(), _GAP.sub("{}", path))
        for path, methods in document["paths"].items()
        for method in methods
    )
