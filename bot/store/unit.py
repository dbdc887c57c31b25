"""The unit of work of one batch of events: what handlers changed, gathered and written at once.

    worker: Unit -> (event: get, put, add)* -> flush -> commit

A handler's changes live in a layer of their own until it is through. One that says no or fails is
forgotten there, before any SQL, and the other friends of the batch notice nothing.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Change(Generic[R]):
    """One record as it was read (None: it was not there) and as it shall be."""

    before: R | None
    after: R


@dataclass(frozen=True, slots=True, eq=False)
class Shelf(Generic[K, R]):
    """How records of one kind are read and written for a whole batch; a repository declares it."""

    name: str
    load: Callable[[AsyncConnection, Sequence[K]], Awaitable[Mapping[K, R]]]
    save: Callable[[AsyncConnection, Sequence[Change[R]]], Awaitable[None]]


@dataclass(slots=True)
class _Layer:
    records: dict[Shelf[Any, Any], dict[Any, Any]] = field(default_factory=dict)
    rows: dict[tuple[Table, bool], list[Mapping[str, Any]]] = field(default_factory=dict)
    statements: list[Callable[[AsyncConnection], Awaitable[object]]] = field(default_factory=list)


class Unit:
    """Everything the events of one batch read and want written."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self._read: dict[Shelf[Any, Any], dict[Any, Any]] = {}
        self._expected: dict[Shelf[Any, Any], list[Any]] = {}
        self._kept = _Layer()
        self._event: _Layer | None = None

    async def preload(self, shelf: Shelf[K, Any], keys: Sequence[K]) -> None:
        """Read many records in one statement; later ``get`` calls find them here."""
        known = self._read.setdefault(shelf, {})
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            found = await shelf.load(self.connection, missing)
            known.update({key: found.get(key) for key in missing})

    def expect(self, shelf: Shelf[K, Any], keys: Iterable[K]) -> None:
        """Name records that may be wanted: the first ``get`` of one reads all of them at once."""
        self._expected.setdefault(shelf, []).extend(keys)

    def know_absent(self, shelf: Shelf[K, Any], key: K) -> None:
        """Spare the statement that would look for a record that cannot be there yet."""
        self._read.setdefault(shelf, {}).setdefault(key, None)

    async def get(self, shelf: Shelf[K, R], key: K) -> R | None:
        """Return the record as the events so far have left it."""
        for layer in (self._event, self._kept):
            if layer is not None and key in layer.records.get(shelf, ()):
                record: R = layer.records[shelf][key]
                return record
        if key not in self._read.get(shelf, ()):
            await self.preload(shelf, [key, *self._expected.pop(shelf, ())])
        found: R | None = self._read[shelf][key]
        return found

    def loaded(self, shelf: Shelf[K, Any]) -> Iterable[K]:
        """Return the keys of what was read so far: whom this batch is about."""
        return self._read.get(shelf, {}).keys()

    @property
    def is_batch(self) -> bool:
        """Whether an event of a batch is being handled: what it puts is written with the rest."""
        return self._event is not None

    def put(self, shelf: Shelf[K, R], key: K, record: R) -> None:
        """Set a record; the last one of the batch is written."""
        self._layer.records.setdefault(shelf, {})[key] = record

    def take(self, shelf: Shelf[Any, R]) -> list[R]:
        """Take what was put on a shelf out of the unit, to be written some other way."""
        return list(self._layer.records.pop(shelf, {}).values())

    async def write(self, shelf: Shelf[Any, Any]) -> None:
        """Write what was put on a shelf now, for a statement that reads the table itself."""
        read = self._read.get(shelf, {})
        for layer in (self._kept, self._event):
            records = {} if layer is None else layer.records.pop(shelf, {})
            if records:
                changes = [Change(read.get(key), after) for key, after in records.items()]
                await shelf.save(self.connection, changes)
                read.update(records)

    def changed(self, shelf: Shelf[Any, R]) -> list[R]:
        """Return what was put on a shelf so far, and will be written."""
        return list(self._layer.records.get(shelf, {}).values())

    def add(self, table: Table, row: Mapping[str, Any], *, once: bool = False) -> None:
        """Append a row to a table that only grows; rows of one table have the same columns.

        ``once``: its key says all, and an earlier try of the same event may have left it there.
        """
        self._layer.rows.setdefault((table, once), []).append(row)

    def defer(self, statement: Callable[[AsyncConnection], Awaitable[object]]) -> None:
        """Run a rare statement of its own kind at the flush."""
        self._layer.statements.append(statement)

    @contextmanager
    def event(self) -> Iterator[None]:
        """Keep what is put and added inside when it ends well, and forget it when it raises."""
        self._event = layer = _Layer()
        try:
            yield
        finally:
            self._event = None
        for shelf, records in layer.records.items():
            self._kept.records.setdefault(shelf, {}).update(records)
        for kind, rows in layer.rows.items():
            self._kept.rows.setdefault(kind, []).extend(rows)
        self._kept.statements.extend(layer.statements)

    async def flush(self) -> None:
        """Write everything: one statement a shelf and a table.

        Raises:
            StaleRowError: a record was changed elsewhere since it was read.
        """
        for shelf, records in self._kept.records.items():
            read = self._read.get(shelf, {})
            await shelf.save(
                self.connection, [Change(read.get(key), after) for key, after in records.items()]
            )
        for (table, once), rows in self._kept.rows.items():
            await batch.insert(self.connection, table, rows, or_ignore=once)
        for statement in self._kept.statements:
            await statement(self.connection)
        self._kept = _Layer()

    @property
    def _layer(self) -> _Layer:
        return self._kept if self._event is None else self._event
