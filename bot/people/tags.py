"""Tags: short words on a customer, each with a colour, put there by somebody for a reason.

tags.yaml, definitions -> Tag; who carries it is in people.tags and tag_changes
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import field_validator

from bot import content
from bot.content.brand import Colour
from bot.content.words import Key
from bot.content.yaml_source import Content, Several, Source
from bot.people.bilingual import Bilingual
from bot.people.model import PeopleError
from bot.people.written import folded


class UnknownTagError(PeopleError, KeyError):
    """Nobody has defined this tag."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no tag {name}; define it first, or check its spelling")
        self.name = name

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would put it in quotes


class Tag(Content):
    """A tag as it can be given."""

    key: Key
    label: Bilingual
    colour: Colour


class TagsFile(Content):
    """The tags of people: tags.yaml."""

    tags: Several[Tag]

    @field_validator("tags")
    @classmethod
    def _told_apart(cls, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
        owners: dict[str, int] = {}
        for index, tag in enumerate(tags):
            for name in (tag.key, tag.label.ja, tag.label.en):
                if owners.setdefault(folded(name), index) != index:
                    raise ValueError(f"{name} stands for two tags; make each its own")
        return tags


class Tags(Mapping[str, Tag]):
    """Every tag of the account by key, in the order of screens."""

    def __init__(self, tags: Iterable[Tag]) -> None:
        self._by_key = {tag.key: tag for tag in tags}
        self._names = {
            folded(name): tag.key
            for tag in self._by_key.values()
            for name in (tag.label.en, tag.label.ja, tag.key)
        }

    def __getitem__(self, key: str) -> Tag:
        """Return a tag, or raise ``UnknownTagError``."""
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownTagError(key) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def named(self, name: str) -> Tag:
        """Return the tag of a key or label, or raise ``UnknownTagError``."""
        return self[self._names.get(folded(name), name)]

    def with_more(self, tags: Iterable[Tag]) -> "Tags":
        """Return these and others; of two with one key the other wins, in the same place."""
        return Tags([*self._by_key.values(), *tags])


def load(folder: Path = content.FOLDER) -> Tags:
    """Read ``tags.yaml`` of a content folder.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Tags(Source.open(folder / "tags.yaml").parse(TagsFile).tags)
