"""How points are read and written. Whoever changes them holds the lock of the balance row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.points.actor import Actor
from bot.points.model import Balance, Change, Kind
from bot.points.wallet import MEMBER, Entry, Lot, Part, Wallet
from bot.store import batch
from bot.store.batch import Query
from bot.store.tables.points import point_changes, point_entries, point_lots

_OPEN: Final = Query(
    "INSERT INTO point_balances (person_id, balance, owed, next_expiring, version, updated_at) "
    "VALUES (:person_id, 0, 0, 0, 0, :now) ON CONFLICT DO NOTHING"
)
_LOCK: Final = Query("SELECT owed FROM point_balances WHERE person_id = :person_id FOR UPDATE")
_BALANCES: Final = Query(
    "SELECT person_id, balance, next_expires_at, next_expiring, owed FROM point_balances "
    "WHERE person_id = ANY(:ids::bigint[])"
)
_UPDATE: Final = Query(
    "UPDATE point_balances SET balance = :balance, owed = :owed, next_expires_at = :expires_at, "
    "next_expiring = :expiring, version = version + 1, updated_at = :now "
    "WHERE person_id = :person_id"
)
_LOT: Final = "SELECT id, points, remaining, earned_at, expires_at FROM point_lots "
_LOTS: Final = Query(_LOT + "WHERE person_id = :person_id AND remaining > 0")
_OPEN_LOTS: Final = Query(
    _LOT + "WHERE person_id = :person_id AND remaining > 0 "
    "ORDER BY CASE WHEN expires_at IS NULL THEN 1 ELSE 0 END, expires_at, id"
)
_LOTS_BY_ID: Final = Query(_LOT + "WHERE id = ANY(:ids::bigint[])")
_LOTS_OF: Final = Query("SELECT id FROM point_lots WHERE change_id = :change_id")
_CHANGE: Final = (
    "SELECT id, key, kind, person_id, points, balance_after, reverses, reason, source, shop, "
    "staff_id, device, at FROM point_changes "
)
_BY_KEY: Final = Query(_CHANGE + "WHERE key = :key")
_BY_ID: Final = Query(_CHANGE + "WHERE id = :id")
_HISTORY: Final = Query(
    _CHANGE + "WHERE person_id = :person_id AND id < :before ORDER BY id DESC LIMIT :limit"
)
_REVERSED: Final = Query(
    "SELECT coalesce(sum(abs(points)), 0) FROM point_changes WHERE reverses = :id"
)
_ENTRIES: Final = Query(
    "SELECT account, amount, lot_id FROM point_entries WHERE change_id = :id ORDER BY line"
)


async def lock(connection: AsyncConnection, person_id: int, *, now: datetime) -> Wallet:
    """Return a person's wallet; until the transaction ends nobody else changes it."""
    rows = await _LOCK.rows(connection, person_id=person_id)
    if not rows:
        await _OPEN.count(connection, person_id=person_id, now=now)
        rows = await _LOCK.rows(connection, person_id=person_id)
    lots = await _LOTS.rows(connection, person_id=person_id)
    return Wallet(tuple(map(_lot, lots)), rows[0][0])


async def open_lots(connection: AsyncConnection, person_id: int) -> list[Lot]:
    """Return the lots in which a person has points left, in the order they are spent."""
    return [_lot(row) for row in await _OPEN_LOTS.rows(connection, person_id=person_id)]


async def lots(connection: AsyncConnection, ids: Iterable[int]) -> list[Lot]:
    """Return lots, empty ones too."""
    return [_lot(row) for row in await _LOTS_BY_ID.rows(connection, ids=list(ids))]


async def lots_of(connection: AsyncConnection, change_id: int) -> list[int]:
    """Return the ids of the lots that a change made."""
    return [row[0] for row in await _LOTS_OF.rows(connection, change_id=change_id)]


async def parts_of(connection: AsyncConnection, change_id: int) -> list[Part]:
    """Return what a change took from which lot, the lot that was taken first in front."""
    rows = await _ENTRIES.rows(connection, id=change_id)
    return [Part(row[2], -row[1]) for row in rows if row[0] == MEMBER and row[1] < 0]


