"""How purchases are read and written, and the sums of them kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.points.actor import Actor
from bot.purchases.model import Item, Purchase, Summary
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.purchases import purchase_items, purchase_returns, purchases

_PURCHASE: Final = (
    "SELECT id, external_id, person_id, amount_yen, returned_yen, points_change_id, bought_at, "
    "cancelled_at, shop FROM purchases "
)
_BY_EXTERNAL_ID: Final = Query(_PURCHASE + "WHERE external_id = :external_id")
_LOCK: Final = Query(_PURCHASE + "WHERE id = :id FOR UPDATE")
_OF_PERSON: Final = Query(
    _PURCHASE + "WHERE person_id = :person_id ORDER BY bought_at DESC, id DESC LIMIT :limit"
)
_BEFORE: Final = Query(
    _PURCHASE + "WHERE person_id = :person_id AND id < :before "
    "AND (:everywhere::boolean OR shop = ANY(:shops::text[])) ORDER BY id DESC LIMIT :limit"
)
_BY_ID: Final = Query(_PURCHASE + "WHERE id = :id")
_ITEMS: Final = Query(
    "SELECT sku, name, quantity, price_yen FROM purchase_items WHERE purchase_id = :id "
    "ORDER BY line"
)
_EARNED: Final = Query("UPDATE purchases SET points_change_id = :change_id WHERE id = :id")
_RETURN: Final = Query(
    "UPDATE purchases SET returned_yen = :returned_yen, cancelled_at = :cancelled_at, "
    "version = version + 1 WHERE id = :id"
)
_ADD: Final = Query(
    "INSERT INTO purchase_summaries (person_id, amount_yen, count, first_at, last_at, version) "
    "VALUES (:person_id, :yen, 1, :at, :at, 1) ON CONFLICT (person_id) DO UPDATE SET "
    "amount_yen = purchase_summaries.amount_yen + :yen, count = purchase_summaries.count + 1, "
    "first_at = CASE WHEN purchase_summaries.first_at <= :at THEN purchase_summaries.first_at "
    "ELSE :at END, last_at = CASE WHEN purchase_summaries.last_at >= :at "
    "THEN purchase_summaries.last_at ELSE :at END, version = purchase_summaries.version + 1"
)
#: After a return the sums are made anew: it is rare, and cannot drift.
_RECOUNT: Final = Query(
    "UPDATE purchase_summaries SET "
    "amount_yen = (SELECT coalesce(sum(amount_yen - returned_yen), 0) FROM purchases p "
    "WHERE p.person_id = :person_id AND p.cancelled_at IS NULL), "
    "count = (SELECT count(*) FROM purchases p "
    "WHERE p.person_id = :person_id AND p.cancelled_at IS NULL), "
    "first_at = (SELECT min(bought_at) FROM purchases p "
    "WHERE p.person_id = :person_id AND p.cancelled_at IS NULL), "
    "last_at = (SELECT max(bought_at) FROM purchases p "
    "WHERE p.person_id = :person_id AND p.cancelled_at IS NULL), "
    "version = version + 1 WHERE person_id = :person_id"
)
_SKU: Final = Query(
    "INSERT INTO person_skus (person_id, sku, quantity, last_at) "
    "VALUES (:person_id, :sku, :quantity, :at) ON CONFLICT (person_id, sku) DO UPDATE SET "
    "quantity = person_skus.quantity + :quantity, last_at = CASE WHEN person_skus.last_at >= :at "
    "THEN person_skus.last_at ELSE :at END"
)
_UNSKU: Final = Query(
    "UPDATE person_skus SET quantity = quantity - :quantity "
    "WHERE person_id = :person_id AND sku = :sku"
)
_NO_SKUS: Final = Query("DELETE FROM person_skus WHERE person_id = :person_id AND quantity <= 0")
_RETURNED: Final = Query("SELECT purchase_id FROM purchase_returns WHERE key = :key")
_SUMMARY: Final = Query(
    "SELECT amount_yen, count, first_at, last_at FROM purchase_summaries "
    "WHERE person_id = :person_id"
)


async def by_external_id(connection: AsyncConnection, external_id: str) -> Purchase | None:
    """Return the purchase of a till's number."""
    rows = await _BY_EXTERNAL_ID.rows(connection, external_id=external_id)
    return _purchase(rows[0]) if rows else None


async def by_id(connection: AsyncConnection, purchase_id: int) -> Purchase | None:
    """Return a purchase."""
    rows = await _BY_ID.rows(connection, id=purchase_id)
    return _purchase(rows[0]) if rows else None


async def lock(connection: AsyncConnection, purchase_id: int) -> Purchase | None:
    """Return a purchase; until the transaction ends nobody else changes it."""
    rows = await _LOCK.rows(connection, id=purchase_id)
    return _purchase(rows[0]) if rows else None


