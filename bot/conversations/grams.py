"""Words as pairs of neighbouring characters, so that two of them can be found in any text.

    サイズ -> サイ, イズ -> two numbers

Japanese has no spaces to find words by; a pair of characters is the smallest thing anybody looks
for. A number may stand for more than one pair: whoever finds by numbers looks at the text again.
"""

import unicodedata
from itertools import pairwise
from typing import Final

#: A factor that keeps neighbouring code points apart; the rest fits a 32-bit column.
_FACTOR: Final = 65_599
_MASK: Final = 0x7FFFFFFF


def folded(text: str) -> str:
    """Return a text as it is looked for: widths, cases and compatible characters do not matter."""
    return unicodedata.normalize("NFKC", text).lower()


def grams(text: str) -> list[int]:
    """Return the numbers of a text's pairs, each once, sorted; empty for a single character."""
    plain = "".join(folded(text).split())
    return sorted({(ord(a) * _FACTOR + ord(b)) & _MASK for a, b in pairwise(plain)})
