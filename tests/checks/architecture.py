"""Rules of the code that no linter knows, read from its syntax trees."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.checks import files
from tests.checks.model import Problems

_CODE: Final = ("bot", "handlers", "richmenus", "flex_templates")
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Rule:
    """What only some places may name."""

    says: str
    is_broken: Callable[[ast.AST], bool]
    #: Folders and files it does not hold in, each with its reason.
    exempt: dict[str, str]


def _attribute(*names: str) -> Callable[[ast.AST], bool]:
    """Match ``a.b``, called or not."""

    last = {name.rpartition(".")[2] for name in names}

    def matches(node: ast.AST) -> bool:
        if not isinstance(node, ast.Attribute) or node.attr not in last:
            return False
        return ast.unparse(node) in names

    return matches


def _method(*names: str) -> Callable[[ast.AST], bool]:
    """Match a call of ``….name()``."""

    def matches(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
        )

    return matches


def _defines(*prefixes: str) -> Callable[[ast.AST], bool]:
    def matches(node: ast.AST) -> bool:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        return node.name.lstrip("_").startswith(prefixes)

    return matches


RULES: Final = (
    Rule(
        "the environment is read in bot/settings.py",
        _attribute("os.environ", "os.getenv", "os.environb"),
        {
            "bot/settings.py": "it reads it",
            "bot/cli": "hands it to the settings",
            "bot/bench": "starts processes, each with an environment of its own",
        },
    ),
    Rule(
        "the time is asked of a Clock (bot/clock.py)",
        _attribute(
            "datetime.now",
            "datetime.utcnow",
            "datetime.today",
            "date.today",
            "datetime.datetime.now",
            "datetime.date.today",
            "time.time",
            "time.time_ns",
        ),
        {
            "bot/clock.py": "it is the clock",
            "bot/store/arrival.py": "numbers what this machine meets, whatever the clock",
            "bot/emulator": "shares no code with the bot, and has a clock of its own",
            "bot/bench": "stands outside the bot and measures it",
        },
    ),
    Rule(
        "transactions end where they begin, with `async with engine.begin()`",
        _method("commit", "rollback"),
        {"bot/store/migrations": "Alembic runs one migration a transaction"},
    ),
    Rule(
        "functions are named by what they do",
        _defines("handle_", "process_data"),
        {},
    ),
)


def rules() -> Problems:
    """Every rule holds everywhere it is not excused."""
    return [
        problem
        for path in files.python_files(*_CODE)
        for problem in broken(path, files.read(path))
    ]


def broken(path: Path, source: str) -> Iterator[str]:
    """Yield what breaks a rule in one file."""
    held = [rule for rule in RULES if not _is_exempt(path, rule)]
    for node in ast.walk(ast.parse(source)):
        for rule in held:
            if rule.is_broken(node):
                yield f"{path}:{getattr(node, 'lineno', 0)}: {rule.says}"


def sizes() -> Problems:
    """No module is so long that its reader loses the way."""
    return [
        f"{path}: {lines} lines, at most {_LONGEST}: split it by noun"
        for path in files.python_files(*_CODE, "tests")
        if (lines := len(files.read(path).splitlines())) > _LONGEST
    ]


def _is_exempt(path: Path, rule: Rule) -> bool:
    return any(path.is_relative_to(place) for place in rule.exempt)
