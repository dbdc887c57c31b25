"""Taking changes back: what was earned, and what was spent.

Points.reverse (under the lock) -> take_back / give_back -> the next wallet and its entries
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.points import repository
from bot.points.model import Change
from bot.points.wallet import Entry, Lot, Part, Wallet


@dataclass(frozen=True, slots=True)
class Reversal:
    """What is taken back of what."""

    first: Change
    points: int
    #: Points of it that were taken back before.
    done: int


async def take_back(
    connection: AsyncConnection, wallet: Wallet, reversal: Reversal
) -> tuple[Wallet, Wallet, list[Entry]]:
    """Take earned points back; return the wallet before, after, and the entries."""
    first = reversal.first
    own = await repository.lots_of(connection, first.change_id)
    account = await repository.account_of(connection, first.change_id)
    return wallet, *wallet.take_back(reversal.points, own, account=account)


async def give_back(
    connection: AsyncConnection, wallet: Wallet, reversal: Reversal, fresh: Lot
) -> tuple[Wallet, Wallet, list[Entry]]:
    """Give spent points back; ``fresh`` is for those whose lot has expired."""
    first = reversal.first
    taken = await repository.parts_of(connection, first.change_id)
    parts = _last(taken, skipped=reversal.done, points=reversal.points)
    known = {lot.lot_id for lot in wallet.lots}
    more = await repository.lots(connection, {part.lot_id for part in parts} - known)
    full = Wallet((*wallet.lots, *more), wallet.owed)
    account = await repository.account_of(connection, first.change_id)
    return full, *full.give_back(parts, fresh, account=account, now=fresh.earned_at)


def _last(parts: Sequence[Part], *, skipped: int, points: int) -> list[Part]:
    """Cut so many points off the end of what was taken, after those that went back before."""
    found = []
    for lot_id, taken in reversed(parts):
        passed = min(skipped, taken)
        skipped -= passed
        here = min(points, taken - passed)
        points -= here
        if here:
            found.append(Part(lot_id, here))
    return found
