"""What is hidden, as stored; a batch of events reads it once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.menus.model import Hide
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.menus import menu_hides
from bot.store.types import from_ms
from bot.store.unit import Change, Shelf

_OPEN = Query("SELECT id, menu, rule, until FROM menu_hides WHERE ended_at IS NULL ORDER BY id")
_END = Query("UPDATE menu_hides SET ended_at = :now WHERE id = :id AND ended_at IS NULL")
_END_PAST = Query("UPDATE menu_hides SET ended_at = :now WHERE ended_at IS NULL AND until <= :now")


async def stored(connection: AsyncConnection) -> tuple[Hide, ...]:
    """Return the hides that nobody has ended; their time may be over."""
    return tuple(
        Hide(
            hide_id=row[0],
            menu=row[1],
            rule=row[2],
            until=None if row[3] is None else from_ms(row[3]),
        )
        for row in await _OPEN.rows(connection)
    )


async def begin(
    connection: AsyncConnection,
    *,
    menu: str | None,
    rule: str | None,
    until: datetime | None,
    why: str,
    now: datetime,
) -> Hide:
    """Hide a menu, what a rule shows, or everything."""
    hide = Hide(hide_id=arrival.number(), menu=menu, rule=rule, until=until)
    row = {"id": hide.hide_id, "menu": menu, "rule": rule, "until": until}
    row |= {"why": why, "hidden_at": now, "ended_at": None}
    await batch.insert(connection, menu_hides, [row])
    return hide


async def end(connection: AsyncConnection, hide_id: int, *, now: datetime) -> bool:
    """Show again what was hidden; False: it was shown already."""
    return await _END.count(connection, id=hide_id, now=now) == 1


async def end_past(connection: AsyncConnection, *, now: datetime) -> int:
    """Close those whose time is over."""
    return await _END_PAST.count(connection, now=now)


#: The one key of the shelf below.
ALL: Final = 0


async def _load(
    connection: AsyncConnection, keys: Sequence[int]
) -> Mapping[int, tuple[Hide, ...]]:
    del keys
    return {ALL: await stored(connection)}


async def _save(connection: AsyncConnection, changes: Sequence[Change[tuple[Hide, ...]]]) -> None:
    del connection, changes
    raise TypeError("hides begin and end in statements of their own")


#: All that is hidden, read at most once a batch.
HIDES: Final[Shelf[int, tuple[Hide, ...]]] = Shelf("menu_hides", _load, _save)