async def of_person(
    connection: AsyncConnection, person_id: int, *, limit: int = 20
) -> Sequence[Purchase]:
    """Return a person's purchases, the newest in front."""
    rows = await _OF_PERSON.rows(connection, person_id=person_id, limit=limit)
    return [_purchase(row) for row in rows]


async def before(
    connection: AsyncConnection,
    person_id: int,
    *,
    shops: Sequence[str],
    before: int = 1 << 62,
    limit: int,
) -> Sequence[Purchase]:
    """Return a person's purchases at some shops, or at any; the last recorded in front."""
    rows = await _BEFORE.rows(
        connection,
        person_id=person_id,
        everywhere=not shops,
        shops=list(shops),
        before=before,
        limit=limit,
    )
    return [_purchase(row) for row in rows]


async def items(connection: AsyncConnection, purchase_id: int) -> Sequence[Item]:
    """Return the lines of a bill."""
    return [Item(*row) for row in await _ITEMS.rows(connection, id=purchase_id)]


async def summary(connection: AsyncConnection, person_id: int) -> Summary:
    """Return what a person bought, as a sum."""
    rows = await _SUMMARY.rows(connection, person_id=person_id)
    if not rows:
        return Summary()
    amount, count, first, last = rows[0]
    return Summary(
        amount_yen=amount, count=count, first_at=_instant(first), last_at=_instant(last)
    )


async def insert(
    connection: AsyncConnection,
    purchase: Purchase,
    lines: Sequence[Item],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Store a purchase, and count it.

    Raises:
        IntegrityError: the till's number is taken.
    """
    row = {
        "id": purchase.purchase_id,
        "external_id": purchase.external_id,
        "person_id": purchase.person_id,
        "amount_yen": purchase.amount_yen,
        "returned_yen": 0,
        "shop": purchase.shop,
        "staff_id": actor.staff_id,
        "device": actor.device,
        "bought_at": purchase.bought_at,
        "recorded_at": now,
        "version": 1,
    }
    await batch.insert(connection, purchases, [row])
    rows = [
        {
            "purchase_id": purchase.purchase_id,
            "line": number,
            "sku": item.sku,
            "name": item.name,
            "quantity": item.quantity,
            "price_yen": item.price_yen,
        }
        for number, item in enumerate(lines)
    ]
    await batch.insert(connection, purchase_items, rows)
    person_id, at = purchase.person_id, purchase.bought_at
    await _ADD.count(connection, person_id=person_id, yen=purchase.amount_yen, at=at)
    for sku, quantity in sorted(_by_sku(lines).items()):
        await _SKU.count(connection, person_id=person_id, sku=sku, quantity=quantity, at=at)


async def note_points(connection: AsyncConnection, purchase_id: int, change_id: int) -> None:
    """Note which change gave points for a purchase."""
    await _EARNED.count(connection, id=purchase_id, change_id=change_id)


async def returned_by(connection: AsyncConnection, key: str) -> int | None:
    """Return the purchase whose return a key stands for."""
    rows = await _RETURNED.rows(connection, key=key)
    return rows[0][0] if rows else None


async def note_return(
    connection: AsyncConnection,
    purchase_id: int,
    yen: int,
    *,
    key: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Write who took back how much, and why."""
    row = {
        "id": arrival.number(),
        "key": key,
        "purchase_id": purchase_id,
        "yen": yen,
        "reason": reason,
        "shop": actor.shop,
        "staff_id": actor.staff_id,
        "device": actor.device,
        "at": now,
    }
    await batch.insert(connection, purchase_returns, [row])


async def take_back(
    connection: AsyncConnection, purchase: Purchase, returned: Sequence[Item]
) -> None:
    """Write what a purchase is after a return, and count anew."""
    await _RETURN.count(
        connection,
        id=purchase.purchase_id,
        returned_yen=purchase.returned_yen,
        cancelled_at=purchase.cancelled_at,
    )
    person_id = purchase.person_id
    for sku, quantity in sorted(_by_sku(returned).items()):
        await _UNSKU.count(connection, person_id=person_id, sku=sku, quantity=quantity)
    if returned:
        await _NO_SKUS.count(connection, person_id=person_id)
    await _RECOUNT.count(connection, person_id=person_id)


def _by_sku(lines: Sequence[Item]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in lines:
        found[item.sku] = found.get(item.sku, 0) + item.quantity
    return found


def _purchase(row: Any) -> Purchase:
    return Purchase(
        purchase_id=row[0],
        external_id=row[1],
        person_id=row[2],
        amount_yen=row[3],
        returned_yen=row[4],
        points_change_id=row[5],
        bought_at=batch.instant(row[6]),
        cancelled_at=_instant(row[7]),
        shop=row[8],
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else batch.instant(value)
