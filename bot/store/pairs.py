"""Texts as numbers of neighbouring characters, so that any part of them can be found by an index.

    サイズ -> サイ, イズ -> two numbers

Japanese has no spaces to find words by; a pair of characters is the smallest thing anybody looks
for. Three letters or digits in a row get a number as well: pairs of digits are too common to tell
one order from another. A number may stand for more than one pair: whoever finds by numbers looks
at the text again.
"""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

#: Of the number of a pair.
BITS: Final = 16
_MASK: Final = (1 << BITS) - 1
#: So many numbers tell one text from another well enough; each is a way into the index.
_ASKED: Final = 4
#: Whatever spreads code points over sixteen bits will do, as long as it never changes.
_MIX: Final = (2_654_435_761, 2_246_822_519, 3_266_489_917)


def folded(text: str) -> str:
    """Return a text as it is looked for: widths, cases and compatible characters do not matter."""
    return unicodedata.normalize("NFKC", text).lower()


def folded_in_sql(column: str) -> str:
    """Return how PostgreSQL folds a column; to ask first whether it has to is far faster."""
    return (
        f"CASE WHEN {column} IS NFKC NORMALIZED THEN lower({column}) "
        f"ELSE lower(normalize({column}, NFKC)) END"
    )


def like(words: str) -> str:
    """Return the pattern of texts with folded words in them; its escape is ``!``."""
    return "%" + "".join(f"!{sign}" if sign in "!%_" else sign for sign in words) + "%"


def grams(text: str) -> list[int]:
    """Return the numbers of a text, each once, sorted; empty for a single character."""
    return numbers("".join(folded(text).split()))


def asked(words: str) -> list[int]:
    """Return a few numbers that every text with these words has: those that look rarest."""
    return telling("".join(folded(words).split()))


def numbers(plain: str) -> list[int]:
    """Return the numbers of a text that is folded and has no spaces."""
    return sorted({number(*pair) for pair in pairwise(plain)} | {*_triples(plain)})


def telling(plain: str) -> list[int]:
    """Return the few numbers to ask for of a text that is folded and has no spaces."""
    found = dict.fromkeys(_triples(plain))
    pairs = sorted(pairwise(plain), key=_commonness)
    return list(found | dict.fromkeys(number(*pair) for pair in pairs))[:_ASKED]


def number(*signs: str) -> int:
    """Return the number of up to three characters in a row."""
    mixed = 0
    for sign, factor in zip(signs, _MIX, strict=False):
        mixed ^= ord(sign) * factor
    return (mixed >> 13) & _MASK


def _triples(plain: str) -> Iterator[int]:
    for triple in zip(plain, plain[1:], plain[2:], strict=False):
        if all(c.isascii() and c.isalnum() for c in triple):
            yield number(*triple)


def _commonness(pair: tuple[str, str]) -> int:
    """Order pairs: kanji, which follow the kana in Unicode, say more than kana and letters do."""
    return -sum(map(ord, pair))
