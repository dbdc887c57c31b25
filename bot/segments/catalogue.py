"""The fields a condition can name, with their types and their words.

attributes, surveys, menus -> Catalogue -> model (may this be asked?), resolve, words
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.people.bilingual import Bilingual
from bot.segments.atoms import Source


class Kind(StrEnum):
    """The type of a field; it decides the operators."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    MULTI = "multi"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Age:
    """Whole years since the day in an attribute of the person."""

    attribute: str


@dataclass(frozen=True, slots=True)
class FriendshipDays:
    """Midnights in Tokyo since the friend last added the account; missing unless a friend now."""


@dataclass(frozen=True, slots=True)
class EffectiveFriend:
    """Whether a message can reach the friend."""


Derived: TypeAlias = Age | FriendshipDays | EffectiveFriend


@dataclass(frozen=True, slots=True)
class Presence:
    """How it is said that a field has a value; ``{name}`` is the field's name."""

    there: Bilingual
    missing: Bilingual
    #: Those for whom it is missing, behind a comparison that counts them or does not.
    note: Bilingual


#: Of what somebody told or typed.
ENTERED: Final = Presence(
    there=Bilingual(ja="{name}の登録あり", en="{name} is known"),
    missing=Bilingual(ja="{name}の登録なし", en="{name} is not known"),
    note=Bilingual(ja="登録なし", en="unknown"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something known of a friend."""

    #: Such as ``attribute.sex``, ``tag``, ``survey.welcome``.
    key: str
    kind: Kind
    reads: Source | Derived
    name: Bilingual
    #: By value, in the order they are offered. Empty: any text is taken.
    choices: Mapping[str, Bilingual] = field(default_factory=lambda: MappingProxyType({}))
    #: Stands behind a number.
    unit: Bilingual | None = None
    #: Whether a choice says it all: 「女性」 instead of 「性別が女性」.
    is_plain: bool = False
    #: Whether there is a value for everybody, so that asking for one makes no sense.
    is_always_known: bool = False
    presence: Presence = ENTERED
    #: A day as it comes round each year; None: its name serves.
    anniversary: Bilingual | None = None


class UnknownFieldError(LookupError):
    """No field has this key."""


def _is_short(key: str) -> bool:
    """Whether a field is worth naming to whoever knows none: not each attribute and answer."""
    return not key.startswith("attribute.") and key.count(".") < 2  # noqa: PLR2004 - survey.<key>


class Catalogue:
    """All fields of this account, in the order a person would look for them."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields = {item.key: item for item in fields}

    def __getitem__(self, key: str) -> Field:
        try:
            return self._fields[key]
        except KeyError:
            near = get_close_matches(key, self._fields, n=3, cutoff=0.7)
            few = near or ["attribute.<key>", *filter(_is_short, self._fields)]
            raise UnknownFieldError(
                f"there is no field {key}; choose one such as {', '.join(few)}"
            ) from None

    @property
    def fields(self) -> Iterable[Field]:
        """Every field."""
        return self._fields.values()
