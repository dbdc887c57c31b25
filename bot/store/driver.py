"""Statements handed to asyncpg itself.

    batch -> (the transaction is open) -> rows_of / count_of -> asyncpg

SQLAlchemy takes about 0.1 ms around a statement, and the message path runs ten of them for every
batch of events (docs/performance.md). SQLAlchemy still opens, commits and closes every connection.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    import asyncpg


def direct(connection: AsyncConnection) -> "asyncpg.Connection | None":
    """Return asyncpg's connection if it may be used directly.

    None: the connection is not PostgreSQL's, or its transaction is not open yet: SQLAlchemy opens
    one with the first statement.
    """
    sync = connection.sync_connection
    if sync is None or sync.dialect.name != "postgresql":
        return None
    driver: asyncpg.Connection | None = sync.connection.driver_connection
    if driver is None:
        return None
    if driver.is_in_transaction():
        return driver
    is_single = sync.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
    return driver if is_single else None


async def rows_of(
    connection: AsyncConnection, driver: "asyncpg.Connection", sql: str, values: Sequence[Any]
) -> Sequence[Any]:
    """Run a statement and return its rows.

    Raises:
        DBAPIError: as SQLAlchemy would raise it.
    """
    try:
        rows: Sequence[Any] = await driver.fetch(sql, *values)
    except Exception as error:
        raise await _as_sqlalchemy(connection, driver, error) from error
    return rows


async def count_of(
    connection: AsyncConnection, driver: "asyncpg.Connection", sql: str, values: Sequence[Any]
) -> int:
    """Run a statement and return how many rows it changed.

    Raises:
        DBAPIError: as SQLAlchemy would raise it.
    """
    try:
        status = await driver.execute(sql, *values)
    except Exception as error:
        raise await _as_sqlalchemy(connection, driver, error) from error
    return int(status.rpartition(" ")[2])  # such as "INSERT 0 5", "UPDATE 5"


async def _as_sqlalchemy(
    connection: AsyncConnection, driver: "asyncpg.Connection", error: Exception
) -> Exception:
    """Return what the callers know, and let the pool forget a connection that is gone."""
    import asyncpg  # noqa: PLC0415 - not needed on SQLite

    # A server that goes says so at any moment; asyncpg may be caught between two states by it.
    is_gone = driver.is_closed() or isinstance(error, asyncpg.InternalClientError)
    if is_gone:
        await connection.invalidate(error)
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return IntegrityError("", None, error, hide_parameters=True)
    if isinstance(
        error, (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
    ):
        return DBAPIError("", None, error, hide_parameters=True, connection_invalidated=is_gone)
    return error  # the network's own, or a bug
