"""How each staff member wants to hear of things, and where: read and written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.notices.model import DEFAULT, Choices, Way
from bot.store import batch
from bot.store.batch import Query

_COLUMNS: Final = (
    "staff_id, ways, mail, quiet_from, quiet_to, gather_minutes, unseen_minutes, shows_text"
)
_READ: Final = Query(
    f"SELECT {_COLUMNS} FROM staff_notice_choices WHERE staff_id = ANY(:staff_ids::bigint[])"  # noqa: S608 - our own names
)
_KEEP: Final = Query(
    f"INSERT INTO staff_notice_choices ({_COLUMNS}, changed_at) VALUES (:staff_id, "  # noqa: S608 - our own names
    ":ways::jsonb, :mail, :quiet_from, :quiet_to, :gather_minutes, :unseen_minutes, "
    ":shows_text, :now) ON CONFLICT (staff_id) DO UPDATE SET ways = excluded.ways, "
    "mail = excluded.mail, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, "
    "gather_minutes = excluded.gather_minutes, unseen_minutes = excluded.unseen_minutes, "
    "shows_text = excluded.shows_text, changed_at = excluded.changed_at"
)
_LINES: Final = Query(
    "SELECT staff_id, user_id FROM staff_lines WHERE staff_id = ANY(:staff_ids::bigint[])"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """How one staff member can be reached."""

    choices: Choices
    #: Ids of the browsers that take pushes.
    devices: Sequence[int] = ()
    #: LINE's user id of theirs.
    user_id: str | None = None

    def targets(self, way: Way) -> Sequence[int]:
        """Return what a way leads to: each device, or the one address there is."""
        match way:
            case Way.BROWSER:
                return self.devices
            case Way.MAIL:
                return (0,) if self.choices.mail else ()
            case Way.LINE:
                return (0,) if self.user_id else ()


async def of(connection: AsyncConnection, staff_id: int) -> Choices:
    """Return what one has chosen."""
    return (await _of_many(connection, [staff_id])).get(staff_id, Choices())


async def keep(
    connection: AsyncConnection, staff_id: int, choices: Choices, *, now: datetime
) -> None:
    """Go by this from now on."""
    ways = {kind.value: sorted(way.value for way in ways) for kind, ways in choices.ways.items()}
    await _KEEP.count(
        connection,
        staff_id=staff_id,
        ways=orjson.dumps(ways).decode(),
        mail=choices.mail,
        quiet_from=choices.quiet_from,
        quiet_to=choices.quiet_to,
        gather_minutes=choices.gather_minutes,
        unseen_minutes=choices.unseen_minutes,
        shows_text=choices.shows_text,
        now=now,
    )


async def reach(connection: AsyncConnection, staff_ids: Collection[int]) -> dict[int, Reach]:
    """Return how these can be reached; each of them is there."""
    ids = sorted(staff_ids)
    chosen = await _of_many(connection, ids)
    lines = {row[0]: row[1] for row in await _LINES.rows(connection, staff_ids=ids)}
    owned: dict[int, list[int]] = {}
    for row in await _DEVICES.rows(connection, staff_ids=ids):
        owned.setdefault(row[0], []).append(row[1])
    return {
        one: Reach(chosen.get(one, Choices()), owned.get(one, ()), lines.get(one)) for one in ids
    }


_DEVICES: Final = Query(
    "SELECT staff_id, id FROM staff_devices WHERE staff_id = ANY(:staff_ids::bigint[]) ORDER BY id"
)


async def _of_many(connection: AsyncConnection, staff_ids: Sequence[int]) -> dict[int, Choices]:
    rows = await _READ.rows(connection, staff_ids=list(staff_ids))
    return {row[0]: _choices(row) for row in rows}


def _choices(row: Any) -> Choices:
    said: Mapping[str, Sequence[str]] = batch.document(row[1])
    return Choices(
        ways={
            kind: frozenset(map(Way, said[kind])) if kind in said else by_default
            for kind, by_default in DEFAULT.items()
        },
        mail=row[2],
        quiet_from=row[3],
        quiet_to=row[4],
        gather_minutes=row[5],
        unseen_minutes=row[6],
        shows_text=bool(row[7]),
    )
