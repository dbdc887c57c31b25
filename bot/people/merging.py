"""Two people who are one: what they agree in, what they do not, and making them one.

    compare -> Comparison (what differs) -> merge -> people_merges -> undo

All of it happens in the caller's transaction. The kept person gets everything that hangs on the
other (``bot.people.movers``); where both know something else, the kept one's word stands unless
the other's is chosen. A member number that is given up goes on working as an older card.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.history import provenance
from bot.people.model import PeopleError
from bot.people.movers import MOVERS, CannotUndoError, Record
from bot.people.names import PERSON_NAMES, called
from bot.store import arrival, batch, news
from bot.store.tables.friends import attribute_changes, people
from bot.store.tables.membership import member_cards, members
from bot.store.tables.merges import people_merges
from bot.store.types import from_ms, to_ms

#: How a number that was given up is kept among the member's cards.
_CARD: Final = {"system": "card", "how": "merged"}


class UnknownPersonError(PeopleError):
    """Nobody has this id."""

    def __init__(self, person_id: int) -> None:
        super().__init__(f"there is no person P{person_id}; take ids from an export")


class SamePersonError(PeopleError):
    """Somebody was to be merged with themselves."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that both people know, and differently."""

    name: str
    kept: Any
    dropped: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What would become of two people."""

    kept_id: int
    dropped_id: int
    #: Known of both, and alike.
    alike: Sequence[str]
    #: Known only of the one who goes, with the value.
    gained: Mapping[str, Any]
    conflicts: Sequence[Conflict]
    #: Tags only the one who goes has.
    tags: Sequence[str]
    #: Member numbers, where they have one.
    numbers: tuple[str | None, str | None]


async def compare(connection: AsyncConnection, kept_id: int, dropped_id: int) -> Comparison:
    """Say what two people agree in; both are locked until the transaction ends.

    Raises:
        UnknownPersonError: one of them is not there.
        SamePersonError: they are the same already.
    """
    kept, dropped = await _both(connection, kept_id, dropped_id)
    ours, theirs = kept["attributes"], dropped["attributes"]
    # Names with a point are worked out, such as what was bought: nobody chooses between those.
    both = [name for name in ours if name in theirs and "." not in name]
    found = await _members(connection, kept_id, dropped_id)
    return Comparison(
        kept_id=kept_id,
        dropped_id=dropped_id,
        alike=[name for name in both if ours[name] == theirs[name]],
        gained={name: value for name, value in theirs.items() if name not in ours},
        conflicts=[
            Conflict(name, ours[name], theirs[name]) for name in both if ours[name] != theirs[name]
        ],
        tags=[tag for tag in dropped["tags"] if tag not in kept["tags"]],
        numbers=(found.get(kept_id, {}).get("number"), found.get(dropped_id, {}).get("number")),
    )


async def merge(
    connection: AsyncConnection,
    kept_id: int,
    dropped_id: int,
    *,
    source: str,
    now: datetime,
    take: Collection[str] = (),
    take_number: bool = False,
) -> int:
    """Make two people one.

    Args:
        connection: in a transaction of the caller's.
        kept_id: who stays.
        dropped_id: who goes; everything of theirs is the other's from now on.
        source: who does it, such as ``staff:12`` or ``cli``.
        now: when.
        take: attributes in which the word of the one who goes stands.
        take_number: keep the member number of the one who goes, where both have one.

    Returns:
        The number of the merge, by which it can be undone.

    Raises:
        UnknownPersonError: one of them is not there.
        SamePersonError: they are the same already.
    """
    compared = await compare(connection, kept_id, dropped_id)
    kept, dropped = await _both(connection, kept_id, dropped_id)
    merge_id = arrival.number()
    record: Record = {
        "kept": _noted(kept),
        "dropped": _noted(dropped),
        "members": await _join_members(connection, compared, take_number=take_number, now=now),
        "moved": {},
    }
    sources = await _sources(connection, compared, take)
    for mover in MOVERS:
        record["moved"][str(mover.table.name)] = await mover.move(connection, kept_id, dropped_id)
    chosen = {c.name: c.dropped for c in compared.conflicts if c.name in take}
    attributes = {**kept["attributes"], **compared.gained, **chosen}
    said = {conflict.name: attributes[conflict.name] for conflict in compared.conflicts}
    for name, value in said.items():
        origin = sources.get(name, f"merge:{merge_id}")
        await _say(connection, kept_id, {name: value}, source=origin, now=now)
    tags = sorted({*kept["tags"], *dropped["tags"]})
    record["after"] = {"attributes": attributes, "tags": tags}
    await _store(connection, kept, attributes, tags)
    await connection.execute(sa.delete(people).where(people.c.id == dropped_id))
    await PERSON_NAMES.forget(connection, [dropped_id])
    await connection.execute(
        sa.insert(people_merges).values(
            id=merge_id,
            kept_id=kept_id,
            dropped_id=dropped_id,
            record=record,
            source=source,
            merged_at=now,
        )
    )
    body = {"merged": dropped_id, "merge": merge_id}
    await news.note(connection, "person.merged", kept_id, body, at=now)
    return merge_id


async def undo(connection: AsyncConnection, merge_id: int, *, source: str, now: datetime) -> int:
    """Make one person two again, as they were; what came since stays with the kept one.

    Returns:
        The id of the person who is there again.

    Raises:
        CannotUndoError: it was undone before, or something was changed that both had.
    """
    query = sa.select(people_merges).where(people_merges.c.id == merge_id).with_for_update()
    found = (await connection.execute(query)).mappings().one_or_none()
    if found is None or found["undone_at"] is not None:
        raise CannotUndoError(f"there is no merge {merge_id} that could be undone")
    kept_id, dropped_id, record = found["kept_id"], found["dropped_id"], found["record"]
    rows = await _people(connection, kept_id)
    if kept_id not in rows:
        raise CannotUndoError(f"P{kept_id} was merged, too; undo that first")
    for mover in reversed(MOVERS):
        moved = record["moved"].get(mover.table.name, {})
        if moved:
            await mover.undo(connection, kept_id, dropped_id, moved)
    await _part_members(connection, record["members"])
    await connection.execute(sa.insert(people).values(_read(record["dropped"])))
    await PERSON_NAMES.keep(connection, {dropped_id: called(record["dropped"]["attributes"])})
    attributes, tags = _parted(rows[kept_id], record)
    changed = {n: attributes.get(n) for n, v in rows[kept_id]["attributes"].items()
               if attributes.get(n) != v}  # fmt: skip
    await _say(connection, kept_id, changed, source=source, now=now)
    await _store(connection, rows[kept_id], attributes, tags)
    change = sa.update(people_merges).where(people_merges.c.id == merge_id)
    await connection.execute(change.values(undone_at=now))
    await news.note(connection, "person.parted", kept_id, {"parted": dropped_id}, at=now)
    return int(dropped_id)


def _parted(now: Mapping[str, Any], record: Record) -> tuple[dict[str, Any], list[str]]:
    """Take back what the merge changed, where nobody has changed it since."""
    before, after = record["kept"], record["after"]
    attributes = dict(now["attributes"])
    for name, value in after["attributes"].items():
        if attributes.get(name) == value != before["attributes"].get(name):
            attributes.pop(name)
            if name in before["attributes"]:
                attributes[name] = before["attributes"][name]
    gained = set(after["tags"]) - set(before["tags"])
    return attributes, [tag for tag in now["tags"] if tag not in gained]


async def _both(
    connection: AsyncConnection, kept_id: int, dropped_id: int
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if kept_id == dropped_id:
        raise SamePersonError(f"P{kept_id} is one person already; name two")
    found = await _people(connection, kept_id, dropped_id)
    for person_id in (kept_id, dropped_id):
        if person_id not in found:
            raise UnknownPersonError(person_id)
    return found[kept_id], found[dropped_id]


async def _people(connection: AsyncConnection, *ids: int) -> dict[int, Mapping[str, Any]]:
    query = sa.select(people).where(people.c.id.in_(ids)).order_by(people.c.id).with_for_update()
    return {row["id"]: dict(row) for row in (await connection.execute(query)).mappings()}


async def _store(
    connection: AsyncConnection,
    person: Mapping[str, Any],
    attributes: Mapping[str, Any],
    tags: Sequence[str],
) -> None:
    row = {"id": person["id"], "attributes": dict(attributes), "tags": list(tags)}
    await batch.update(connection, people, ["id"], [{**row, "version": person["version"] + 1}])
    await PERSON_NAMES.keep(connection, {person["id"]: called(attributes)})


async def _say(
    connection: AsyncConnection,
    person_id: int,
    values: Mapping[str, Any],
    *,
    source: str,
    now: datetime,
) -> None:
    """Let the history end with what is known now, where two had said different things."""
    rows = [
        {
            "id": arrival.number(),
            "person_id": person_id,
            "name": name,
            "value": value,
            "source": source,
            "changed_at": now,
        }
        for name, value in values.items()
    ]
    await batch.insert(connection, attribute_changes, rows)


async def _sources(
    connection: AsyncConnection, compared: Comparison, take: Collection[str]
) -> dict[str, str]:
    """Return who said what now stands, where two had said different things."""
    ours = await provenance(connection, compared.kept_id)
    theirs = await provenance(connection, compared.dropped_id)
    names = [conflict.name for conflict in compared.conflicts]
    said = {name: (theirs if name in take else ours).get(name) for name in names}
    return {name: change.source for name, change in said.items() if change is not None}


async def _members(connection: AsyncConnection, *ids: int) -> dict[int, dict[str, Any]]:
    query = sa.select(members).where(members.c.person_id.in_(ids))
    return {row["person_id"]: dict(row) for row in (await connection.execute(query)).mappings()}


async def _join_members(
    connection: AsyncConnection, compared: Comparison, *, take_number: bool, now: datetime
) -> Record:
    found = await _members(connection, compared.kept_id, compared.dropped_id)
    ours, theirs = found.get(compared.kept_id), found.get(compared.dropped_id)
    record = {"before": [_noted(row) for row in found.values()], "card": None}
    if theirs is None:
        return record
    gone = sa.delete(members).where(members.c.person_id.in_(list(found)))
    await connection.execute(gone)
    stays = theirs if ours is None or take_number else ours
    row = {"person_id": compared.kept_id, "number": stays["number"]}
    joined = min(each["joined_at"] for each in found.values())
    await connection.execute(sa.insert(members).values(**row, joined_at=joined))
    if ours is not None:
        given_up = ours if take_number else theirs
        record["card"] = given_up["number"]
        card = {**_CARD, "number": given_up["number"], "linked_at": now}
        await connection.execute(
            sa.insert(member_cards).values(**card, person_id=compared.kept_id)
        )
    return record


async def _part_members(connection: AsyncConnection, record: Record) -> None:
    if len(record["before"]) == 0:
        return
    ids = [row["person_id"] for row in record["before"]]
    numbers = [row["number"] for row in record["before"]]
    mine = sa.or_(members.c.person_id.in_(ids), members.c.number.in_(numbers))
    await connection.execute(sa.delete(members).where(mine))
    if record["card"] is not None:
        card = sa.and_(
            member_cards.c.system == _CARD["system"], member_cards.c.number == record["card"]
        )
        await connection.execute(sa.delete(member_cards).where(card))
    for row in record["before"]:
        joined = from_ms(row["joined_at"])
        await connection.execute(sa.insert(members).values(**{**row, "joined_at": joined}))


def _noted(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        str(name): to_ms(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "created_at": from_ms(row["created_at"])}
