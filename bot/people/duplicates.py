"""People who may be one: those who share a phone, an address, or another key.

people.attributes -> find -> groups for somebody to look at -> bot.people.merging
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.definition import Attribute
from bot.store.batch import is_postgres
from bot.store.tables.friends import people
from bot.store.tables.membership import members


@dataclass(frozen=True, slots=True)
class Suspect:
    """One of the people who share a value."""

    person_id: int
    name: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """People with the same value; the one who has been here the longest comes first."""

    key: str
    value: str
    people: Sequence[Suspect]


async def find(
    connection: AsyncConnection, attribute: Attribute, *, limit: int = 100
) -> list[Group]:
    """List the people who share a value of an attribute, by value."""
    value, name = (_text(connection, key) for key in (attribute.key, "name"))
    shared = sa.select(value.label("value")).where(value.is_not(None))
    shared = shared.group_by(value).having(sa.func.count() > 1).order_by(value).limit(limit)
    wanted = shared.subquery()
    query = (
        sa.select(value, people.c.id, name, members.c.number)
        .join(wanted, wanted.c.value == value)
        .outerjoin(members, members.c.person_id == people.c.id)
        .order_by(value, people.c.id)
    )
    rows = (await connection.execute(query)).all()
    return [
        Group(attribute.key, each, [Suspect(*row[1:]) for row in group])
        for each, group in groupby(rows, key=lambda row: row[0])
    ]


def _text(connection: AsyncConnection, key: str) -> sa.ColumnElement[str]:
    if is_postgres(connection):
        return sa.func.jsonb_extract_path_text(people.c.attributes, key, type_=sa.Text)
    return sa.func.json_extract(people.c.attributes, f'$."{key}"', type_=sa.Text)
