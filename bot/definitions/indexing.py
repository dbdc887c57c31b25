"""Indexes for what segments and menu rules ask of people, made where they are missing.

Contents -> asked -> attribute_indexes.ensure: once a definition is applied, before it is slow
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.definitions.model import Contents
from bot.people import attribute_indexes
from bot.people.definition import Attribute
from bot.segments.model import All, AnyOf, Condition, Not, Rule

_ATTRIBUTE: Final = "attribute."


async def ensure(engine: AsyncEngine, contents: Contents) -> None:
    """Make them while others read and write; what is there already costs one look."""
    fields = asked(contents)
    attributes = list(_attributes(contents, fields))
    if not attributes and "tag" not in fields:
        return
    async with attribute_indexes.indexing(engine) as connection:
        for attribute in attributes:
            await attribute_indexes.ensure(connection, attribute)
        if "tag" in fields:
            await attribute_indexes.ensure_tags(connection)


def asked(contents: Contents) -> set[str]:
    """Return the fields that any segment or menu rule asks of."""
    segments = contents.segments
    rules = [segments[key].rule for key in segments.keys]
    rules += [rule.asked(segments) for rule in contents.rules.rules]
    return {name for rule in rules for name in _fields(rule)}


def _fields(rule: Rule) -> Iterator[str]:
    match rule:
        case Condition():
            yield rule.field
        case All() | AnyOf():
            for part in rule.parts:
                yield from _fields(part)
        case Not():
            yield from _fields(rule.part)


def _attributes(contents: Contents, fields: set[str]) -> Iterator[Attribute]:
    for attribute in contents.attributes.values():
        is_asked = _ATTRIBUTE + attribute.key in fields
        if is_asked or (attribute.key == "birth_date" and "age" in fields):
            yield attribute
