"""One statement for a batch of rows, the same call on PostgreSQL and SQLite.

    repository -> insert / update / delete / Query -> one round trip

PostgreSQL takes the rows as one JSON text (``json_to_recordset``), SQLite as ``executemany`` or
``json_each``. An array a column costs the driver twice as much: it looks at every element.
The text of a statement is made once and handed to the driver as it is: that halves what
SQLAlchemy's compiled statements cost. Elsewhere plain SQLAlchemy Core is used.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, Text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.driver import count_of, direct, rows_of
from bot.store.types import Instant, Json, from_ms, to_ms

Row = Mapping[str, Any]

_ANY: Final = re.compile(r"= ANY\(:(\w+)(?:::\w+\[\])?\)")
_NAME: Final = re.compile(r"(?<!:):(\w+)")


class StaleRowError(Exception):
    """Somebody else changed a row between its reading and its writing; try the batch again."""


def is_postgres(connection: AsyncConnection) -> bool:
    """Whether JSON record sets, row locks and data-changing CTEs are at hand."""
    return connection.dialect.name == "postgresql"


async def insert(
    connection: AsyncConnection, table: Table, rows: Sequence[Row], *, or_ignore: bool = False
) -> None:
    """Insert rows that all have the same keys.

    Args:
        connection: inside a transaction.
        table: its columns give the types.
        rows: python values; instants aware, JSON as objects.
        or_ignore: leave out rows whose key is there already.
    """
    if not rows:
        return
    names = tuple(rows[0])
    if is_postgres(connection):
        await _count(
            connection, _insert_records(table, names, or_ignore), (_of(table, names, rows),)
        )
    else:
        sql = _insert_values(table, names, or_ignore)
        await connection.exec_driver_sql(sql, _tuples(table, names, rows))


async def update(
    connection: AsyncConnection, table: Table, key: Sequence[str], rows: Sequence[Row]
) -> None:
    """Update rows by key; every other entry of a row is set.

    A table with a ``version`` is updated where it still stands one below the row's.

    Raises:
        StaleRowError: fewer rows than given were there in that version.
    """
    if not rows:
        return
    names = tuple(rows[0])
    if is_postgres(connection):
        changed = await _count(
            connection, _update_records(table, tuple(key), names), (_of(table, names, rows),)
        )
    else:
        sql = _update_values(table, tuple(key), names)
        ordered = [name for name in names if name not in key] + list(key)
        versioned = ["version"] if "version" in names else []
        values = _tuples(table, (*ordered, *versioned), rows)
        changed = (await connection.exec_driver_sql(sql, values)).rowcount  # all rows together
    if changed != len(rows):
        raise StaleRowError(f"{table.name}: {changed} of {len(rows)} rows updated")


class Query:
    """A statement written once, with ``:name`` parameters and ``= ANY(:names)`` for lists."""

    def __init__(self, sql: str) -> None:
        self.names = tuple(dict.fromkeys(_NAME.findall(sql)))
        numbers = {name: index + 1 for index, name in enumerate(self.names)}
        self._postgres = _NAME.sub(lambda found: f"${numbers[found[1]]}", sql)
        plain = _ANY.sub(r"IN (SELECT value FROM json_each(:\1))", sql)
        plain = re.sub(r"::\w+(\[\])?", "", plain)
        plain = re.sub(r"FOR UPDATE( OF \w+)?( SKIP LOCKED)?", "", plain)
        self._sqlite = _NAME.sub(lambda found: f"?{numbers[found[1]]}", plain)

    async def rows(self, connection: AsyncConnection, **values: Any) -> Sequence[Any]:
        """Run it and return every row."""
        sql, ordered = self._for(connection, values)
        driver = direct(connection)
        if driver is not None:
            return await rows_of(connection, driver, sql, ordered)
        found: Sequence[Any] = (await connection.exec_driver_sql(sql, ordered)).fetchall()
        return found

    async def count(self, connection: AsyncConnection, **values: Any) -> int:
        """Run it and return how many rows it changed."""
        sql, ordered = self._for(connection, values)
        return await _count(connection, sql, ordered)

    async def each(self, connection: AsyncConnection, rows: Sequence[Row]) -> None:
        """Run it for every row of values, in one call of the driver."""
        texts, values = zip(*(self._for(connection, row) for row in rows), strict=True)
        await connection.exec_driver_sql(texts[0], list(values))

    def _for(
        self, connection: AsyncConnection, values: Mapping[str, Any]
    ) -> tuple[str, tuple[Any, ...]]:
        if is_postgres(connection):
            return self._postgres, tuple(_plain(values[name]) for name in self.names)
        return self._sqlite, tuple(_sqlite(values[name]) for name in self.names)


async def _count(connection: AsyncConnection, sql: str, values: tuple[Any, ...]) -> int:
    driver = direct(connection)
    if driver is not None:
        return await count_of(connection, driver, sql, values)
    return int((await connection.exec_driver_sql(sql, values)).rowcount)


def instant(value: int) -> datetime:
    """Return the aware instant that a column of a query's row holds."""
    return from_ms(value)


