"""Versions with their pictures, pins, and the steps taken: what the database knows of menus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import arrival, batch
from bot.store.batch import Query, document
from bot.store.tables.rich_menus import rich_menu_steps, rich_menu_versions
from bot.store.types import from_ms
from richmenus.plan import Kind, Known
from richmenus.version import Outline, Version, digest_of

#: Earlier versions that can be gone back to, a menu.
KEPT_VERSIONS = 5

_KNOWN = Query(
    "SELECT key, fingerprint, rich_menu_id, line_digest, repointed_at, published_at "
    "FROM rich_menu_versions"
)
_FIND = Query(
    "SELECT key, body, picture, content_type, fingerprint FROM rich_menu_versions "
    "WHERE key = :key AND fingerprint = :fingerprint"
)
_OUTLINE = Query(
    "SELECT key, body, fingerprint FROM rich_menu_versions "
    "WHERE key = :key AND fingerprint = :fingerprint"
)
_SHOWN = Query(
    "SELECT key, body, fingerprint FROM rich_menu_versions WHERE key = :key AND state = 'standing'"
)
_STANDING = Query(
    "SELECT key, body, picture, content_type, fingerprint, rich_menu_id, line_digest, "
    "repointed_at, published_at FROM rich_menu_versions WHERE state = 'standing' ORDER BY key"
)
_DOUBTED = Query(
    "UPDATE rich_menu_versions SET line_digest = NULL "
    "WHERE key = :key AND fingerprint = :fingerprint"
)
_MADE = Query(
    "UPDATE rich_menu_versions SET rich_menu_id = :rich_menu_id, line_digest = NULL, "
    "repointed_at = NULL, state = 'making' WHERE key = :key AND fingerprint = :fingerprint"
)
_VERIFIED = Query(
    "UPDATE rich_menu_versions SET line_digest = :digest "
    "WHERE key = :key AND fingerprint = :fingerprint"
)
_STANDS = Query(
    "UPDATE rich_menu_versions SET state = 'standing', published_at = :now "
    "WHERE key = :key AND fingerprint = :fingerprint AND state <> 'standing'"
)
_PAST = Query(
    "UPDATE rich_menu_versions SET state = 'past' "
    "WHERE key = :key AND fingerprint <> :fingerprint AND state = 'standing'"
)
_PAST_ALL = Query(
    "UPDATE rich_menu_versions SET state = 'past' "
    "WHERE state = 'standing' AND NOT key = ANY(:keys::text[])"
)
_REPOINTED = Query(
    "UPDATE rich_menu_versions SET repointed_at = :now "
    "WHERE key = :key AND fingerprint = :fingerprint"
)
_ERASE = Query(
    "DELETE FROM rich_menu_versions WHERE state = 'past' AND key = :key AND id NOT IN ("
    "SELECT id FROM rich_menu_versions WHERE key = :key AND published_at IS NOT NULL "
    "ORDER BY published_at DESC, id DESC LIMIT :kept)"
)
_HISTORY = Query(
    "SELECT fingerprint, state, rich_menu_id, published_at, created_at FROM rich_menu_versions "
    "WHERE key = :key ORDER BY published_at DESC, id DESC"
)
_STANDS_NOW = Query(
    "SELECT key, fingerprint, state, line_digest, published_at FROM rich_menu_versions"
)
_PINS = Query("SELECT key, fingerprint, instead_of, pinned_at FROM rich_menu_pins")
_PIN = Query(
    "INSERT INTO rich_menu_pins (key, fingerprint, instead_of, pinned_at) "
    "VALUES (:key, :fingerprint, :instead_of, :now) ON CONFLICT (key) DO UPDATE SET "
    "fingerprint = excluded.fingerprint, instead_of = excluded.instead_of, "
    "pinned_at = excluded.pinned_at"
)
_UNPIN = Query("DELETE FROM rich_menu_pins WHERE key = :key")
_COUNT = Query(
    "SELECT count(*), min(begun_at) FROM rich_menu_steps "
    "WHERE kind = ANY(:kinds::text[]) AND begun_at > :since"
)
_END_STEP = Query(
    "UPDATE rich_menu_steps SET state = :state, ended_at = :now, rich_menu_id = :rich_menu_id, "
    "message = :message WHERE id = :id"
)
_ERASE_STEPS = Query("DELETE FROM rich_menu_steps WHERE begun_at < :before")


@dataclass(frozen=True, slots=True)
class Pin:
    """A menu that was taken back to an earlier version."""

    key: str
    fingerprint: str
    #: The fingerprint of the file then; the pin holds as long as the file stays so.
    instead_of: str
    pinned_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """One version of a menu's history."""

    fingerprint: str
    state: str
    rich_menu_id: str | None
    published_at: datetime | None
    created_at: datetime


