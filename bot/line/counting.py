"""How long LINE thinks a text is.

Most limits count UTF-16 code units, in which an emoji is two or more. Labels, and the texts of
actions, templates and rich menus, count graphemes: what a reader sees as one character.

Source: guide "Character counting in a text".
"""

import regex

_GRAPHEME = regex.compile(r"\X")


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Count extended grapheme clusters (UAX #29)."""
    return len(_GRAPHEME.findall(text))


def first_graphemes(text: str, limit: int) -> str:
    """Cut a text where a reader sees the end of a character."""
    return text if len(text) <= limit else "".join(_GRAPHEME.findall(text)[:limit])


def most_units(text: str, limit: int) -> bool:
    """Tell whether a text has no more units than the limit, mostly without counting."""
    return len(text) * 2 <= limit or units(text) <= limit


def most_graphemes(text: str, limit: int) -> bool:
    """Tell whether a text has no more graphemes than the limit, mostly without counting."""
    return len(text) <= limit or graphemes(text) <= limit


def unit_at(text: str, index: int) -> str:
    """Return the character that starts at a UTF-16 index; empty outside the text."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * index : 2 * index + 2].decode("utf-16-le", "replace") if index >= 0 else ""