async def account_of(connection: AsyncConnection, change_id: int) -> str:
    """Return the account on the other side of a change."""
    rows = await _ENTRIES.rows(connection, id=change_id)
    account: str = next(row[0] for row in rows if row[0] not in {MEMBER, "owed"})
    return account


async def reversed_points(connection: AsyncConnection, change_id: int) -> int:
    """Return how much of a change was taken back before."""
    return int((await _REVERSED.rows(connection, id=change_id))[0][0])


async def by_key(connection: AsyncConnection, key: str) -> Change | None:
    """Return the change an idempotency key stands for."""
    rows = await _BY_KEY.rows(connection, key=key)
    return _change(rows[0], is_new=False) if rows else None


async def by_id(connection: AsyncConnection, change_id: int) -> Change | None:
    """Return a change."""
    rows = await _BY_ID.rows(connection, id=change_id)
    return _change(rows[0]) if rows else None


async def history(
    connection: AsyncConnection, person_id: int, *, before: int = 1 << 62, limit: int
) -> list[Change]:
    """Return a person's changes, newest first, from behind a change on."""
    rows = await _HISTORY.rows(connection, person_id=person_id, before=before, limit=limit)
    return [_change(row) for row in rows]


async def balances(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Balance]:
    """Return what people have; who never had any is absent."""
    rows = await _BALANCES.rows(connection, ids=list(ids))
    return {
        row[0]: Balance(row[1], None if row[2] is None else batch.instant(row[2]), row[3], row[4])
        for row in rows
    }


async def write(
    connection: AsyncConnection,
    change: Change,
    entries: Sequence[Entry],
    before: Wallet,
    after: Wallet,
) -> None:
    """Write a change, its entries, the lots it touched and the balance."""
    actor = change.actor
    row = {
        "id": change.change_id,
        "key": change.key,
        "kind": change.kind.value,
        "person_id": change.person_id,
        "points": change.points,
        "balance_after": change.balance_after,
        "reverses": change.reverses,
        "reason": change.reason,
        "source": change.source,
        "shop": actor.shop,
        "staff_id": actor.staff_id,
        "device": actor.device,
        "at": change.at,
    }
    await batch.insert(connection, point_changes, [row])
    await batch.insert(
        connection,
        point_entries,
        [
            {
                "change_id": change.change_id,
                "line": line,
                "account": entry.account,
                "person_id": change.person_id,
                "lot_id": entry.lot_id,
                "amount": entry.amount,
            }
            for line, entry in enumerate(entries)
        ],
    )
    await _write_lots(connection, change, before, after)
    expires_at, expiring = after.next_expiring
    await _UPDATE.count(
        connection,
        person_id=change.person_id,
        balance=after.balance,
        owed=after.owed,
        expires_at=expires_at,
        expiring=expiring,
        now=change.at,
    )


async def _write_lots(
    connection: AsyncConnection, change: Change, before: Wallet, after: Wallet
) -> None:
    known = {lot.lot_id: lot for lot in before.lots}
    new = [
        {
            "id": lot.lot_id,
            "person_id": change.person_id,
            "change_id": change.change_id,
            "points": lot.points,
            "remaining": lot.remaining,
            "earned_at": lot.earned_at,
            "expires_at": lot.expires_at,
        }
        for lot in after.lots
        if lot.lot_id not in known
    ]
    await batch.insert(connection, point_lots, new)
    changed = [
        {"id": lot.lot_id, "remaining": lot.remaining}
        for lot in after.lots
        if lot.lot_id in known and known[lot.lot_id] != lot
    ]
    await batch.update(connection, point_lots, ["id"], changed)


def _lot(row: Any) -> Lot:
    expires = None if row[4] is None else batch.instant(row[4])
    return Lot(row[0], row[1], row[2], batch.instant(row[3]), expires)


def _change(row: Any, *, is_new: bool = True) -> Change:
    return Change(
        change_id=row[0],
        key=row[1],
        kind=Kind(row[2]),
        person_id=row[3],
        points=row[4],
        balance_after=row[5],
        reverses=row[6],
        reason=row[7],
        source=row[8],
        actor=Actor(shop=row[9], staff_id=row[10], device=row[11]),
        at=batch.instant(row[12]),
        is_new=is_new,
    )