async def known(connection: AsyncConnection) -> list[Known]:
    """Return what is known of every version."""
    return [
        Known(
            key=row[0],
            fingerprint=row[1],
            rich_menu_id=row[2],
            line_digest=row[3],
            repointed_at=_instant(row[4]),
            published_at=_instant(row[5]),
        )
        for row in await _KNOWN.rows(connection)
    ]


async def keep(connection: AsyncConnection, version: Version, *, now: datetime) -> None:
    """Keep a version's object and picture; one that is kept already stays."""
    row: dict[str, Any] = {"id": arrival.number(), "key": version.key}
    row |= {"fingerprint": version.fingerprint, "body": dict(version.body)}
    row |= {"picture": version.picture, "content_type": version.content_type}
    row |= {"state": "making", "created_at": now}
    await batch.insert(connection, rich_menu_versions, [row], or_ignore=True)


async def find(connection: AsyncConnection, key: str, fingerprint: str) -> Version | None:
    """Return a version as it was kept."""
    for row in await _FIND.rows(connection, key=key, fingerprint=fingerprint):
        return _version(row)
    return None


async def standing(connection: AsyncConnection) -> list[tuple[Version, Known]]:
    """Return the account's menus as they were published last."""
    return [
        (
            _version(row),
            Known(row[0], row[4], row[5], row[6], _instant(row[7]), _instant(row[8])),
        )
        for row in await _STANDING.rows(connection)
    ]


async def shown(connection: AsyncConnection, key: str) -> Outline | None:
    """Return what friends see of a menu, without its picture; None: it was never published."""
    for row in await _SHOWN.rows(connection, key=key):
        return Outline(row[0], document(row[1]), row[2])
    return None


async def doubted(connection: AsyncConnection, version: Version) -> None:
    """Note that LINE's menu is not what was published: it is read back by the next apply."""
    await _DOUBTED.count(connection, key=version.key, fingerprint=version.fingerprint)


async def adopted(
    connection: AsyncConnection,
    version: Version,
    rich_menu_id: str,
    *,
    is_same: bool,
    now: datetime,
) -> None:
    """Take a menu of LINE's for ours: for this version, or for one of the past."""
    if not is_same:
        version = replace(version, fingerprint=rich_menu_id)
    await keep(connection, version, now=now)
    await made(connection, version, rich_menu_id)
    if is_same:
        await verified(connection, version, digest_of(version.picture))


async def made(connection: AsyncConnection, version: Version, rich_menu_id: str) -> None:
    """Note the id under which LINE has a version now; nothing else is known of it yet."""
    await _MADE.count(
        connection,
        key=version.key,
        fingerprint=version.fingerprint,
        rich_menu_id=rich_menu_id,
    )


async def verified(connection: AsyncConnection, version: Version, digest: str) -> None:
    """Note that a version was read back."""
    await _VERIFIED.count(
        connection, key=version.key, fingerprint=version.fingerprint, digest=digest
    )


async def stand(
    connection: AsyncConnection, versions: Sequence[Version], *, now: datetime
) -> None:
    """Let these versions be the account's menus; all others are of the past."""
    for version in versions:
        names = {"key": version.key, "fingerprint": version.fingerprint}
        await _PAST.count(connection, **names)
        await _STANDS.count(connection, **names, now=now)
    await _PAST_ALL.count(connection, keys=[version.key for version in versions])