def document(value: Any) -> dict[str, Any]:
    """Return the JSON object that a column of a query's row holds."""
    found: dict[str, Any] = orjson.loads(value) if isinstance(value, str) else value
    return found


def documents(value: Any) -> list[dict[str, Any]]:
    """Return the JSON list of objects that a column of a query's row holds."""
    found: list[dict[str, Any]] = orjson.loads(value) if isinstance(value, str) else value
    return found


def records(rows: Sequence[Row]) -> str:
    """Return rows as ``json_to_recordset`` takes them, which leaves out keys it does not name."""
    return orjson.dumps(rows, default=_wire, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _of(table: Table, names: tuple[str, ...], rows: Sequence[Row]) -> str:
    """Write the rows of a table; what is JSON by itself is written in its own way."""
    nested = _documents(table, names)
    if nested:
        rows = [
            {**row, **{name: orjson.Fragment(orjson.dumps(row[name])) for name in nested}}
            for row in rows
        ]
    return records(rows)


@cache
def _documents(table: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if isinstance(table.c[name].type, Json))


def _wire(value: object) -> object:
    match value:
        case datetime():
            return to_ms(value)
        case bytes():
            return f"\\x{value.hex()}"
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"{type(value).__name__} is nothing a column takes")


def _plain(value: Any) -> Any:
    return to_ms(value) if isinstance(value, datetime) else value


def _sqlite(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return orjson.dumps(value).decode()
    return _plain(value)


def _columns(table: Table, names: tuple[str, ...], rows: Sequence[Row]) -> tuple[Any, ...]:
    return tuple(
        [row[name] for row in rows] if encode is None else [encode(row[name]) for row in rows]
        for name, encode in _encoders(table, names)
    )


def _tuples(table: Table, names: tuple[str, ...], rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    return list(zip(*_columns(table, names, rows), strict=True))


@cache
def _encoders(
    table: Table, names: tuple[str, ...]
) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Pair every column with what turns its values into the driver's; None leaves them."""
    return tuple((name, _encoder(table.c[name])) for name in names)


def _encoder(column: Column[Any]) -> Callable[[Any], Any] | None:
    match column.type:
        case Json():
            return _json
        case Instant():
            return _instant
        case _:
            return None


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _instant(value: datetime | None) -> int | None:
    return None if value is None else to_ms(value)


def _type(column: Column[Any]) -> str:
    match column.type:
        case Json():
            return "jsonb"
        case Instant() | BigInteger():
            return "bigint"
        case Boolean():
            return "boolean"
        case Integer():
            return "integer"
        case LargeBinary():
            return "bytea"
        case Text():
            return "text"
        case other:
            raise TypeError(f"{column}: no type of a record for {other!r}")


def _records(table: Table, names: Sequence[str]) -> str:
    columns = ", ".join(f'"{name}" {_type(table.c[name])}' for name in names)
    return f"json_to_recordset($1::json) AS u({columns})"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@cache
def _insert_records(table: Table, names: tuple[str, ...], or_ignore: bool) -> str:  # noqa: FBT001 - cache key
    ending = " ON CONFLICT DO NOTHING" if or_ignore else ""
    return (
        f"INSERT INTO {table.name} ({_quoted(names)}) "  # noqa: S608 - names of our own tables
        f"SELECT * FROM {_records(table, names)}{ending}"
    )


@cache
def _insert_values(table: Table, names: tuple[str, ...], or_ignore: bool) -> str:  # noqa: FBT001 - cache key
    verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
    marks = ", ".join("?" for _ in names)
    return f"{verb} INTO {table.name} ({_quoted(names)}) VALUES ({marks})"


@cache
def _update_records(table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = u."{name}"' for name in names if name not in key)
    where = " AND ".join(f't."{name}" = u."{name}"' for name in key)
    if "version" in names:
        where += " AND t.version = u.version - 1"
    return (
        f"UPDATE {table.name} t SET {sets} "  # noqa: S608 - names of our own tables
        f"FROM {_records(table, names)} WHERE {where}"
    )


@cache
def _update_values(table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = ?' for name in names if name not in key)
    where = " AND ".join(f'"{name}" = ?' for name in key)
    if "version" in names:
        where += " AND version = ? - 1"
    return f"UPDATE {table.name} SET {sets} WHERE {where}"  # noqa: S608 - names of our own tables
