"""A person's lots of points, and what happens to them; pure, without clock and storage.

    Wallet + an act -> the next Wallet and the entries of it, which sum to nothing

Points are spent from the lot that expires first. No lot goes below nothing: points that are taken
back after they were spent come out of the other lots, and what even those lack is owed and paid by
what is earned next. Points given back go to the lots they came from; where such a lot has expired
meanwhile, they come back in a new one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple, Self

from bot.points.model import NotEnoughPointsError
from bot.store.types import to_ms

MEMBER: Final = "member"
OWED: Final = "owed"
SPENT: Final = "spent"
EXPIRED: Final = "expired"
ADJUSTED: Final = "adjusted"

_NEVER: Final = 1 << 62


class Entry(NamedTuple):
    """One line of double-entry book-keeping."""

    account: str
    amount: int
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that came together and expire together."""

    lot_id: int
    points: int
    remaining: int
    earned_at: datetime
    #: From here on they are gone; None: they stay.
    expires_at: datetime | None

    def has_expired(self, now: datetime) -> bool:
        """Whether its points can no longer be spent."""
        return self.expires_at is not None and self.expires_at <= now


class Part(NamedTuple):
    """Points that were taken from a lot."""

    lot_id: int
    points: int


@dataclass(frozen=True, slots=True)
class Wallet:
    """The lots that a change can touch, and what is owed."""

    lots: tuple[Lot, ...] = ()
    owed: int = 0

    @property
    def balance(self) -> int:
        """Points that are left."""
        return sum(lot.remaining for lot in self.lots)

    @property
    def next_expiring(self) -> tuple[datetime | None, int]:
        """When the next points expire, and how many of them."""
        open_lots = [lot for lot in self.lots if lot.remaining and lot.expires_at is not None]
        if not open_lots:
            return None, 0
        first = min(lot.expires_at for lot in open_lots if lot.expires_at is not None)
        return first, sum(lot.remaining for lot in open_lots if lot.expires_at == first)

    def earn(self, lot: Lot, *, account: str) -> tuple[Self, list[Entry]]:
        """Add a lot; what is owed is paid from it first."""
        paid = min(self.owed, lot.points)
        rest = lot.points - paid
        entries = [Entry(account, -lot.points)]
        if paid:
            entries.append(Entry(OWED, paid))
        if not rest:
            return replace(self, owed=self.owed - paid), entries
        entries.append(Entry(MEMBER, rest, lot.lot_id))
        lot = replace(lot, points=rest, remaining=rest)
        return replace(self, lots=(*self.lots, lot), owed=self.owed - paid), entries

    def spend(self, points: int, *, account: str) -> tuple[Self, list[Entry]]:
        """Take points from the lots that expire first.

        Raises:
            NotEnoughPointsError: there are fewer.
        """
        if points > self.balance:
            raise NotEnoughPointsError(self.balance)
        wallet, entries = self._take(points, self._in_order())
        return wallet, [*entries, Entry(account, points)]

    def take_back(
        self, points: int, lot_ids: Iterable[int], *, account: str
    ) -> tuple[Self, list[Entry]]:
        """Take earned points back: from their own lots, then from others, then they are owed."""
        own = set(lot_ids)
        order = sorted(self._in_order(), key=lambda lot: lot.lot_id not in own)
        there = min(points, self.balance)
        wallet, entries = self._take(there, order)
        short = points - there
        if short:
            entries.append(Entry(OWED, -short))
            wallet = replace(wallet, owed=wallet.owed + short)
        return wallet, [*entries, Entry(account, points)]

    def give_back(
        self, parts: Sequence[Part], fresh: Lot, *, account: str, now: datetime
    ) -> tuple[Self, list[Entry]]:
        """Return spent points to their lots.

        Args:
            parts: what was taken from where; every lot is in the wallet.
            fresh: the lot for what came from lots that have expired; its counts are set here.
            account: where the points are taken from.
            now: tells which lots have expired.
        """
        entries = [Entry(account, -sum(part.points for part in parts))]
        owed, late = self.owed, 0
        lots = {lot.lot_id: lot for lot in self.lots}
        for lot_id, points in parts:
            paid = min(owed, points)
            owed -= paid
            if paid:
                entries.append(Entry(OWED, paid))
            rest, lot = points - paid, lots[lot_id]
            if lot.has_expired(now):
                late += rest
            elif rest:
                lots[lot_id] = replace(lot, remaining=lot.remaining + rest)
                entries.append(Entry(MEMBER, rest, lot_id))
        if late:
            lots[fresh.lot_id] = replace(fresh, points=late, remaining=late)
            entries.append(Entry(MEMBER, late, fresh.lot_id))
        return replace(self, lots=tuple(lots.values()), owed=owed), entries

    def expire(self, now: datetime) -> tuple[Self, list[Entry]]:
        """Empty the lots whose time is over; no entries: there were none."""
        gone = [lot for lot in self.lots if lot.remaining and lot.has_expired(now)]
        if not gone:
            return self, []
        wallet, entries = self._take(sum(lot.remaining for lot in gone), gone)
        return wallet, [*entries, Entry(EXPIRED, -sum(entry.amount for entry in entries))]

    def _in_order(self) -> list[Lot]:
        return sorted(
            self.lots,
            key=lambda lot: (
                _NEVER if lot.expires_at is None else to_ms(lot.expires_at),
                lot.lot_id,
            ),
        )

    def _take(self, points: int, order: Sequence[Lot]) -> tuple[Self, list[Entry]]:
        left, entries = points, []
        lots = {lot.lot_id: lot for lot in self.lots}
        for lot in order:
            taken = min(left, lot.remaining)
            if taken:
                lots[lot.lot_id] = replace(lot, remaining=lot.remaining - taken)
                entries.append(Entry(MEMBER, -taken, lot.lot_id))
                left -= taken
        return replace(self, lots=tuple(lots.values())), entries
