"""Barcodes and QR codes as the paths of an SVG: sharp at any size, a few hundred bytes on the way.

MemberNumber -> bars -> Symbol;  the payload of a rotating code -> qr -> Symbol
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

import segno

from bot.membership.number import MemberNumber
from bot.membership.settings import Barcode

#: ISO/IEC 18004: white modules on each side of a QR code.
_QUIET: Final = 4


@dataclass(frozen=True, slots=True)
class Symbol:
    """The black of a code; the view box is as wide and high as said, its quiet zone included."""

    width: int
    height: int
    path: str


@lru_cache(maxsize=1024)
def bars(number: MemberNumber, kind: Barcode) -> Symbol:
    """Encode a number for one-dimensional scanners; one module high, to be stretched."""
    if kind == "qr":
        return qr(number.digits)
    from bot.membership.drawing import encoded  # noqa: PLC0415 - what draws pictures is heavy, and
    # a process that serves no card starts without it

    code = encoded(number, kind)
    before, after = code.quiet
    width = before + len(code.bits) + after
    return Symbol(width, 1, "".join(_runs([bit == "1" for bit in code.bits], before, 0)))


def qr(text: str) -> Symbol:
    """Encode a text; short ones in capitals, digits and points stay coarse."""
    matrix = segno.make_qr(text, error="m").matrix
    side = len(matrix) + 2 * _QUIET
    rows = enumerate(matrix, _QUIET)
    path = "".join("".join(_runs(map(bool, row), _QUIET, y)) for y, row in rows)
    return Symbol(side, side, path)


def _runs(modules: Iterable[bool], x: int, y: int) -> Iterable[str]:
    for is_black, run in groupby(modules):
        length = len(list(run))
        if is_black:
            yield f"M{x} {y}h{length}v1h-{length}z"
        x += length