async def repointed(connection: AsyncConnection, version: Version, *, now: datetime) -> None:
    """Note that everybody has this version who had the one before."""
    await _REPOINTED.count(connection, key=version.key, fingerprint=version.fingerprint, now=now)
    await _ERASE.count(connection, key=version.key, kept=KEPT_VERSIONS + 1)


async def history(connection: AsyncConnection, key: str) -> list[Past]:
    """Return the versions of a menu, the last published first."""
    return [
        Past(row[0], row[1], row[2], _instant(row[3]), from_ms(row[4]))
        for row in await _HISTORY.rows(connection, key=key)
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one version stands, by the database alone."""

    state: str
    #: Whether LINE has it with its picture, read back.
    is_on_line: bool
    published_at: datetime | None


async def standings(connection: AsyncConnection) -> dict[tuple[str, str], Standing]:
    """Return how every version stands, by key and fingerprint."""
    return {
        (row[0], row[1]): Standing(row[2], row[3] is not None, _instant(row[4]))
        for row in await _STANDS_NOW.rows(connection)
    }


async def pins(connection: AsyncConnection) -> dict[str, Pin]:
    """Return the menus that were taken back."""
    return {
        row[0]: Pin(row[0], row[1], row[2], from_ms(row[3]))
        for row in await _PINS.rows(connection)
    }


async def holding(connection: AsyncConnection, wanted: Sequence[Outline]) -> dict[str, Pin]:
    """Return the pins that hold: whose definitions are what they were then."""
    found = await pins(connection)
    return {
        one.key: found[one.key]
        for one in wanted
        if one.key in found and found[one.key].instead_of == one.fingerprint
    }


async def outline(connection: AsyncConnection, key: str, fingerprint: str) -> Outline | None:
    """Return a version as it was kept, without its picture."""
    for row in await _OUTLINE.rows(connection, key=key, fingerprint=fingerprint):
        return Outline(row[0], document(row[1]), row[2])
    return None


async def pin(
    connection: AsyncConnection, key: str, fingerprint: str, *, instead_of: str, now: datetime
) -> None:
    """Take a menu back to a version, for as long as its file stays as it is."""
    await _PIN.count(connection, key=key, fingerprint=fingerprint, instead_of=instead_of, now=now)


async def unpin(connection: AsyncConnection, key: str) -> bool:
    """Follow the file again; False: it was followed already."""
    return await _UNPIN.count(connection, key=key) == 1


async def counted(
    connection: AsyncConnection, kinds: Sequence[Kind], *, since: datetime
) -> tuple[int, datetime | None]:
    """Return how many steps of these kinds were begun since, and when the first of them."""
    names = [kind.value for kind in kinds]
    rows = await _COUNT.rows(connection, kinds=names, since=since)
    return int(rows[0][0]), _instant(rows[0][1])


async def begin_step(
    connection: AsyncConnection, apply_id: int, kind: Kind, key: str, *, now: datetime
) -> int:
    """Note what is about to be asked of LINE; return the step's number."""
    row: dict[str, Any] = {"id": arrival.number(), "apply_id": apply_id, "kind": kind.value}
    row |= {"key": key, "state": "begun", "message": "", "begun_at": now}
    await batch.insert(connection, rich_menu_steps, [row])
    return int(row["id"])


async def end_step(
    connection: AsyncConnection,
    step: int,
    *,
    state: str,
    now: datetime,
    rich_menu_id: str | None = None,
    message: str = "",
) -> None:
    """Note what became of it."""
    more: Mapping[str, Any] = {"rich_menu_id": rich_menu_id, "message": message}
    await _END_STEP.count(connection, id=step, state=state, now=now, **more)


async def erase_steps(connection: AsyncConnection, *, before: datetime) -> None:
    """Forget steps that nobody asks for any more."""
    await _ERASE_STEPS.count(connection, before=before)


def _version(row: Any) -> Version:
    return Version(
        key=row[0],
        body=document(row[1]),
        picture=bytes(row[2]),
        content_type=row[3],
        fingerprint=row[4],
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_ms(value)
