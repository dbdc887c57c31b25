"""What the account shows can be shown: templates render, menus, surveys and words can be read."""

import ast
from pathlib import Path
from typing import Final

from bot import content as account_content
from bot.content import ContentError
from bot.definitions.library import Library
from bot.line.check import problems
from bot.line.messages import flex
from richmenus.version import versions
from tests.checks import files
from tests.checks.files import ROOT
from tests.checks.model import Problems
from tests.golden import bubbles as golden

_TEMPLATES: Final = Path("flex_templates")
_SAMPLES: Final = Path("tests/golden/bubbles.py")
#: Where those templates are rendered that samples do not render themselves.
_RENDERED: Final = (
    _SAMPLES,
    Path("tests/golden/wallet.py"),
    Path("bot/coupons/showing.py"),
    Path("bot/surveys/asking.py"),
    Path("bot/conversations/handing.py"),
)


def templates() -> Problems:
    """Every bubble renders, LINE would take it, and it looks as in its golden file."""
    shown = golden.bubbles()
    kept = {path.stem: path.read_text("utf-8") for path in golden.FOLDER.glob("*.json")}
    return [
        *(f"{_SAMPLES}: no bubble is made of {name}" for name in sorted(_unsampled())),
        *(
            f"{name}: {problem}"
            for name in shown
            for problem in problems([flex(name, shown[name])])
        ),
        *(f"{name} differs from its golden file" for name in shown if _differs(shown, kept, name)),
        *(f"{name}.json is the file of no bubble" for name in sorted(kept.keys() - shown.keys())),
    ]


def definitions() -> Problems:
    """Surveys, the account's words, menu rules and rich menus can be read, and name each other."""
    try:
        account_content.account()
        versions()
        Library()
    except ContentError as error:
        return str(error).splitlines()
    return []


def _differs(shown: dict[str, dict[str, object]], kept: dict[str, str], name: str) -> bool:
    return kept.get(name) != golden.shown(shown[name])


def _unsampled() -> set[str]:
    """Return the templates that nothing here names; parts of others begin with a low line."""
    names = {path.name.partition(".")[0] for path in (ROOT / _TEMPLATES).glob("*.json.j2")}
    named = {
        node.value
        for path in _RENDERED
        for node in ast.walk(ast.parse(files.read(path)))
        if isinstance(node, ast.Constant)
    }
    return {name for name in names - named if not name.startswith("_")}
