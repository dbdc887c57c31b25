"""What hangs on a person, table by table, and what becomes of it when two people are one.

    MOVERS: Moves (rows change hands) | Renumbers (and their numbers) | Joins (rows become one)

Whoever adds a table with a ``person_id`` adds its line to ``MOVERS``; a test finds the ones that
nobody thought of. Everything is noted down as it was, so that a merge can be undone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.model import PeopleError
from bot.store.tables import (
    coupons,
    friends,
    membership,
    points,
    purchases,
    stamps,
)
from bot.store.types import Instant, from_ms, to_ms

#: JSON that says what a mover did, for it to undo.
Record: TypeAlias = dict[str, Any]
_Row: TypeAlias = Mapping[str, Any]


class CannotUndoError(PeopleError):
    """What was joined has changed since, and nobody can tell whose the change is."""


class Mover(Protocol):
    """Takes one table from a person to another."""

    @property
    def table(self) -> sa.Table:
        """What it takes along."""

    async def move(self, connection: AsyncConnection, kept: int, dropped: int) -> Record:
        """Let the kept person have what the dropped one had; return what was done."""

    async def undo(
        self, connection: AsyncConnection, kept: int, dropped: int, record: Record
    ) -> None:
        """Put back what ``move`` did.

        Raises:
            CannotUndoError: it was changed since.
        """


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows of their own: each changes hands as it is."""

    table: sa.Table

    async def move(self, connection: AsyncConnection, kept: int, dropped: int) -> Record:
        """Give every row to the kept person."""
        owner = self.table.c.person_id
        rows = await connection.execute(sa.select(*_keys(self.table)).where(owner == dropped))
        moved = [list(row) for row in rows]
        if moved:
            change = sa.update(self.table).where(owner == dropped)
            await connection.execute(change.values(person_id=kept, **_next(self.table)))
        return {"moved": moved}

    async def undo(
        self, connection: AsyncConnection, kept: int, dropped: int, record: Record
    ) -> None:
        """Give back those that are still there."""
        for key in record["moved"]:
            change = sa.update(self.table).where(_is(self.table, key))
            change = change.where(self.table.c.person_id == kept)
            await connection.execute(change.values(person_id=dropped, **_next(self.table)))


@dataclass(frozen=True, slots=True)
class Renumbers:
    """Rows that are counted for each person: the second one's go on behind the first one's."""

    table: sa.Table
    #: What is counted, and the count.
    within: str
    number: str

    async def move(self, connection: AsyncConnection, kept: int, dropped: int) -> Record:
        """Give every row to the kept person, with a number that is free."""
        t, within, number = self.table, self.table.c[self.within], self.table.c[self.number]
        query = sa.select(within, sa.func.max(number)).where(t.c.person_id == kept)
        last = {row[0]: row[1] for row in await connection.execute(query.group_by(within))}
        query = sa.select(*_keys(t), within, number).where(t.c.person_id == dropped)
        moved = []
        for row in (await connection.execute(query)).all():
            *key, group, old = list[Any](row)
            new = old + last.get(group, 0)
            change = sa.update(t).where(_is(t, key)).values({"person_id": kept, self.number: new})
            await connection.execute(change)
            moved.append([*key, old])
        return {"moved": moved}

    async def undo(
        self, connection: AsyncConnection, kept: int, dropped: int, record: Record
    ) -> None:
        """Give back what is still there, under its old number."""
        t = self.table
        for *key, number in record["moved"]:
            change = sa.update(t).where(_is(t, key), t.c.person_id == kept)
            await connection.execute(change.values({"person_id": dropped, self.number: number}))


class How(Enum):
    """What becomes of two values of a column."""

    KEPT = "kept"
    SUM = "sum"
    LEAST = "least"  # of those that are known
    MOST = "most"  # of those that are known


@dataclass(frozen=True, slots=True)
class Beside:
    """The value that stands beside the least of another column; two of them are added."""

    column: str

    def value(self, name: str, rows: Sequence[_Row]) -> Any:
        """Choose from the rows of both people."""
        known = [row for row in rows if row[self.column] is not None]
        least = min((row[self.column] for row in known), default=None)
        return sum(row[name] for row in known if row[self.column] == least)


