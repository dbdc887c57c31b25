"""What is wrong with a message, gathered field by field.

Every method looks at one field of a JSON object and adds a problem when LINE would refuse it.
``at`` is the path of the object, such as ``messages[0].template``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bot.line import limits
from bot.line.counting import graphemes, most_graphemes, most_units, units

Json: TypeAlias = dict[str, Any]

_HTTPS: Final = re.compile(r"https://[!-~]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that LINE would refuse."""

    #: Such as ``messages[0].text``.
    path: str
    #: In words, with the limit and the actual size.
    rule: str

    def __str__(self) -> str:
        return f"{self.path}: {self.rule}"


class Report:
    """The problems found so far."""

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, at: str, rule: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(at, rule))

    def text(
        self,
        owner: Json,
        key: str,
        at: str,
        limit: int,
        *,
        required: bool = True,
        seen: bool = False,
        empty: bool = False,
    ) -> str:
        """Look at a text and return it, empty when it is missing.

        Args:
            owner: the object that has the field.
            key: the field's name.
            at: the object's path.
            limit: UTF-16 code units; with ``seen``, graphemes.
            required: the field must be there.
            seen: count what a reader sees.
            empty: the text may be empty.
        """
        value = owner.get(key)
        if value is None:
            if required:
                self.add(f"{at}.{key}", "is required")
            return ""
        if not isinstance(value, str):
            self.add(f"{at}.{key}", f"must be a text, not {_kind(value)}")
            return ""
        if not value and not empty:
            self.add(f"{at}.{key}", "must not be empty")
        elif not (most_graphemes if seen else most_units)(value, limit):
            size = f"{graphemes(value)} characters" if seen else f"{units(value)} UTF-16 units"
            self.add(f"{at}.{key}", f"has {size}; LINE takes at most {limit}")
        return value

    def url(self, owner: Json, key: str, at: str, *, required: bool = True) -> None:
        """Look at the address of a picture, video or the like."""
        value = self.text(owner, key, at, limits.URL_CHARACTERS, required=required)
        if value and not _HTTPS.fullmatch(value):
            self.add(f"{at}.{key}", "must be an https:// address, percent-encoded")

    def pattern(self, owner: Json, key: str, at: str, shape: re.Pattern[str], words: str) -> None:
        """Look at an optional text of a fixed shape."""
        value = owner.get(key)
        if value is not None and not (isinstance(value, str) and shape.fullmatch(value)):
            self.add(f"{at}.{key}", f"must be {words}")

    def choice(
        self, owner: Json, key: str, at: str, choices: Sequence[str], *, required: bool = False
    ) -> None:
        """Look at a field that takes one of a few words."""
        value = owner.get(key)
        if value is None:
            if required:
                self.add(f"{at}.{key}", f"is required: one of {', '.join(choices)}")
        elif value not in choices:
            self.add(f"{at}.{key}", f"must be one of {', '.join(choices)}")

    def number(
        self,
        owner: Json,
        key: str,
        at: str,
        low: float,
        high: float = float("inf"),
        *,
        required: bool = True,
    ) -> None:
        """Look at a number and its range, ends included."""
        value = owner.get(key)
        if value is None:
            if required:
                self.add(f"{at}.{key}", "is required")
        elif isinstance(value, bool) or not isinstance(value, int | float):
            self.add(f"{at}.{key}", f"must be a number, not {_kind(value)}")
        elif not low <= value <= high:
            span = f"at least {low}" if high == float("inf") else f"from {low} to {high}"
            self.add(f"{at}.{key}", f"is {value}; LINE takes {span}")

    def one(self, owner: Json, key: str, at: str, *, required: bool = True) -> Json | None:
        """Return an object; nothing when it is missing or is none."""
        value = owner.get(key)
        if isinstance(value, dict):
            return value
        if value is not None:
            self.add(f"{at}.{key}", f"must be an object, not {_kind(value)}")
        elif required:
            self.add(f"{at}.{key}", "is required")
        return None

    def many(
        self, owner: Json, key: str, at: str, low: int, high: int | None = None
    ) -> list[tuple[str, Json]]:
        """Return the objects of a list, each with its path."""
        value = owner.get(key)
        if not isinstance(value, list | tuple):
            words = "is required" if value is None else f"must be a list, not {_kind(value)}"
            self.add(f"{at}.{key}", words)
            return []
        size = len(value)
        if size < low or (high is not None and size > high):
            self.add(f"{at}.{key}", f"has {size} items; LINE takes {_span(low, high)}")
        found = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append((f"{at}.{key}[{index}]", item))
            else:
                self.add(f"{at}.{key}[{index}]", f"must be an object, not {_kind(item)}")
        return found


def _span(low: int, high: int | None) -> str:
    if low == high:
        return f"exactly {low}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def _kind(value: object) -> str:
    names = {type(None): "null", list: "a list", dict: "an object", bool: "true or false"}
    return names.get(type(value), type(value).__name__)
