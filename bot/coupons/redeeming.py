"""Using a coupon: one transaction, one winner; and taking that back for five minutes.

    staff's scan, PIN or API -> redeem -> Redemption (or who used it when)

A conditional UPDATE of the coupon decides: of all who try at once one changes the row, the others
find it changed and read whose redemption stands there. A partial unique index holds the same in
the database itself.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.coupons import repository
from bot.coupons.model import (
    UNDO,
    AlreadyUsedError,
    Coupon,
    ExpiredError,
    KeyReusedError,
    NotYetError,
    Redemption,
    UndoError,
    UnknownCouponError,
)
from bot.points.actor import Actor
from bot.store import arrival, batch, news
from bot.store.batch import Query
from bot.store.tables.coupons import redemptions
from bot.store.unit import Unit

_USE: Final = Query(
    "UPDATE coupons SET used = used + 1, "
    "state = CASE WHEN used + 1 >= uses THEN 'used' ELSE 'held' END "
    "WHERE id = :id AND state = 'held' AND used < uses AND valid_from <= :now "
    "AND (valid_until IS NULL OR valid_until > :now)"
)
_UNUSE: Final = Query("UPDATE coupons SET used = used - 1, state = 'held' WHERE id = :id")
_ROW: Final = (
    "SELECT id, key, coupon_id, use_no, person_id, campaign, how, shop, staff_id, device, at, "
    "undone_at, undo_reason FROM redemptions "
)
_BY_KEY: Final = Query(_ROW + "WHERE key = :key")
_BY_ID: Final = Query(_ROW + "WHERE id = :id")
_STANDING: Final = Query(
    _ROW + "WHERE coupon_id = :coupon_id AND undone_at IS NULL ORDER BY use_no"
)
_UNDO: Final = Query(
    "UPDATE redemptions SET undone_at = :now, undone_by = :staff_id, undo_reason = :reason "
    "WHERE id = :id AND undone_at IS NULL AND at > :earliest"
)


async def redeem(
    unit: Unit, coupon_id: int, *, key: str, how: str, actor: Actor, now: datetime
) -> Redemption:
    """Use a coupon once; written at once.

    Args:
        unit: of the transaction.
        coupon_id: which.
        key: idempotency key; the same one again returns the first redemption.
        how: code, pin or api.
        actor: who takes it, where, on what.
        now: when.

    Raises:
        AlreadyUsedError: names the redemption that was faster.
        NotYetError: it is not good yet.
        ExpiredError: it is no longer good.
        UnknownCouponError: there is no such coupon.
        KeyReusedError: the key stands for another redemption, or for one that was taken back.
    """
    known = await _known(unit.connection, coupon_id, key)
    if known is not None:
        return known
    try:
        async with unit.connection.begin_nested():
            return await _redeem(
                unit.connection, coupon_id, key=key, how=how, actor=actor, now=now
            )
    except AlreadyUsedError as error:
        if error.redemption.key == key:  # the same call, at the same moment
            return replace(error.redemption, is_new=False)
        raise
    except IntegrityError:
        known = await _known(unit.connection, coupon_id, key)
        if known is None:
            raise
        return known


async def undo(
    unit: Unit,
    redemption_id: int,
    *,
    reason: str,
    actor: Actor,
    may_undo_others: bool = False,
    now: datetime,
) -> Redemption:
    """Take a redemption back within five minutes; the coupon can be used again.

    Args:
        unit: of the transaction.
        redemption_id: which.
        reason: why; demanded and kept.
        actor: who takes it back.
        may_undo_others: whether their role covers redemptions of colleagues.
        now: when.

    Raises:
        UndoError: too late, taken back already, somebody else's, or no reason.
    """
    if not reason.strip():
        raise UndoError("taking back needs a reason; write why")
    rows = await _BY_ID.rows(unit.connection, id=redemption_id)
    if not rows:
        raise UndoError(f"there is no redemption {redemption_id}")
    found = _redemption(rows[0])
    if not may_undo_others and found.actor.staff_id != actor.staff_id:
        raise UndoError("a colleague did this; they or a manager can take it back")
    async with unit.connection.begin_nested():
        if not await _UNDO.count(
            unit.connection,
            id=redemption_id,
            now=now,
            staff_id=actor.staff_id,
            reason=reason,
            earliest=now - UNDO,
        ):
            found = _redemption((await _BY_ID.rows(unit.connection, id=redemption_id))[0])
            taken = "it was taken back already" if found.undone_at else "five minutes are over"
            raise UndoError(taken)
        await _UNUSE.count(unit.connection, id=found.coupon_id)
        found = replace(found, undone_at=now, undo_reason=reason)
        body = _body(found) | {"reason": reason}
        await news.note(unit.connection, "coupon.undone", found.person_id, body, at=now)
    return found


async def find(connection: AsyncConnection, redemption_id: int) -> Redemption | None:
    """Return a redemption."""
    rows = await _BY_ID.rows(connection, id=redemption_id)
    return _redemption(rows[0]) if rows else None


async def of_coupon(connection: AsyncConnection, coupon_id: int) -> list[Redemption]:
    """Return the uses of a coupon that stand, the first in front."""
    return [_redemption(row) for row in await _STANDING.rows(connection, coupon_id=coupon_id)]


async def _redeem(
    connection: AsyncConnection,
    coupon_id: int,
    *,
    key: str,
    how: str,
    actor: Actor,
    now: datetime,
) -> Redemption:
    changed = await _USE.count(connection, id=coupon_id, now=now)
    coupon = await repository.by_id(connection, coupon_id)
    if coupon is None:
        raise UnknownCouponError(f"there is no coupon {coupon_id}")
    standing = await of_coupon(connection, coupon_id)
    if not changed:
        raise _refusal(coupon, standing, now)
    taken = {redemption.use_no for redemption in standing}
    redemption = Redemption(
        redemption_id=arrival.number(),
        key=key,
        coupon_id=coupon_id,
        use_no=next(number for number in range(1, coupon.uses + 1) if number not in taken),
        person_id=coupon.person_id,
        campaign=coupon.campaign,
        how=how,
        actor=actor,
        at=now,
    )
    await batch.insert(connection, redemptions, [_row(redemption)])
    body = _body(redemption) | {"number": coupon.number}
    await news.note(connection, "coupon.redeemed", coupon.person_id, body, at=now)
    return redemption


def _refusal(coupon: Coupon, standing: list[Redemption], now: datetime) -> Exception:
    if standing and coupon.used >= coupon.uses:
        return AlreadyUsedError(standing[-1])
    return ExpiredError(coupon) if coupon.has_expired(now) else NotYetError(coupon)


async def _known(connection: AsyncConnection, coupon_id: int, key: str) -> Redemption | None:
    rows = await _BY_KEY.rows(connection, key=key)
    if not rows:
        return None
    found = _redemption(rows[0])
    if found.coupon_id != coupon_id:
        raise KeyReusedError(f"the key {key} stands for another coupon; use a new one")
    if found.undone_at is not None:
        raise KeyReusedError(f"what the key {key} did was taken back; use a new one")
    return replace(found, is_new=False)


def _body(redemption: Redemption) -> dict[str, Any]:
    return {
        "redemption_id": str(redemption.redemption_id),
        "coupon_id": str(redemption.coupon_id),
        "campaign": redemption.campaign,
        "how": redemption.how,
        "shop": redemption.actor.shop,
    }


def _row(redemption: Redemption) -> dict[str, Any]:
    return {
        "id": redemption.redemption_id,
        "key": redemption.key,
        "coupon_id": redemption.coupon_id,
        "use_no": redemption.use_no,
        "person_id": redemption.person_id,
        "campaign": redemption.campaign,
        "how": redemption.how,
        "shop": redemption.actor.shop,
        "staff_id": redemption.actor.staff_id,
        "device": redemption.actor.device,
        "at": redemption.at,
    }


def _redemption(row: Any) -> Redemption:
    return Redemption(
        redemption_id=row[0],
        key=row[1],
        coupon_id=row[2],
        use_no=row[3],
        person_id=row[4],
        campaign=row[5],
        how=row[6],
        actor=Actor(shop=row[7], staff_id=row[8], device=row[9]),
        at=batch.instant(row[10]),
        undone_at=None if row[11] is None else batch.instant(row[11]),
        undo_reason=row[12],
    )
