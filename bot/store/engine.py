"""Engines. SQLite is taught to honour BEGIN; PostgreSQL to let go of a dead process's locks."""

from sqlite3 import SQLITE_BUSY
from typing import Any

import orjson
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: A claim is a row lock inside a transaction: one whose process hangs is given up after this.
IDLE_IN_TRANSACTION = "30s"

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # an acknowledged event survives a power cut
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
)


def open_engine(url: str, *, pool_size: int = 8) -> AsyncEngine:
    """Return an engine for ``sqlite+aiosqlite:///…`` or ``postgresql+asyncpg://…``.

    Source: SQLAlchemy documentation, "Serializable isolation / Savepoints / Transactional DDL"
    of SQLite: without an explicit BEGIN, rows of a released savepoint outlive a rollback.
    """
    if url.startswith("sqlite"):
        engine = create_async_engine(
            url, json_serializer=_dumps, json_deserializer=orjson.loads, hide_parameters=True
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
        return engine
    return create_async_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # they are people's words, and errors go to the log
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_use_lifo=True,
        connect_args={
            "timeout": 5,
            "server_settings": {
                "application_name": "enishi",
                "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
                "jit": "off",
            },
        },
    )


def single_statements(engine: AsyncEngine) -> AsyncEngine:
    """Return an engine whose every statement is a transaction: on PostgreSQL in one round trip."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, as opposed to refusing what it was told."""
    if isinstance(error, DBAPIError):
        # asyncpg's own errors of a server that is starting or stopping are of class 57P.
        code = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or code.startswith(("57P", "08", "53"))
    return isinstance(error, (OSError, TimeoutError, PoolTimeoutError))


def is_busy(error: BaseException) -> bool:
    """Whether SQLite's one writer was waited for in vain; nothing was written."""
    code = getattr(error.orig, "sqlite_errorcode", None) if isinstance(error, DBAPIError) else None
    return code == SQLITE_BUSY


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A transaction that reads and then writes would else end in "database is locked".
    connection.exec_driver_sql("BEGIN IMMEDIATE")
