"""What an act of the till was asked for: key, person, deadline, numbers."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from multidict import MultiMapping

from bot.store.types import to_ms

_KEY: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
_NUMBER: Final = re.compile(r"-?[0-9]+")
_LONGEST_NUMBER: Final = 12
LONGEST_REASON: Final = 200


class UnfitError(Exception):
    """The form is not one of ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What every act says of itself."""

    #: Names this act for ever: sent again, nothing happens twice.
    key: str
    person_id: int
    #: Nothing is done after this: the till has told its user so by then.
    until_ms: int

    def is_late(self, now: datetime) -> bool:
        """Whether the till has given up on it."""
        return to_ms(now) > self.until_ms


def read(given: MultiMapping[Any]) -> Asked:
    """Read what every act says.

    Raises:
        UnfitError: something is missing.
    """
    return Asked(own_key(given), whole_number(given, "person"), whole_number(given, "until"))


def own_key(given: MultiMapping[Any]) -> str:
    """Return the act's key, apart from those of other systems.

    Raises:
        UnfitError: it is not one.
    """
    key = str(given.get("key", ""))
    if not _KEY.fullmatch(key):
        raise UnfitError
    return f"till:{key}"


def whole_number(given: MultiMapping[Any], name: str) -> int:
    """Return a number that a script of ours wrote.

    Raises:
        UnfitError: it is none.
    """
    text = str(given.get(name, ""))
    if not (text.isascii() and text.isdigit() and len(text) < 20):  # noqa: PLR2004 - 64 bits
        raise UnfitError
    return int(text)


def typed_number(given: MultiMapping[Any], name: str) -> int | None:
    """Return a number that a person typed, as people do: 1,200円, １２００; None: it is none."""
    text = unicodedata.normalize("NFKC", str(given.get(name, "")))
    for sign in (",", "円", "¥", "pt", "ポイント", " "):
        text = text.replace(sign, "")
    text = text.replace("\N{MINUS SIGN}", "-")
    return int(text) if _NUMBER.fullmatch(text) and len(text) <= _LONGEST_NUMBER else None


def was_live(given: MultiMapping[Any]) -> bool | None:
    """Return what the page says of the scan before; it is shown again, and decides nothing."""
    return {"yes": True, "no": False}.get(str(given.get("live", "")))
