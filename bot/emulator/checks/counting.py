"""The two ways LINE counts characters: UTF-16 code units, and graphemes for named fields."""

from collections.abc import Callable
from typing import TypeAlias

import regex

Count: TypeAlias = Callable[[str], int]

_GRAPHEME = regex.compile(r"\X")


def utf16(text: str) -> int:
    """Count UTF-16 code units: an emoji beyond the BMP is two."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def graphemes(text: str) -> int:
    """Count what a reader sees as characters (UAX 29): a family emoji is one."""
    if text.isascii() and "\r\n" not in text:
        return len(text)
    return len(_GRAPHEME.findall(text))
