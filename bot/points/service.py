"""Points: earned, spent, taken back, corrected and expired, each exactly once.

    caller, inside a transaction -> Points.earn, spend, adjust, reverse -> rows, written at once

Every change runs in a savepoint and under the lock of the person's balance, so that the last point
is spent once however many try. An idempotency key stands for one change for ever: whoever comes
with it again is told what it did. Lots whose time is over are emptied before anything else.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.points import repository
from bot.points.actor import NOBODY, Actor
from bot.points.model import (
    AmountError,
    Balance,
    Change,
    KeyReusedError,
    Kind,
    NotReversibleError,
    UnknownChangeError,
    checked,
)
from bot.points.reversing import Reversal, give_back, take_back
from bot.points.rules import PointRules
from bot.points.wallet import ADJUSTED, SPENT, Entry, Lot, Wallet
from bot.store import arrival, news
from bot.store.unit import Unit

#: What a change does to a wallet that is locked.
_Act: TypeAlias = Callable[[Wallet], Awaitable[tuple[Wallet, Wallet, list[Entry]]]]

#: Points that the shop gives.
SHOP: Final = "shop"


class Points:
    """The points of an account's people."""

    def __init__(self, rules: PointRules) -> None:
        self.rules = rules

    async def balance(self, unit: Unit, person_id: int, *, now: datetime) -> Balance:
        """Return what a person can spend now."""
        found = await repository.balances(unit.connection, [person_id])
        balance = found.get(person_id, Balance())
        if balance.next_expires_at is None or balance.next_expires_at > now:
            return balance
        async with unit.connection.begin_nested():  # the clock has not been round yet
            await self._expire(unit.connection, person_id, now=now)
        return (await repository.balances(unit.connection, [person_id]))[person_id]

    async def history(
        self, unit: Unit, person_id: int, *, before: int = 1 << 62, limit: int = 20
    ) -> Sequence[Change]:
        """Return a person's statement, newest first."""
        return await repository.history(unit.connection, person_id, before=before, limit=limit)

    async def change(self, unit: Unit, change_id: int) -> Change:
        """Return one change.

        Raises:
            UnknownChangeError: there is none.
        """
        found = await repository.by_id(unit.connection, change_id)
        if found is None:
            raise UnknownChangeError(f"there is no change {change_id}")
        return found

    async def by_key(self, unit: Unit, key: str) -> Change:
        """Return the change that an idempotency key stands for.

        Raises:
            UnknownChangeError: there is none.
        """
        found = await repository.by_key(unit.connection, key)
        if found is None:
            raise UnknownChangeError(f"there is no change of the key {key}")
        return found

    async def earn(
        self,
        unit: Unit,
        person_id: int,
        points: int,
        *,
        key: str,
        reason: str,
        source: str = "",
        issuer: str = SHOP,
        actor: Actor = NOBODY,
        now: datetime,
    ) -> Change:
        """Give points; they expire as the rules say.

        Args:
            unit: of the transaction; everything is written at once.
            person_id: who earns them.
            points: how many, 1 to ``MOST_POINTS``.
            key: idempotency key; the same one again returns the first change.
            reason: in the words that the person may read.
            source: what caused it, such as ``purchase:123``.
            issuer: whose books they come from: ``shop``, or such as ``campaign:spring``.
            actor: who did it, where.
            now: when.

        Raises:
            AmountError: the number cannot be meant.
            KeyReusedError: the key stands for another change.
        """
        lot = Lot(arrival.number(), checked(points), 0, now, self.rules.expires_at(now))
        change = _change(
            Kind.EARN,
            person_id,
            points,
            key=key,
            reason=reason,
            source=source,
            actor=actor,
            now=now,
        )

        async def act(wallet: Wallet) -> tuple[Wallet, Wallet, list[Entry]]:
            return wallet, *wallet.earn(lot, account=f"issued:{issuer}")

        return await self._make(unit, change, act)

    async def spend(
        self,
        unit: Unit,
        person_id: int,
        points: int,
        *,
        key: str,
        reason: str,
        source: str = "",
        actor: Actor = NOBODY,
        now: datetime,
    ) -> Change:
        """Take points for something, those that expire first.

        Raises:
            NotEnoughPointsError: there are fewer; says how many.
            AmountError: the number cannot be meant.
            KeyReusedError: the key stands for another change.
        """
        change = _change(
            Kind.SPEND,
            person_id,
            -checked(points),
            key=key,
            reason=reason,
            source=source,
            actor=actor,
            now=now,
        )

        async def act(wallet: Wallet) -> tuple[Wallet, Wallet, list[Entry]]:
            return wallet, *wallet.spend(points, account=SPENT)

        return await self._make(unit, change, act)

    async def adjust(
        self,
        unit: Unit,
        person_id: int,
        points: int,
        *,
        key: str,
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> Change:
        """Correct a balance, up or down; a reason is demanded and kept.

        Raises:
            AmountError: the number cannot be meant, or there is no reason.
            NotEnoughPointsError: there are fewer to take away.
            KeyReusedError: the key stands for another change.
        """
        checked(abs(points))
        if not reason.strip():
            raise AmountError("an adjustment needs a reason; write why")
        lot = Lot(arrival.number(), points, 0, now, self.rules.expires_at(now))
        change = _change(
            Kind.ADJUST, person_id, points, key=key, reason=reason, source="", actor=actor, now=now
        )

        async def act(wallet: Wallet) -> tuple[Wallet, Wallet, list[Entry]]:
            if points > 0:
                return wallet, *wallet.earn(lot, account=ADJUSTED)
            return wallet, *wallet.spend(-points, account=ADJUSTED)

        return await self._make(unit, change, act)

    async def reverse(
        self,
        unit: Unit,
        change_id: int,
        *,
        points: int | None = None,
        key: str,
        reason: str,
        source: str = "",
        actor: Actor = NOBODY,
        now: datetime,
    ) -> Change:
        """Take a change back, wholly or in part.

        Earned points come out of their own lot, then out of others; what was spent and is lacking
        is owed. Spent points go back to the lots they came from.

        Args:
            unit: of the transaction.
            change_id: what to take back: earned, spent or adjusted.
            points: how much of it; None: all that is left of it.
            key: idempotency key.
            reason: why.
            source: what caused it.
            actor: who, where.
            now: when.

        Raises:
            UnknownChangeError: there is no such change.
            NotReversibleError: it is all taken back already, or of another kind.
        """
        first = await self.change(unit, change_id)
        if first.kind in {Kind.REVERSE, Kind.EXPIRE}:
            raise NotReversibleError(f"a change of kind {first.kind} is not taken back")
        known = await repository.by_key(unit.connection, key)
        if known is not None:
            return _same(known, first.person_id, Kind.REVERSE, reverses=change_id)
        async with unit.connection.begin_nested():
            await repository.lock(unit.connection, first.person_id, now=now)
            done = await repository.reversed_points(unit.connection, change_id)
            left = abs(first.points) - done
            amount = left if points is None else points
            if not 0 < amount <= left:
                raise NotReversibleError(f"{left} points of it can be taken back, not {amount}")
            signed = -amount if first.points > 0 else amount
            change = _change(
                Kind.REVERSE,
                first.person_id,
                signed,
                key=key,
                reason=reason,
                source=source,
                actor=actor,
                now=now,
                reverses=change_id,
            )
            reversal = Reversal(first, amount, done)
            fresh = Lot(arrival.number(), 0, 0, now, self.rules.returned_expire_at(now))

            async def take(wallet: Wallet) -> tuple[Wallet, Wallet, list[Entry]]:
                if first.points > 0:
                    return await take_back(unit.connection, wallet, reversal)
                return await give_back(unit.connection, wallet, reversal, fresh)

            return await self._make(unit, change, take)

    async def _make(self, unit: Unit, change: Change, act: _Act) -> Change:
        connection, now = unit.connection, change.at
        async with connection.begin_nested():
            wallet = await self._expire(connection, change.person_id, now=now)
            known = await repository.by_key(connection, change.key)
            if known is not None:
                return _same(
                    known,
                    change.person_id,
                    change.kind,
                    points=None if change.kind is Kind.REVERSE else change.points,
                    reverses=change.reverses,
                )
            before, after, entries = await act(wallet)
            return await _write(connection, change, entries, before, after)

    async def expire(self, unit: Unit, person_id: int, *, now: datetime) -> None:
        """Empty the lots of a person whose time is over."""
        async with unit.connection.begin_nested():
            await self._expire(unit.connection, person_id, now=now)

    async def _expire(
        self, connection: AsyncConnection, person_id: int, *, now: datetime
    ) -> Wallet:
        """Lock a person's wallet and return it without what has expired."""
        wallet = await repository.lock(connection, person_id, now=now)
        after, entries = wallet.expire(now)
        if entries:
            # A lot is emptied by the clock once: points that come back get a new one.
            key = f"expire:{entries[0].lot_id}"
            points = -entries[-1].amount
            change = _change(
                Kind.EXPIRE,
                person_id,
                points,
                key=key,
                reason="",
                source="",
                actor=NOBODY,
                now=now,
            )
            await _write(connection, change, entries, wallet, after)
        return after


async def _write(
    connection: AsyncConnection,
    change: Change,
    entries: Sequence[Entry],
    before: Wallet,
    after: Wallet,
) -> Change:
    change = replace(change, balance_after=after.balance)
    await repository.write(connection, change, entries, before, after)
    body = {
        "change_id": str(change.change_id),
        "kind": change.kind.value,
        "points": change.points,
        "balance": change.balance_after,
        "reason": change.reason,
        "source": change.source,
    }
    await news.note(connection, "points.changed", change.person_id, body, at=change.at)
    return change


def _change(
    kind: Kind,
    person_id: int,
    points: int,
    *,
    key: str,
    reason: str,
    source: str,
    actor: Actor,
    now: datetime,
    reverses: int | None = None,
) -> Change:
    return Change(
        change_id=arrival.number(),
        key=key,
        kind=kind,
        person_id=person_id,
        points=points,
        balance_after=0,
        reverses=reverses,
        reason=reason,
        source=source,
        actor=actor,
        at=now,
    )


def _same(
    known: Change,
    person_id: int,
    kind: Kind,
    *,
    points: int | None = None,
    reverses: int | None = None,
) -> Change:
    """Return the change a key stands for, if it can be the one that is asked for again."""
    if (
        known.person_id != person_id
        or known.kind is not kind
        or known.reverses != reverses
        or (points is not None and known.points != points)
    ):
        raise KeyReusedError(f"the key {known.key} stands for another change; use a new one")
    return known