@dataclass(frozen=True, slots=True)
class Joins:
    """One row a person, or one for each person and thing: two become one."""

    table: sa.Table
    #: What tells a person's rows apart; empty: there is one.
    within: Sequence[str] = ()
    #: By column; the others stay as the kept person has them.
    how: Mapping[str, How | Beside] = field(default_factory=dict)
    #: It follows from other tables and is worked out anew after an undo: changes since are lost.
    follows: bool = False

    async def move(self, connection: AsyncConnection, kept: int, dropped: int) -> Record:
        """Join rows of one thing, and let the others change hands."""
        theirs, ours = await self._rows(connection, dropped), await self._rows(connection, kept)
        if not theirs:
            return {}
        await connection.execute(sa.delete(self.table).where(self._owner == dropped))
        for thing, row in theirs.items():
            if thing not in ours:
                await connection.execute(sa.insert(self.table).values({**row, "person_id": kept}))
                continue
            joined = self._joined(ours[thing], row)
            change = sa.update(self.table).where(self._one(kept, thing)).values(**joined)
            await connection.execute(change)
        after = await self._rows(connection, kept)
        return {
            "kept": [_noted(row) for row in ours.values()],
            "dropped": [_noted(row) for row in theirs.values()],
            "after": [_noted(row) for row in after.values()],
        }

    async def undo(
        self, connection: AsyncConnection, kept: int, dropped: int, record: Record
    ) -> None:
        """Put the rows back, if nothing has happened to the joined ones."""
        if not record:
            return
        del dropped
        now = [_noted(row) for row in (await self._rows(connection, kept)).values()]
        if now != record["after"] and not self.follows:
            raise CannotUndoError(f"{self.table.name} has changed since they became one")
        await connection.execute(sa.delete(self.table).where(self._owner == kept))
        for row in (*record["kept"], *record["dropped"]):
            await connection.execute(sa.insert(self.table).values(_read(self.table, row)))

    @property
    def _owner(self) -> sa.Column[int]:
        return self.table.c.person_id

    async def _rows(
        self, connection: AsyncConnection, person_id: int
    ) -> dict[tuple[Any, ...], dict[str, Any]]:
        query = sa.select(self.table).where(self._owner == person_id)
        query = query.order_by(*_keys(self.table)).with_for_update()
        rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        return {tuple(row[name] for name in self.within): row for row in rows}

    def _one(self, person_id: int, thing: tuple[Any, ...]) -> sa.ColumnElement[bool]:
        pairs = zip(self.within, thing, strict=True)
        return sa.and_(
            self._owner == person_id, *(self.table.c[name] == value for name, value in pairs)
        )

    def _joined(self, ours: _Row, theirs: _Row) -> dict[str, Any]:
        joined: dict[str, Any] = {}
        for name, how in self.how.items():
            known = [value for value in (ours[name], theirs[name]) if value is not None]
            match how:
                case How.SUM:
                    joined[name] = sum(known)
                case How.LEAST:
                    joined[name] = min(known, default=None)
                case How.MOST:
                    joined[name] = max(known, default=None)
                case Beside():
                    joined[name] = how.value(name, (ours, theirs))
                case How.KEPT:
                    joined[name] = ours[name]
        return {**joined, **_next(self.table)}


def _keys(table: sa.Table) -> list[sa.Column[Any]]:
    return list(table.primary_key.columns)


def _is(table: sa.Table, key: Sequence[Any]) -> sa.ColumnElement[bool]:
    pairs = zip(_keys(table), key, strict=True)
    return sa.and_(*(column == value for column, value in pairs))


def _next(table: sa.Table) -> dict[str, Any]:
    """Raise the version, so that a batch that has read a row before tries again."""
    return {"version": table.c.version + 1} if "version" in table.c else {}


def _noted(row: _Row) -> dict[str, Any]:
    return {
        str(name): to_ms(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _read(table: sa.Table, row: _Row) -> dict[str, Any]:
    return {
        name: from_ms(value)
        if value is not None and isinstance(table.c[name].type, Instant)
        else value
        for name, value in row.items()
    }


#: In the order in which they are moved.
MOVERS: Final[Sequence[Mover]] = (
    Moves(friends.friends),
    Moves(friends.attribute_changes),
    Moves(friends.tag_changes),
    Moves(membership.member_cards),
    Moves(membership.card_conflicts),
    Moves(membership.member_notes),
    Moves(membership.rank_changes),
    Joins(membership.member_ranks, how={"basis": How.MOST}, follows=True),
    Joins(
        points.point_balances,  # first: whoever changes points locks it
        how={
            "balance": How.SUM,
            "owed": How.SUM,
            "next_expires_at": How.LEAST,
            "next_expiring": Beside("next_expires_at"),
            "updated_at": How.MOST,
        },
    ),
    Moves(points.domain_events),
    Moves(points.point_changes),
    Moves(points.point_entries),
    Moves(points.point_lots),
    Moves(purchases.purchases),
    Joins(
        purchases.purchase_summaries,
        how={
            "amount_yen": How.SUM,
            "count": How.SUM,
            "first_at": How.LEAST,
            "last_at": How.MOST,
        },
    ),
    Joins(purchases.person_skus, within=["sku"], how={"quantity": How.SUM, "last_at": How.MOST}),
    Renumbers(coupons.coupons, "campaign", "ordinal"),
    Renumbers(coupons.coupon_draws, "campaign", "ordinal"),
    Moves(coupons.redemptions),
    Joins(stamps.stamp_cards, within=["card"], how={"round": How.MOST, "stamps": How.MOST}),
    Moves(stamps.stamp_visits),
)
