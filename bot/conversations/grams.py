"""Words as pairs of neighbouring characters, so that two of them can be found in any text.

    サイズ -> サイ, イズ -> two numbers -> placed in the days of the message

Japanese has no spaces to find words by; a pair of characters is the smallest thing anybody looks
for. Three letters or digits in a row get a number as well: pairs of digits are too common to tell
one order from another. A number may stand for more than one pair: whoever finds by numbers looks
at the text again.

A pair's number holds the days of its message in its upper bits. So whoever looks for the newest
reads a common pair of a few days, not of years; and what is written now lies together.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

#: Of the number of a pair; the days have the 15 bits above.
_BITS: Final = 16
_MASK: Final = (1 << _BITS) - 1
_PERIODS: Final = 1 << 15
#: How many days share their numbers, as microseconds: ids of messages count those.
_PERIOD: Final = 4 * 86_400 * 1_000_000
_ID_BITS: Final = 12
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


def grams(text: str) -> list[int]:
    """Return the numbers of a text, each once, sorted; empty for a single character."""
    plain = "".join(folded(text).split())
    return sorted({_number(*pair) for pair in pairwise(plain)} | {*_triples(plain)})


def asked(words: str) -> list[int]:
    """Return a few numbers that every text with these words has: those that look rarest."""
    plain = "".join(folded(words).split())
    found = dict.fromkeys(_triples(plain))
    pairs = sorted(pairwise(plain), key=_commonness)
    return list(found | dict.fromkeys(_number(*pair) for pair in pairs))[:_ASKED]


def period(message_id: int) -> int:
    """Return the number of the days in which a message's id was given."""
    return (message_id >> _ID_BITS) // _PERIOD


def placed(numbers: Sequence[int], in_period: int) -> list[int]:
    """Return the numbers as the index keeps them for messages of some days."""
    days = (in_period % _PERIODS) << _BITS
    return [days | number for number in numbers]


def _triples(plain: str) -> Iterator[int]:
    for triple in zip(plain, plain[1:], plain[2:], strict=False):
        if all(c.isascii() and c.isalnum() for c in triple):
            yield _number(*triple)


def _number(*signs: str) -> int:
    mixed = 0
    for sign, factor in zip(signs, _MIX, strict=False):
        mixed ^= ord(sign) * factor
    return (mixed >> 13) & _MASK


def _commonness(pair: tuple[str, str]) -> int:
    """Order pairs: kanji, which follow the kana in Unicode, say more than kana and letters do."""
    return -sum(map(ord, pair))
