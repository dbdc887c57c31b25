"""Customers from a file: each row finds its person, or makes one, and tells what is known.

    CsvFile + Plan -> Importer.run: 1,000 rows -> read -> kept -> one commit, and again

A batch and how far the import is are one commit, so an import that is cut off goes on where it
stopped. A row with anything wrong changes nothing, and stands in the file of errors.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock
from bot.people import import_log
from bot.people.attribute_indexes import ensure_key, indexing
from bot.people.columns import Plan
from bot.people.csv_file import CsvFile
from bot.people.error_file import ErrorFile
from bot.people.import_batch import BatchKeeper, Kept, Options, Rejected
from bot.people.import_keys import AttributeKey
from bot.people.import_rows import Reading, RowReader
from bot.people.service import People
from bot.store import batch

BATCH: Final = 1_000
_FIRST_ROW: Final = 2
_TRIES: Final = 5
#: SQLite has one writer: between two batches the bot gets its turn.
_PAUSE_SECONDS: Final = 0.05


@dataclass(slots=True)
class Progress:
    """How far an import is."""

    #: The first row that is not done.
    next_row: int = _FIRST_ROW
    #: Rows by what became of them: new, changed, unchanged, errors.
    counts: Counter[str] = field(default_factory=Counter)
    #: Of the batch that was done last.
    rejected: Sequence[Rejected] = ()
    #: Whether it went on where it had been cut off.
    is_resumed: bool = False


class Importer:
    """Imports one file of customers."""

    def __init__(
        self,
        engine: AsyncEngine,
        people: People,
        file: CsvFile,
        plan: Plan,
        options: Options,
        *,
        clock: Clock,
    ) -> None:
        """Prepare the import.

        Args:
            engine: of the database.
            people: their vocabulary learns the attributes that the plan adds.
            file: opened.
            plan: made of the file's headings.
            options: a dry run always begins anew.
            clock: when things are said to have been learnt.
        """
        self.progress = Progress()
        self.errors = ErrorFile(file, options.language)
        self._engine = engine
        self._people = people
        self._file = file
        self._plan = plan
        self._options = options
        self._clock = clock
        self._keeper = BatchKeeper(people, plan, options, file_name=file.path.name)
        self._import_id = 0

    async def run(self) -> AsyncIterator[Progress]:
        """Import, and tell after each batch how far it is."""
        await self._prepare()
        yield self.progress
        reader = RowReader(
            self._plan,
            self._people.vocabulary.tags,
            width=len(self._file.headings),
            rows=self._file.row_count,
            clears_empty=self._options.clears_empty,
        )
        rows = self._file.rows()
        while readings := [reader.read(row) for row in islice(rows, BATCH)]:
            # Rows that are done are read again all the same: later ones may repeat their keys.
            left = [item for item in readings if item.row.number >= self.progress.next_row]
            if left:
                await self._keep(left)
                yield self.progress
        if not self._options.is_dry:
            async with self._engine.begin() as connection:
                await import_log.finish(connection, self._import_id, now=self._clock())

    async def _prepare(self) -> None:
        vocabulary = self._people.vocabulary
        if isinstance(self._plan.key, AttributeKey):
            async with indexing(self._engine) as connection:
                await ensure_key(connection, self._plan.key.attribute)
        async with self._engine.begin() as connection:
            await vocabulary.refresh(connection)
            if self._options.is_dry:
                vocabulary.assume(self._plan.added)
            else:
                for attribute in self._plan.added:
                    await vocabulary.define(connection, attribute, now=self._clock())
                await vocabulary.refresh(connection)
                await self._start(connection)
        self.errors.begin(self.progress.next_row)

    async def _start(self, connection: AsyncConnection) -> None:
        file_hash = import_log.fingerprint(self._file, self._plan, self._options.meaning)
        found = await import_log.unfinished(connection, file_hash)
        self.progress.is_resumed = found is not None
        if found is None:
            name = self._file.path.name
            found = await import_log.start(connection, file_hash, name, now=self._clock())
        self._import_id = found.import_id
        self.progress.next_row = found.next_row
        self.progress.counts.update(found.counts)

    async def _keep(self, readings: Sequence[Reading]) -> None:
        for attempt in range(_TRIES):
            try:
                kept = await self._try(readings)
            except (batch.StaleRowError, IntegrityError):  # a worker met one of them meanwhile
                self.errors.begin(self.progress.next_row)
                if attempt == _TRIES - 1:
                    raise
            else:
                break
        self.progress.next_row = readings[-1].row.number + 1
        self.progress.counts += kept.counts
        self.progress.rejected = kept.rejected
        if self._engine.dialect.name == "sqlite" and not self._options.is_dry:
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _try(self, readings: Sequence[Reading]) -> Kept:
        async with self._engine.begin() as connection:
            kept = await self._keeper.keep(connection, readings, now=self._clock())
            self.errors.add(kept.rejected)
            if not self._options.is_dry:
                await import_log.save(
                    connection,
                    self._import_id,
                    next_row=readings[-1].row.number + 1,
                    counts=self.progress.counts + kept.counts,
                )
        return kept
