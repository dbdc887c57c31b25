"""How far each import is, so that one that was cut off goes on where it stopped.

a batch of rows + import_log.save -> one commit
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.columns import Plan
from bot.people.csv_file import CsvFile
from bot.store import arrival
from bot.store.tables.friends import people_imports

_FIRST_ROW: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An import under way."""

    import_id: int
    #: The first row that is not done.
    next_row: int
    #: Rows by what became of them.
    counts: Mapping[str, int]


def fingerprint(file: CsvFile, plan: Plan, options: str) -> str:
    """Return what only the same bytes, read the same way, have."""
    how = f"{file.sha256}:{file.encoding}:{plan.meaning}:{options}"
    return hashlib.sha256(how.encode()).hexdigest()


async def unfinished(connection: AsyncConnection, file_hash: str) -> Started | None:
    """Return the import of this file that was cut off last, if any."""
    c = people_imports.c
    query = select(c.id, c.next_row, c.counts).order_by(c.id.desc()).limit(1)
    query = query.where(c.file_hash == file_hash, c.finished_at.is_(None))
    row = (await connection.execute(query)).first()
    return None if row is None else Started(import_id=row[0], next_row=row[1], counts=row[2])


async def start(
    connection: AsyncConnection, file_hash: str, name: str, *, now: datetime
) -> Started:
    """Note that an import begins."""
    started = Started(import_id=arrival.number(), next_row=_FIRST_ROW, counts={})
    row = {"id": started.import_id, "file_hash": file_hash, "file_name": name}
    row |= {"next_row": started.next_row, "counts": {}, "started_at": now}
    await connection.execute(insert(people_imports).values(row))
    return started


async def save(
    connection: AsyncConnection, import_id: int, *, next_row: int, counts: Mapping[str, int]
) -> None:
    """Note how far it is."""
    news = {"next_row": next_row, "counts": dict(counts)}
    mine = people_imports.c.id == import_id
    await connection.execute(update(people_imports).where(mine).values(news))


async def finish(connection: AsyncConnection, import_id: int, *, now: datetime) -> None:
    """Note that it is through."""
    mine = people_imports.c.id == import_id
    await connection.execute(update(people_imports).where(mine).values(finished_at=now))
