"""The console's words: written in Japanese, translated by a gettext catalogue.

    N_("…") in Python, {{ _("…") }} in templates -> locale/<language>/LC_MESSAGES/console.mo

Python code marks words and never translates them: the page does, for whoever looks at it.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from markupsafe import escape

JAPANESE: Final = "ja"
#: Each with its own name for itself.
LANGUAGES: Final[Mapping[str, str]] = {JAPANESE: "日本語", "en": "English"}

_LOCALE: Final = Path(__file__).parent / "locale"


def N_(message: str) -> str:  # noqa: N802 - the name gettext gives it
    """Mark words for the catalogue."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """Return the words of a language; Japanese needs no catalogue, the words are Japanese."""
    if language == JAPANESE:
        return NullTranslations()
    path = _LOCALE / language / "LC_MESSAGES" / "console.mo"
    with path.open("rb") as file:
        return GNUTranslations(file)


def say(language: str, words: str) -> str:
    """Return the words of a language, as the templates' ``_`` takes them: as markup with gaps.

    What is not of the catalogue is not ours, such as what LINE answered: it is shown as it is.
    """
    if not words or not _marked().gettext(words):
        return str(escape(words)).replace("%", "%%")
    return translations(language).gettext(words)


class _Unknown(NullTranslations):
    def gettext(self, message: str) -> str:
        del message
        return ""


@cache
def _marked() -> NullTranslations:
    """Return a catalogue, of any language: each has everything that was marked."""
    with (_LOCALE / "en" / "LC_MESSAGES" / "console.mo").open("rb") as file:
        marked = GNUTranslations(file)
    marked.add_fallback(_Unknown())
    return marked


def preferred(accept_language: str) -> str:
    """Return the first language of ours that a browser asks for; Japanese when there is none."""
    asked: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            asked.append((-float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    by_weight = sorted(asked, key=lambda one: one[0])
    return next((tag for weight, tag in by_weight if weight and tag in LANGUAGES), JAPANESE)
