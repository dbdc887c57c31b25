"""Definitions as the database has them, and how they get there.

    definitions, definition_files, definition_state -> Stored
    put, remove -> definitions, definition_changes

Every change raises the revision, which is all that other processes look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content.model import Document, Kind
from bot.content.writing import text_of
from bot.content.yaml_source import Source
from bot.store import arrival, batch
from bot.store.tables.definitions import (
    definition_changes,
    definition_files,
    definition_state,
    definitions,
)

_RAISE: Final = batch.Query(
    "INSERT INTO definition_state (id, revision, is_whole, changed_at) "
    "VALUES (1, 1, FALSE, :now) ON CONFLICT (id) DO UPDATE "
    "SET revision = definition_state.revision + 1, changed_at = excluded.changed_at"
)
_WHOLE: Final = batch.Query("UPDATE definition_state SET is_whole = TRUE")
_PUT: Final = batch.Query(
    "INSERT INTO definitions (kind, key, position, body, source, changed_at) "
    "VALUES (:kind, :key, :position, :body, :source, :now) ON CONFLICT (kind, key) DO UPDATE "
    "SET position = excluded.position, body = excluded.body, source = excluded.source, "
    "changed_at = excluded.changed_at"
)
_MOVE: Final = batch.Query(
    "UPDATE definitions SET position = :position WHERE kind = :kind AND key = :key"
)
_REMOVE: Final = batch.Query("DELETE FROM definitions WHERE kind = :kind AND key = :key")
_ONE: Final = batch.Query(
    "SELECT body, position FROM definitions WHERE kind = :kind AND key = :key"
)
_END: Final = batch.Query("SELECT max(position) FROM definitions WHERE kind = :kind")
_NO_FILES: Final = batch.Query("DELETE FROM definition_files")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored, read at one moment."""

    #: 0: nothing was ever changed.
    revision: int
    #: Whether this is the whole account; else it adds to the sample.
    is_whole: bool
    documents: Sequence[Document]
    texts: Mapping[str, str]


async def revision(connection: AsyncConnection) -> int:
    """Return a number that grows with every change."""
    return int(await connection.scalar(select(definition_state.c.revision)) or 0)


async def read(connection: AsyncConnection) -> Stored:
    """Read all definitions."""
    c = definition_state.c
    state = (await connection.execute(select(c.revision, c.is_whole))).one_or_none()
    d = definitions.c
    rows = await connection.execute(
        select(d.kind, d.key, d.body).order_by(d.kind, d.position, d.changed_at, d.key)
    )
    found = [_document(*row) for row in rows if row[0] in set(Kind)]
    f = definition_files.c
    texts = {row[0]: row[1] for row in await connection.execute(select(f.path, f.text))}
    return Stored(state[0] if state else 0, bool(state and state[1]), found, texts)


async def begin(connection: AsyncConnection, *, now: datetime) -> int:
    """Raise the revision and return it; whoever else changes definitions waits for the end."""
    await _RAISE.count(connection, now=now)
    return await revision(connection)


async def put(
    connection: AsyncConnection,
    kind: Kind,
    key: str,
    values: Any,
    *,
    source: str,
    now: datetime,
    position: int | None = None,
) -> None:
    """Store a definition in a transaction that has begun; the change is kept with its source.

    Args:
        connection: where ``begin`` was called.
        kind: of what.
        key: a known one is changed.
        values: as a YAML file would hold them.
        source: such as ``content``, ``import`` or ``staff:12``.
        now: the moment.
        position: among its kind; by default where it is, or last.
    """
    known = await _ONE.rows(connection, kind=kind.value, key=key)
    if position is None:
        position = known[0][1] if known else await _behind(connection, kind)
    body = text_of(values)
    await _PUT.count(
        connection,
        kind=kind.value,
        key=key,
        position=position,
        body=body,
        source=source,
        now=now,
    )
    before = known[0][0] if known else None
    await note(connection, kind.value, key, before, body, source=source, now=now)


async def move(connection: AsyncConnection, kind: Kind, key: str, position: int) -> None:
    """Give a definition another place among its kind."""
    await _MOVE.count(connection, kind=kind.value, key=key, position=position)


async def remove(
    connection: AsyncConnection, kind: Kind, key: str, *, source: str, now: datetime
) -> None:
    """Remove a definition; what it was is kept with the change."""
    for body, _ in await _ONE.rows(connection, kind=kind.value, key=key):
        await note(connection, kind.value, key, body, None, source=source, now=now)
    await _REMOVE.count(connection, kind=kind.value, key=key)


async def make_whole(connection: AsyncConnection, texts: Mapping[str, str]) -> None:
    """Say that what is stored is the whole account, and keep the files it was written in."""
    await _WHOLE.count(connection)
    await _NO_FILES.count(connection)
    rows = [{"path": path, "text": text} for path, text in texts.items()]
    await batch.insert(connection, definition_files, rows)


async def _behind(connection: AsyncConnection, kind: Kind) -> int:
    last = (await _END.rows(connection, kind=kind.value))[0][0]
    return 0 if last is None else int(last) + 1


async def note(
    connection: AsyncConnection,
    kind: str,
    key: str,
    before: str | None,
    after: str | None,
    *,
    source: str,
    now: datetime,
) -> None:
    """Record a change; what is no definition says of itself what it was and is."""
    row = {
        "id": arrival.number(),
        "revision": await revision(connection),
        "kind": kind,
        "key": key,
        "before": before,
        "after": after,
        "source": source,
        "changed_at": now,
    }
    await batch.insert(connection, definition_changes, [row])


def _document(kind: str, key: str, body: str) -> Document:
    return Document(Kind(kind), key, Source(body, name=f"stored {kind} {key}"))
