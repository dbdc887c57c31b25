"""What can be said of people: attributes and tags of the content files, and those stored since.

    attributes.yaml, tags.yaml + definitions -> Vocabulary

Another process may store a definition at any time, so whoever misses one refreshes
and looks again.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import structlog
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content
from bot.content import stored
from bot.content.model import Document, Kind
from bot.people import definition, tags
from bot.people.definition import ATTRIBUTE, Attribute, Definitions, misuse
from bot.people.model import PeopleError
from bot.people.tags import Tag, Tags

_TAG: Final = TypeAdapter(Tag)
_log = structlog.get_logger(__name__)


class TakenKeyError(PeopleError):
    """The key stands for something else already."""


class Vocabulary:
    """The definitions as this process knows them."""

    def __init__(self, attributes: Definitions, tags: Tags) -> None:
        """Start with those of the content files."""
        self._files = attributes, tags
        self.attributes = attributes
        self.tags = tags

    @classmethod
    def of_content(cls, folder: Path = content.FOLDER) -> Self:
        """Read the content files.

        Raises:
            ContentError: lists each mistake of a file.
        """
        return cls(definition.load(folder), tags.load(folder))

    def replace(self, attributes: Definitions, tags: Tags) -> None:
        """Know these from now on, in place of all others."""
        self.attributes, self.tags = attributes, tags

    async def refresh(self, connection: AsyncConnection) -> None:
        """Read what is stored now; a definition that no longer can be read is left out."""
        found = await stored.read(connection)
        attributes, tags = (Definitions(()), Tags(())) if found.is_whole else self._files
        attributes = attributes.with_more(_read(found.documents, Kind.ATTRIBUTE, ATTRIBUTE))
        self.replace(attributes, tags.with_more(_read(found.documents, Kind.TAG, _TAG)))

    def assume(self, attributes: Iterable[Attribute]) -> None:
        """Know attributes that are not stored, in this process alone."""
        attributes, (files, tags) = list(attributes), self._files
        self._files = files.with_more(attributes), tags
        self.attributes = self.attributes.with_more(attributes)

    def check(self, attribute: str, value: Any) -> None:
        """Take a value that fits its attribute.

        Raises:
            UnknownAttributeError: nobody defined it, as far as this process knows.
            UnfitError: the value does not fit.
        """
        self.attributes[attribute].check(value)

    async def define(
        self,
        connection: AsyncConnection,
        attribute: Attribute,
        *,
        now: datetime,
        source: str = "import",
    ) -> None:
        """Store an attribute; it is known here after the next ``refresh``.

        Raises:
            TakenKeyError: the key has another meaning, or values of another kind.
        """
        await self.refresh(connection)
        key = attribute.key
        if what := misuse(attribute):
            raise TakenKeyError(what)
        known = self.attributes.get(key)
        if known is not None and known.kind != attribute.kind:
            raise TakenKeyError(
                f"{key} is of kind {known.kind} and has values; choose another key or that kind"
            )
        values = ATTRIBUTE.dump_python(attribute, exclude_defaults=True)
        await stored.begin(connection, now=now)
        await stored.put(connection, Kind.ATTRIBUTE, key, values, source=source, now=now)

    async def define_tag(
        self, connection: AsyncConnection, tag: Tag, *, now: datetime, source: str = "staff"
    ) -> None:
        """Store a tag, or change its words and colour; known here after the next ``refresh``."""
        await stored.begin(connection, now=now)
        values = tag.model_dump()
        await stored.put(connection, Kind.TAG, tag.key, values, source=source, now=now)


def _read(documents: Iterable[Document], kind: Kind, model: TypeAdapter[Any]) -> list[Any]:
    found = []
    for document in documents:
        if document.kind is kind:
            try:
                found.append(document.source.parse(model, document.at))
            except content.ContentError as error:
                _log.warning("content.unreadable", definition=document.name, problem=str(error))
    return found
