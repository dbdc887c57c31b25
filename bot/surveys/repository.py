"""How the progress of friends in surveys is read and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch
from bot.store.tables.friends import attribute_changes
from bot.store.tables.surveys import survey_progress
from bot.store.unit import Change, Shelf
from bot.surveys.engine import Progress, State

#: A friend's id and a survey's key.
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A progress as stored."""

    friend_id: int
    progress: Progress
    updated_at: datetime
    #: When this run came to its end.
    done_at: datetime | None = None
    #: When to look whether the friend is to be reminded; never later than that is due.
    nudge_at: datetime | None = None
    #: The call that reminded the friend in this run.
    nudge_id: int | None = None
    #: LINE's ids of the messages that were typed or sent for an answer, by question.
    messages: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


_LOAD = batch.Query(
    "SELECT friend_id, survey, survey_version, state, question, answers, updated_at, version, "
    "picked, done_at, nudge_at, nudge_id, handed_in, messages "
    "FROM survey_progress WHERE friend_id = ANY(:friend_ids::bigint[])"
)


async def _load(connection: AsyncConnection, keys: Sequence[Key]) -> Mapping[Key, Stored]:
    friend_ids = list({friend_id for friend_id, _ in keys})
    rows = await _LOAD.rows(connection, friend_ids=friend_ids)
    return {
        (row[0], row[1]): Stored(
            row[0],
            Progress(
                survey=row[1],
                version=row[2],
                state=State(row[3]),
                question=row[4],
                answers=batch.document(row[5]),
                picked=frozenset(row[8].split(",")) if row[8] else frozenset(),
                handed_in=None if row[12] is None else batch.document(row[12]),
            ),
            batch.instant(row[6]),
            done_at=None if row[9] is None else batch.instant(row[9]),
            nudge_at=None if row[10] is None else batch.instant(row[10]),
            nudge_id=row[11],
            messages={} if row[13] is None else batch.document(row[13]) or {},
            version=row[7],
        )
        for row in rows
    }


async def _save(connection: AsyncConnection, changes: Sequence[Change[Stored]]) -> None:
    new = [_row(c.after, 1) for c in changes if c.before is None]
    await batch.insert(connection, survey_progress, new)
    known = [_row(c.after, c.before.version + 1) for c in changes if c.before is not None]
    await batch.update(connection, survey_progress, ["friend_id", "survey"], known)


def _row(stored: Stored, version: int) -> dict[str, object]:
    progress = stored.progress
    return {
        "friend_id": stored.friend_id,
        "survey": progress.survey,
        "survey_version": progress.version,
        "state": progress.state.value,
        "question": progress.question,
        "answers": dict(progress.answers),
        "updated_at": stored.updated_at,
        "version": version,
        "picked": ",".join(sorted(progress.picked)) or None,
        "handed_in": None if progress.handed_in is None else dict(progress.handed_in),
        "done_at": stored.done_at,
        "nudge_at": stored.nudge_at,
        "nudge_id": stored.nudge_id,
        "messages": dict(stored.messages) or None,
    }


async def forget_told(
    connection: AsyncConnection, *, person_id: int, source: str, names: Sequence[str]
) -> None:
    """Erase from the history what a source told of a person's attributes."""
    c = attribute_changes.c
    mine = (c.person_id == person_id) & (c.source == source) & c.name.in_(names)
    await connection.execute(update(attribute_changes).where(mine).values(value=None))


#: Progress by friend id and survey key.
PROGRESS: Shelf[Key, Stored] = Shelf("survey_progress", _load, _save)
