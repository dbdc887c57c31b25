"""What can be said of people: attributes and tags of the content files, and those stored since.

    attributes.yaml, tags.yaml + attribute_definitions, tag_definitions -> Vocabulary

Another process may store a definition at any time, so whoever misses one refreshes
and looks again.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content
from bot.people import definition, tags
from bot.people.definition import ATTRIBUTE, RESERVED, Attribute, Definitions
from bot.people.model import PeopleError
from bot.people.tags import Tag, Tags
from bot.store import batch
from bot.store.tables.friends import attribute_definitions, tag_definitions

_DEFINE: Final = (
    "INSERT INTO {} (key, body, created_at) VALUES (:key, :body::jsonb, :created_at) "
    "ON CONFLICT (key) DO UPDATE SET body = excluded.body"
)
_DEFINE_ATTRIBUTE: Final = batch.Query(_DEFINE.format("attribute_definitions"))
_DEFINE_TAG: Final = batch.Query(_DEFINE.format("tag_definitions"))


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

    async def refresh(self, connection: AsyncConnection) -> None:
        """Read what is stored now."""
        attributes, tags = self._files
        bodies = await connection.scalars(_bodies(attribute_definitions))
        self.attributes = attributes.with_more(map(ATTRIBUTE.validate_json, map(_text, bodies)))
        bodies = await connection.scalars(_bodies(tag_definitions))
        self.tags = tags.with_more(map(Tag.model_validate_json, map(_text, bodies)))

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
        self, connection: AsyncConnection, attribute: Attribute, *, now: datetime
    ) -> None:
        """Store an attribute; it is known here after the next ``refresh``.

        Raises:
            TakenKeyError: the key has another meaning, or values of another kind.
        """
        await self.refresh(connection)
        key = attribute.key
        if key in RESERVED:
            raise TakenKeyError(f"{key} stands for something else; choose another key")
        known = self.attributes.get(key)
        if known is not None and known.kind != attribute.kind:
            raise TakenKeyError(
                f"{key} is of kind {known.kind} and has values; choose another key or that kind"
            )
        body = ATTRIBUTE.dump_json(attribute, exclude_defaults=True).decode()
        await _DEFINE_ATTRIBUTE.count(connection, key=key, body=body, created_at=now)

    async def define_tag(self, connection: AsyncConnection, tag: Tag, *, now: datetime) -> None:
        """Store a tag, or change its words and colour; known here after the next ``refresh``."""
        body = tag.model_dump_json()
        await _DEFINE_TAG.count(connection, key=tag.key, body=body, created_at=now)


def _bodies(table: Any) -> Any:
    return select(table.c.body).order_by(table.c.created_at, table.c.key)


def _text(body: Any) -> bytes:
    return orjson.dumps(body)
