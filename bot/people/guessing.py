"""What kind of attribute a column of a file is, by all of its values.

Only what has an unmistakable form is guessed: codes with leading zeros stay texts, and 0 and 1
stay numbers.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import orjson

from bot.people.bilingual import Bilingual
from bot.people.dates import parse_day
from bot.people.definition import ATTRIBUTE, RESERVED, Attribute, EmailAttribute
from bot.people.kinds import BooleanAttribute, NumberAttribute, UnfitError
from bot.people.model import PeopleError
from bot.people.phone import parse_phone
from bot.people.prefectures import parse_prefecture
from bot.people.written import BETWEEN, UnreadableError, dashed, plain

_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_NUMBER: Final = re.compile(r"[-+▲△]?(0|[1-9][\d,]{0,14})(\.\d+)?", re.ASCII)
_POSTAL: Final = re.compile(r"〒\s*\d{3}-?\d{4}|\d{3}-\d{4}", re.ASCII)
_PHONE: Final = re.compile(r"(\+81|0).+")
_MOST_CHOICES: Final = 200

_SAMPLE: Final = Bilingual.same("sample")
_BOOLEAN: Final = BooleanAttribute(key="x", label=_SAMPLE, kind="boolean")
_NUMBERS: Final = NumberAttribute(key="x", label=_SAMPLE, kind="number")
_EMAIL: Final = EmailAttribute(key="x", label=_SAMPLE, kind="email")


class ColumnKindError(PeopleError):
    """A column cannot become an attribute of the kind that was asked for."""


def _is(pattern: re.Pattern[str], text: str, read: Callable[[str], Any]) -> bool:
    if not pattern.fullmatch(text):
        return False
    try:
        read(text)
    except (UnreadableError, UnfitError):
        return False
    return True


_ANY: Final = re.compile(r".+", re.DOTALL)
_NO_DIGITS: Final = re.compile(r"\D+")
#: Tried in this order; a column is of the first kind that all of its values are of.
_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "boolean": lambda text: _is(_NO_DIGITS, plain(text), _BOOLEAN.parse),
    "date": lambda text: _is(_ANY, text, parse_day),
    "postal_code": lambda text: _is(_POSTAL, dashed(text), str),
    "phone": lambda text: _is(_PHONE, dashed(text), parse_phone),
    "email": lambda text: _is(_ANY, text, _EMAIL.parse),
    "prefecture": lambda text: _is(_NO_DIGITS, plain(text), parse_prefecture),
    "number": lambda text: _is(_NUMBER, plain(text), _NUMBERS.parse),
}


class ColumnGuess:
    """What the values so far allow a column to be."""

    def __init__(self, heading: str, kind: str | None = None) -> None:
        """Watch a column; ``kind``, where it is given, is taken as it is."""
        self.heading = heading
        self.kind = kind
        self._kinds = list(_TESTS) if kind is None else []
        self._choices: dict[str, None] = {}
        self._longest = 0
        self._seen = False

    def see(self, text: str) -> None:
        """Look at one value that is not empty."""
        self._seen = True
        self._longest = max(self._longest, len(text))
        self._kinds = [kind for kind in self._kinds if _TESTS[kind](text)]
        if self.kind in {"choice", "multi_choice"} and len(self._choices) <= _MOST_CHOICES:
            parts = [text] if self.kind == "choice" else re.split(BETWEEN, text)
            self._choices.update(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def attribute(self, key: str) -> Attribute:
        """Return what the column becomes.

        Raises:
            ColumnKindError: the kind that was asked for is none, or its values do not allow it.
        """
        if not _SLUG.fullmatch(key):
            raise ColumnKindError(f"{key} is no key; use small letters, digits and _")
        kind = self.kind or (self._kinds[0] if self._kinds and self._seen else "text")
        body: dict[str, Any] = {"key": key, "kind": kind}
        body["label"] = Bilingual.same(self.heading).model_dump()
        if kind == "text" and self._longest > 500:  # noqa: PLR2004 - the default of texts
            body["longest"] = 5_000
        if kind in {"choice", "multi_choice"}:
            body["choices"] = self._options()
        try:
            return ATTRIBUTE.validate_json(orjson.dumps(body))
        except ValueError as error:
            raise ColumnKindError(
                f"{self.heading} cannot be of kind {kind}; choose one of {', '.join(_TESTS)}, "
                "text, choice, multi_choice"
            ) from error

    def _options(self) -> Iterable[dict[str, Any]]:
        if len(self._choices) > _MOST_CHOICES:
            raise ColumnKindError(
                f"{self.heading} has over {_MOST_CHOICES} different values; make it a text"
            )
        return [
            {"value": choice, "label": Bilingual.same(choice).model_dump()}
            for choice in self._choices
        ]


def key_for(heading: str) -> str:
    """Make a key of a heading: its own letters where they are Latin, else a name of its own."""
    slug = re.sub(r"[^a-z0-9]+", "_", plain(heading).lower()).strip("_")
    if plain(heading).isascii() and _SLUG.fullmatch(slug) and slug not in RESERVED:
        return slug
    return f"column_{hashlib.sha256(plain(heading).encode()).hexdigest()[:8]}"
