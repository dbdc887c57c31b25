"""The console's catalogues; ``.venv/bin/python -m tests.catalogues`` writes them.

N_("…") and {{ _("…") }} of bot/console -> locale/<language>/LC_MESSAGES/console.po -> console.mo

The words themselves are Japanese. Whoever adds some runs this, fills in what it names and runs it
again; ``./run check catalogues`` holds that nothing is missing.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.console.language import JAPANESE, LANGUAGES

CONSOLE: Final = Path(__file__).resolve().parents[1] / "bot" / "console"
#: What calls hold words, and which of their arguments.
KEYWORDS: Final = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS: Final = {"templates/**.html": {"silent": "false"}}
#: A file that changes only when words do.
_MADE: Final = datetime(2026, 1, 1, tzinfo=UTC)


def translated() -> list[str]:
    """Return the languages that need a catalogue."""
    return [language for language in LANGUAGES if language != JAPANESE]


def path_of(language: str, suffix: str) -> Path:
    """Return where a language's catalogue is."""
    return CONSOLE / "locale" / language / "LC_MESSAGES" / f"console.{suffix}"


def current(language: str) -> Catalog:
    """Return a language's catalogue with exactly the words the console has now."""
    path = path_of(language, "po")
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    fresh = Catalog(
        locale=language,
        project="Enishi",
        version="console",
        fuzzy=False,
        creation_date=_MADE,
        revision_date=_MADE,
        header_comment="# The words of bot/console; tests/catalogues.py keeps this file.",
    )
    for words in _words():
        kept = known.get(words)
        is_sure = kept is not None and kept.string and not kept.fuzzy
        fresh.add(words, kept.string if kept is not None and is_sure else "")
    return fresh


def as_po(catalogue: Catalog) -> bytes:
    """Return the text that people edit."""
    file = io.BytesIO()
    write_po(file, catalogue, no_location=True, sort_output=True, width=98)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return what the console reads."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """Return the words that have no translation."""
    return [
        str(message.id if isinstance(message.id, str) else message.id[0])
        for message in catalogue
        if message.id and not _is_whole(message.string)
    ]


def main() -> None:
    """Write every catalogue and name what is to be filled in."""
    for language in translated():
        catalogue = current(language)
        path_of(language, "po").parent.mkdir(parents=True, exist_ok=True)
        path_of(language, "po").write_bytes(as_po(catalogue))
        path_of(language, "mo").write_bytes(as_mo(catalogue))
        for words in missing(catalogue):
            print(f"{path_of(language, 'po').relative_to(CONSOLE)}: no {language} for: {words}")


def _words() -> Iterator[str | tuple[str, ...]]:
    found = extract_from_dir(
        CONSOLE, method_map=_METHODS, options_map=_OPTIONS, keywords=KEYWORDS, comment_tags=()
    )
    for _path, _line, message, _comments, _context in sorted(found, key=lambda each: str(each[2])):
        yield message


def _is_whole(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string or ()))


if __name__ == "__main__":
    main()
