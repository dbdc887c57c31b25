"""Purchases: recorded once, with the points they give; returned, with the points they take.

    till, API -> Purchases.record -> purchase, points by rate x rank x campaigns, rank anew
    return -> Purchases.take_back -> points of what came back, rank anew

A purchase is known by the number that the till gave it: the same number again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.exc import IntegrityError

from bot.membership.ranks import Ranks
from bot.points.actor import Actor
from bot.points.model import Change
from bot.points.service import Points
from bot.purchases import facts, repository
from bot.purchases.model import (
    ExternalIdReusedError,
    Item,
    NotReturnableError,
    Purchase,
    UnknownPurchaseError,
    checked,
)
from bot.store import arrival
from bot.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Recorded:
    """A purchase, and what came of it."""

    purchase: Purchase
    #: The points it gave; None: none.
    points: int
    #: False: the till's number was known, and this is what it did the first time.
    is_new: bool = True


class Purchases:
    """What an account's people buy."""

    def __init__(self, points: Points, ranks: Ranks, *, reason: str) -> None:
        """Name what a statement of points says of a purchase."""
        self._points = points
        self._ranks = ranks
        self._reason = reason

    async def record(
        self,
        unit: Unit,
        person_id: int,
        *,
        external_id: str,
        amount_yen: int,
        items: Sequence[Item] = (),
        bought_at: datetime,
        earns: bool = True,
        actor: Actor,
        now: datetime,
    ) -> Recorded:
        """Record a purchase and give its points; written at once.

        Args:
            unit: of the transaction.
            person_id: who bought.
            external_id: the till's or shop's own number, unlike all others of the account.
            amount_yen: what points are given for.
            items: the lines of the bill, as far as they are known.
            bought_at: when; points and campaigns go by it.
            earns: whether it gives points.
            actor: who recorded it, where.
            now: when it is recorded.

        Raises:
            UnfitPurchaseError: it cannot be meant.
            ExternalIdReusedError: the number stands for another purchase.
        """
        lines = tuple(items)
        checked(external_id, amount_yen, lines)
        purchase = Purchase(
            purchase_id=arrival.number(),
            external_id=external_id,
            person_id=person_id,
            amount_yen=amount_yen,
            bought_at=bought_at,
            shop=actor.shop,
        )
        known = await self._known(unit, purchase)
        if known is not None:
            return known
        try:
            async with unit.connection.begin_nested():
                await repository.insert(unit.connection, purchase, lines, actor=actor, now=now)
                given = await self._give(unit, purchase, actor, now) if earns else None
                await self._ranks.refresh(unit, person_id, now=now)
        except IntegrityError:
            known = await self._known(unit, purchase)
            if known is None:
                raise
            return known
        unit.defer(partial(facts.write, person_id=person_id))
        if given is None:
            return Recorded(purchase, 0)
        return Recorded(replace(purchase, points_change_id=given.change_id), given.points)

    async def take_back(
        self,
        unit: Unit,
        purchase_id: int,
        *,
        yen: int | None = None,
        items: Sequence[Item] = (),
        key: str,
        actor: Actor,
        reason: str,
        now: datetime,
    ) -> Purchase:
        """Take a purchase back, wholly or in part, with its share of the points.

        Of the points stay as many as the part that stays is of the whole, rounded down.

        Args:
            unit: of the transaction.
            purchase_id: which.
            yen: how much of it comes back; None: all that is left, and it is cancelled.
            items: the lines that come back; a cancelled purchase returns all of its lines.
            key: idempotency key.
            actor: who, where.
            reason: why, in the words of the statement.
            now: when.

        Raises:
            UnknownPurchaseError: there is no such purchase.
            NotReturnableError: more than is left.
        """
        async with unit.connection.begin_nested():
            purchase = await repository.lock(unit.connection, purchase_id)
            if purchase is None:
                raise UnknownPurchaseError(f"there is no purchase {purchase_id}")
            done = await repository.returned_by(unit.connection, key)
            if done == purchase_id:
                return purchase
            if done is not None:
                raise ExternalIdReusedError(f"the key {key} stands for another return")
            left = purchase.amount_yen - purchase.returned_yen
            if purchase.cancelled_at is not None or not 0 <= (yen or 0) <= left:
                raise NotReturnableError(f"{left} yen of it can come back")
            back = left if yen is None else yen
            after = replace(purchase, returned_yen=purchase.returned_yen + back)
            if yen is None:
                after = replace(after, cancelled_at=now)
                items = await repository.items(unit.connection, purchase_id)
            await repository.take_back(unit.connection, after, items)
            await repository.note_return(
                unit.connection, purchase_id, back, key=key, reason=reason, actor=actor, now=now
            )
            await self._take(unit, purchase, after, key=key, actor=actor, reason=reason, now=now)
            await self._ranks.refresh(unit, purchase.person_id, now=now)
        unit.defer(partial(facts.write, person_id=purchase.person_id))
        return after

    async def _known(self, unit: Unit, purchase: Purchase) -> Recorded | None:
        known = await repository.by_external_id(unit.connection, purchase.external_id)
        if known is None:
            return None
        if (known.person_id, known.amount_yen) != (purchase.person_id, purchase.amount_yen):
            raise ExternalIdReusedError(
                f"{purchase.external_id} stands for another purchase; use a new number"
            )
        change = None
        if known.points_change_id is not None:
            change = await self._points.change(unit, known.points_change_id)
        return Recorded(known, 0 if change is None else change.points, is_new=False)

    async def _give(
        self, unit: Unit, purchase: Purchase, actor: Actor, now: datetime
    ) -> Change | None:
        standing = await self._ranks.of(unit, purchase.person_id)
        points = self._points.rules.points_for(
            purchase.amount_yen,
            times=standing.rank.factor,
            shop=actor.shop,
            at=purchase.bought_at,
        )
        if not points:
            return None
        change = await self._points.earn(
            unit,
            purchase.person_id,
            points,
            key=f"purchase:{purchase.external_id}",
            reason=self._reason,
            source=f"purchase:{purchase.purchase_id}",
            actor=actor,
            now=now,
        )
        await repository.note_points(unit.connection, purchase.purchase_id, change.change_id)
        return change

    async def _take(
        self,
        unit: Unit,
        before: Purchase,
        after: Purchase,
        *,
        key: str,
        actor: Actor,
        reason: str,
        now: datetime,
    ) -> None:
        if before.points_change_id is None:
            return
        change = await self._points.change(unit, before.points_change_id)
        points = _staying(change.points, before) - _staying(change.points, after)
        if points:
            await self._points.reverse(
                unit,
                before.points_change_id,
                points=points,
                key=f"return:{key}",
                reason=reason,
                source=f"purchase:{before.purchase_id}",
                actor=actor,
                now=now,
            )


def _staying(points: int, purchase: Purchase) -> int:
    """Return how many points of a purchase stay after what came back of it."""
    if purchase.cancelled_at is not None or not purchase.amount_yen:
        return 0
    return points * (purchase.amount_yen - purchase.returned_yen) // purchase.amount_yen
