"""Who said what about a person, and when.

    People.learn, People.tag -> attribute_changes, tag_changes -> here -> a screen

A source says where a value came from: ``survey:<key>:<version>``, ``staff:<who>``,
``import:<file>:<row>`` or ``api:<key>``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables.friends import attribute_changes, tag_changes


class Origin(StrEnum):
    """Where a value came from; the first word of a source."""

    SURVEY = "survey"  # the friend answered
    STAFF = "staff"  # a colleague wrote it down
    IMPORT = "import"  # it stood in a file
    API = "api"  # another system told
    OTHER = "other"  # a rule, or a source of another version


def origin(source: str) -> Origin:
    """Return the kind of a source."""
    word = source.partition(":")[0]
    return Origin(word) if word in set(Origin) else Origin.OTHER


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute got a value; None: it is no longer known."""

    name: str
    value: Any
    source: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TagChange:
    """A tag was put on or taken off."""

    tag: str
    added: bool
    reason: str
    source: str
    changed_at: datetime


async def history(connection: AsyncConnection, person_id: int) -> Sequence[AttributeChange]:
    """List the changes of a person's attributes, newest first."""
    c = attribute_changes.c
    query = select(c.name, c.value, c.source, c.changed_at)
    query = query.where(c.person_id == person_id).order_by(c.id.desc())
    return [AttributeChange(*row) for row in await connection.execute(query)]


async def provenance(connection: AsyncConnection, person_id: int) -> Mapping[str, AttributeChange]:
    """Return the latest change of each attribute: who said what is known now, and when."""
    changes = await history(connection, person_id)
    return {change.name: change for change in reversed(changes)}


async def tag_history(connection: AsyncConnection, person_id: int) -> Sequence[TagChange]:
    """List the changes of a person's tags, newest first."""
    c = tag_changes.c
    query = select(c.tag, c.added, c.reason, c.source, c.changed_at)
    query = query.where(c.person_id == person_id).order_by(c.id.desc())
    return [TagChange(*row) for row in await connection.execute(query)]
