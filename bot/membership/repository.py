"""How members are read and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch
from bot.store.tables.membership import members
from bot.store.unit import Change, Shelf


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a number."""

    person_id: int
    number: str
    joined_at: datetime


_LOAD = batch.Query(
    "SELECT person_id, number, joined_at FROM members WHERE person_id = ANY(:ids::bigint[])"
)
_NEXT = batch.Query("SELECT count(*) FROM members")


async def _load(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Member]:
    rows = await _LOAD.rows(connection, ids=list(ids))
    return {row[0]: Member(row[0], row[1], batch.instant(row[2])) for row in rows}


async def _save(connection: AsyncConnection, changes: Sequence[Change[Member]]) -> None:
    rows = [
        {"person_id": c.after.person_id, "number": c.after.number, "joined_at": c.after.joined_at}
        for c in changes
        if c.before is None
    ]
    await batch.insert(connection, members, rows)


_LINKED = batch.Query(
    "SELECT DISTINCT person_id FROM member_cards "
    "WHERE person_id = ANY(:ids::bigint[]) AND system <> 'card'"
)


async def _load_links(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, bool]:
    return {row[0]: True for row in await _LINKED.rows(connection, ids=list(ids))}


async def _save_links(connection: AsyncConnection, changes: Sequence[Change[bool]]) -> None:
    del connection, changes
    raise TypeError("numbers of other systems are tied by bot.membership.linking")


#: Of the people who are customers in another system, such as a web shop: true, by person id.
LINKS: Shelf[int, bool] = Shelf("member_links", _load_links, _save_links)

#: Members by person id.
MEMBERS: Shelf[int, Member] = Shelf("members", _load, _save)
