"""Browsers of staff that take pushes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import arrival
from bot.store.batch import Query, instant

#: Of one staff member; with one more, the oldest goes.
MOST: Final = 8

_COLUMNS: Final = "id, staff_id, endpoint, public_key, auth, agent, added_at"
_OF: Final = Query(
    f"SELECT {_COLUMNS} FROM staff_devices WHERE staff_id = :staff_id ORDER BY id DESC"  # noqa: S608 - our own names
)
_BY_ID: Final = Query(f"SELECT {_COLUMNS} FROM staff_devices WHERE id = :id")  # noqa: S608 - our own names
_BY_ENDPOINT: Final = Query("SELECT id FROM staff_devices WHERE endpoint = :endpoint")
#: A browser that somebody else signs in with is theirs from then on.
_KEEP: Final = Query(
    f"INSERT INTO staff_devices ({_COLUMNS}) VALUES (:id, :staff_id, :endpoint, :public_key, "  # noqa: S608 - our own names
    ":auth, :agent, :now) ON CONFLICT (endpoint) DO UPDATE SET staff_id = excluded.staff_id, "
    "public_key = excluded.public_key, auth = excluded.auth, agent = excluded.agent"
)
_FORGET: Final = Query("DELETE FROM staff_devices WHERE id = :id")
_FORGET_OWN: Final = Query("DELETE FROM staff_devices WHERE id = :id AND staff_id = :staff_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One browser."""

    device_id: int
    staff_id: int
    #: Where its maker's push service takes what is for it.
    endpoint: str
    public_key: str
    auth: str
    agent: str
    added_at: datetime


async def keep(
    connection: AsyncConnection,
    staff_id: int,
    *,
    endpoint: str,
    public_key: str,
    auth: str,
    agent: str,
    now: datetime,
) -> int:
    """Let a browser take what is for a staff member; return its id."""
    await _KEEP.count(
        connection,
        id=arrival.number(),
        staff_id=staff_id,
        endpoint=endpoint,
        public_key=public_key,
        auth=auth,
        agent=agent[:300],
        now=now,
    )
    for device in (await of(connection, staff_id))[MOST:]:
        await _FORGET.count(connection, id=device.device_id)
    return int((await _BY_ENDPOINT.rows(connection, endpoint=endpoint))[0][0])


async def of(connection: AsyncConnection, staff_id: int) -> Sequence[Device]:
    """Return the browsers of a staff member, the newest in front."""
    return [_device(row) for row in await _OF.rows(connection, staff_id=staff_id)]


async def by_id(connection: AsyncConnection, device_id: int) -> Device | None:
    """Return one browser."""
    rows = await _BY_ID.rows(connection, id=device_id)
    return _device(rows[0]) if rows else None


async def forget(
    connection: AsyncConnection, device_id: int, *, staff_id: int | None = None
) -> bool:
    """Send a browser nothing any more; ``staff_id``: only if it is theirs."""
    if staff_id is None:
        return bool(await _FORGET.count(connection, id=device_id))
    return bool(await _FORGET_OWN.count(connection, id=device_id, staff_id=staff_id))


def _device(row: Sequence[object]) -> Device:
    device_id, staff_id, endpoint, public_key, auth, agent, added_at = row
    return Device(
        device_id=int(str(device_id)),
        staff_id=int(str(staff_id)),
        endpoint=str(endpoint),
        public_key=str(public_key),
        auth=str(auth),
        agent=str(agent),
        added_at=instant(int(str(added_at))),
    )
