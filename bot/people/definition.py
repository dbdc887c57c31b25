"""Attributes of people as their author writes them.

attributes.yaml, definitions -> Attribute -> parse, check, show
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import Field, TypeAdapter, field_validator

from bot import content
from bot.content.yaml_source import Content, Several, Source
from bot.people.bilingual import Bilingual, Language
from bot.people.choices import ChoiceAttribute, MultiChoiceAttribute, Option
from bot.people.contacts import (
    EmailAttribute,
    PhoneAttribute,
    PostalCodeAttribute,
    PrefectureAttribute,
)
from bot.people.dates import DateAttribute
from bot.people.kinds import (
    BaseAttribute,
    BooleanAttribute,
    NumberAttribute,
    Stored,
    TextAttribute,
    UnfitError,
)
from bot.people.model import PeopleError

__all__ = [
    "ATTRIBUTE",
    "RESERVED",
    "Attribute",
    "BaseAttribute",
    "Bilingual",
    "BooleanAttribute",
    "ChoiceAttribute",
    "DateAttribute",
    "Definitions",
    "EmailAttribute",
    "Language",
    "MultiChoiceAttribute",
    "NumberAttribute",
    "Option",
    "PhoneAttribute",
    "PostalCodeAttribute",
    "PrefectureAttribute",
    "Stored",
    "TextAttribute",
    "UnfitError",
    "UnknownAttributeError",
    "load",
    "misuse",
]

Attribute: TypeAlias = Annotated[
    TextAttribute
    | NumberAttribute
    | ChoiceAttribute
    | MultiChoiceAttribute
    | DateAttribute
    | BooleanAttribute
    | PostalCodeAttribute
    | PrefectureAttribute
    | PhoneAttribute
    | EmailAttribute,
    Field(discriminator="kind"),
]

#: Reads and writes the body of one stored definition.
ATTRIBUTE: Final[TypeAdapter[Attribute]] = TypeAdapter(Attribute)

#: Keys that mean something else: identities, tags and what is derived.
RESERVED: Final = frozenset(
    {"person_id", "member_number", "user_id", "display_name", "tags", "created_at", "friend_since"}
    | {"age", "friendship_days", "effective_friend", "linked", "member"}
)


#: Attributes that more than screens go by: ages and birthdays are counted from this one.
_KINDS: Final = {"birth_date": "date"}


def misuse(attribute: Attribute) -> str | None:
    """Say what is wrong with a definition beside what is known already; None: nothing."""
    if attribute.key in RESERVED:
        return f"{attribute.key} is taken for something else; choose another key"
    kind = _KINDS.get(attribute.key, attribute.kind)
    if attribute.kind != kind:
        return f"{attribute.key} must be of kind {kind}, which ages are counted from; write that"
    return None


class UnknownAttributeError(PeopleError, KeyError):
    """Nobody has defined this attribute."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"there is no attribute {key}; define it in attributes.yaml, or import it as a column"
        )
        self.key = key

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would put it in quotes


class AttributesFile(Content):
    """What can be known of people: attributes.yaml."""

    attributes: Several[Attribute]

    @field_validator("attributes")
    @classmethod
    def _told_apart(cls, attributes: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
        keys = [attribute.key for attribute in attributes]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"the same key twice: {', '.join(twice)}; make each its own")
        if misused := next(filter(None, map(misuse, attributes)), None):
            raise ValueError(misused)
        return attributes


class Definitions(Mapping[str, Attribute]):
    """Every attribute that can be known of a person, by key, in the order of screens."""

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self._by_key = {attribute.key: attribute for attribute in attributes}

    def __getitem__(self, key: str) -> Attribute:
        """Return a definition, or raise ``UnknownAttributeError``."""
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownAttributeError(key) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def with_more(self, attributes: Iterable[Attribute]) -> "Definitions":
        """Return these and others; of two with one key the other wins, in the same place."""
        return Definitions([*self._by_key.values(), *attributes])


def load(folder: Path = content.FOLDER) -> Definitions:
    """Read ``attributes.yaml`` of a content folder.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Definitions(Source.open(folder / "attributes.yaml").parse(AttributesFile).attributes)
