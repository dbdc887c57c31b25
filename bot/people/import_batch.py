"""A batch of rows inside one transaction: people found or made, and told what the rows say.

readings -> Key.find -> People.learn, People.tag in a unit of work -> flush; the caller commits
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.bilingual import Bilingual, Language
from bot.people.columns import Plan
from bot.people.import_rows import Problem, Reading
from bot.people.repository import PEOPLE
from bot.people.service import People
from bot.store import batch
from bot.store.unit import Unit

NEW: Final = "new"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
ERRORS: Final = "errors"

#: Two imports at once could both make the same new person.
_LOCK: Final = 7_310_002
_UNKNOWN: Final = Bilingual(
    ja="登録されていません。値を確かめてください", en="is not known here; check the value"
)
_AMBIGUOUS: Final = Bilingual(
    ja="2人以上が持っています。別のキーで取り込んでください",
    en="belongs to more than one person; import by another key",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an import is run."""

    #: Say what would happen, and change nothing but the index that finds people by the key.
    is_dry: bool = False
    #: A row whose person is not known is an error, not a new person.
    only_updates: bool = False
    #: An empty cell makes the attribute unknown; else it says nothing.
    clears_empty: bool = False
    #: Of the errors.
    language: Language = "ja"

    @property
    def meaning(self) -> str:
        """What makes two imports of one file the same."""
        return f"{self.only_updates}:{self.clears_empty}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that changed nothing, and why."""

    reading: Reading
    problems: Sequence[Problem]


@dataclass(slots=True)
class Kept:
    """What became of a batch."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, reading: Reading, *problems: Problem) -> None:
        """Leave a row out."""
        self.counts[ERRORS] += 1
        self.rejected.append(Rejected(reading, problems))


class BatchKeeper:
    """Keeps the rows of one file."""

    def __init__(self, people: People, plan: Plan, options: Options, *, file_name: str) -> None:
        self._people = people
        self._plan = plan
        self._options = options
        self._file_name = file_name

    async def keep(
        self, connection: AsyncConnection, readings: Sequence[Reading], *, now: datetime
    ) -> Kept:
        """Write what the rows say; a dry run only finds out.

        Raises:
            StaleRowError: somebody changed one of the people meanwhile; try the batch again.
        """
        if batch.is_postgres(connection):
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        kept = Kept()
        unit = Unit(connection)
        good = [reading for reading in readings if not reading.problems]
        owners = await self._plan.key.find(connection, [reading.key for reading in good])
        await unit.preload(PEOPLE, [ids[0] for ids in owners.values() if len(ids) == 1])
        for reading in readings:
            if reading.problems:
                kept.reject(reading, *reading.problems)
            else:
                await self._keep_one(unit, reading, owners, kept, now)
        if not self._options.is_dry:
            await unit.flush()
        return kept

    async def _keep_one(
        self,
        unit: Unit,
        reading: Reading,
        owners: Mapping[str, Sequence[int]],
        kept: Kept,
        now: datetime,
    ) -> None:
        key = self._plan.key
        ids = owners.get(reading.key, ())
        if len(ids) > 1:
            kept.reject(reading, Problem(key.name, key.kind, _AMBIGUOUS))
        elif not ids and (self._options.only_updates or not key.makes_people):
            kept.reject(reading, Problem(key.name, key.kind, _UNKNOWN))
        elif ids:
            is_news = await self._tell(unit, ids[0], reading, now)
            kept.counts[CHANGED if is_news else UNCHANGED] += 1
        else:
            person = self._people.create(unit, now=now)
            key.give(unit, person.person_id, reading.key, now=now)
            await self._tell(unit, person.person_id, reading, now)
            kept.counts[NEW] += 1

    async def _tell(self, unit: Unit, person_id: int, reading: Reading, now: datetime) -> bool:
        before = await self._people.of(unit, person_id)
        source = f"import:{self._file_name}:{reading.row.number}"
        after = await self._people.learn(unit, person_id, reading.values, source=source, now=now)
        for tag in reading.tags:
            after = await self._people.tag(
                unit, person_id, tag, reason=self._file_name, source=source, now=now
            )
        return after is not before
