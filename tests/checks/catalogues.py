"""The console's catalogues hold exactly the words of the console, each with its translation."""

import re
from typing import Final

from babel.messages.catalog import Message

from tests import catalogues
from tests.checks.files import ROOT
from tests.checks.model import Problems

_VALUE: Final = re.compile(r"%\([a-z_]+\)[sd]")


def complete() -> Problems:
    """Nothing is missing, nothing is left over, values are named alike, .mo follows .po."""
    return [problem for language in catalogues.translated() for problem in _problems(language)]


def _problems(language: str) -> Problems:
    po, mo = catalogues.path_of(language, "po"), catalogues.path_of(language, "mo")
    name = po.relative_to(ROOT)
    now = catalogues.current(language)
    stale = po.read_bytes() != catalogues.as_po(now) or mo.read_bytes() != catalogues.as_mo(now)
    return [
        *(f"{name}: no translation of {words}" for words in catalogues.missing(now)),
        *(f"{name}: other values in {message.id}" for message in now if _differs(message)),
        *(
            f"{name}: a bare % breaks the page: {message.id}"
            for message in now
            if _breaks(message)
        ),
        *([f"{name} or its .mo is not the one of today's words"] if stale else []),
    ]


def _breaks(message: Message) -> bool:
    """Whether filling in the values would fail: templates do so with every translation."""
    if not message.id:
        return False
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    both = [*([message.id] if isinstance(message.id, str) else message.id), *strings]
    return any("%" in _VALUE.sub("", words).replace("%%", "") for words in both if words)


def _differs(message: Message) -> bool:
    if not message.id:
        return False
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    wanted = {value for words in ids for value in _VALUE.findall(words)}
    return any(set(_VALUE.findall(words)) != wanted for words in strings if words)
