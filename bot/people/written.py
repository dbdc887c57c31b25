"""What people write, made plain enough to be read: one width, one hyphen, no space around.

Only for what has a form of its own (numbers, dates, addresses to write to). Names and other texts
stay as they were written: normalising changes how 神 and 崎 are drawn in somebody's name.
"""

import unicodedata
from typing import Final

#: What people put between several values, as a class of a regular expression.
BETWEEN: Final = r"[;,|、\n]"
#: Every dash that keyboards and spreadsheets put between digits; ー is the katakana long vowel.
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─━", "-"))


class UnreadableError(ValueError):
    """A text cannot be read as what it should be; says what is wrong and its mend."""

    def __init__(self, *, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja = ja
        self.en = en


def plain(text: str) -> str:
    """Return the text in half-width signs (NFKC), without space around."""
    return unicodedata.normalize("NFKC", text).strip()


def dashed(text: str) -> str:
    """Return the plain text with every dash as ``-``."""
    return plain(text).translate(_DASHES)


def folded(text: str) -> str:
    """Return a text as it is compared with labels: width, case and inner space do not count."""
    return "".join(plain(text).casefold().split())
