"""What the account is made of, as files and rows have it: definitions with a kind and a key.

attributes.yaml, surveys/*.yaml, ...; definitions -> Document -> bot.definitions (what they mean)
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot.content.yaml_source import Source
from bot.content.yaml_tree import Loc


class Kind(StrEnum):
    """What a definition defines; each may name those of the kinds before it."""

    ATTRIBUTE = "attribute"
    TAG = "tag"
    SURVEY = "survey"
    SEGMENT = "segment"
    #: Surveys name it, too: their actions show a menu.
    RICH_MENU = "richmenu"
    #: All menu rules together, for their order is their meaning.
    MENUS = "menus"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a folder keeps the definitions of a kind."""

    kind: Kind
    #: A file, or a folder with a file each.
    path: str
    #: The name of the list in the file; None: a file is one definition.
    list_name: str | None = None

    @property
    def is_folder(self) -> bool:
        """Whether each definition has a file of its own."""
        return not self.path.endswith(".yaml")


PLACES: Final = (
    Place(Kind.ATTRIBUTE, "attributes.yaml", "attributes"),
    Place(Kind.TAG, "tags.yaml", "tags"),
    Place(Kind.SURVEY, "surveys"),
    Place(Kind.SEGMENT, "segments"),
    Place(Kind.RICH_MENU, "richmenus"),
    Place(Kind.MENUS, "menus.yaml"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """One definition, and where it stands."""

    kind: Kind
    key: str
    source: Source
    #: The part of the source that it is.
    at: Loc = ()
    #: The file it was read from, below its folder, or is to be written to; None: none yet.
    path: str | None = None

    @property
    def values(self) -> Any:
        """The definition as written: names and values, with days as days."""
        return self.source.value(self.at)

    @property
    def name(self) -> str:
        """How it is called where definitions of several kinds are listed."""
        return self.kind.value if self.kind is Kind.MENUS else f"{self.kind.value} {self.key}"
