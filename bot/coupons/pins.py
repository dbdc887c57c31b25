"""The PIN of a shop, typed by staff on a friend's phone to use a coupon there.

    page -> Pins.check -> Checked (right; wrong, so many tries left; locked until)

A wrong PIN is an answer and no exception: its count must be committed. Five misses of one person
at one shop, or fifty of everybody at it, rest for fifteen minutes.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.coupons import locks
from bot.coupons.model import CouponError
from bot.points.actor import Actor
from bot.store.batch import Query

#: Of one person at one shop.
TRIES: Final = 5
#: Of everybody at one shop.
TRIES_OF_ALL: Final = 50
SHORTEST: Final = 4
LONGEST: Final = 8

#: About 40 ms on a shared core; the counts of misses do what more could not.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

_SET: Final = Query(
    "INSERT INTO shop_pins (shop, hash, changed_at, changed_by) "
    "VALUES (:shop, :hash, :now, :staff_id) ON CONFLICT (shop) DO UPDATE SET "
    "hash = excluded.hash, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
)
_HASH: Final = Query("SELECT hash FROM shop_pins WHERE shop = :shop")


class PinError(CouponError):
    """This cannot be a PIN."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a PIN."""

    is_right: bool
    #: Tries that are left.
    left: int = 0
    #: Nothing is tried before; None: try again.
    locked_until: datetime | None = None


async def set_pin(
    connection: AsyncConnection, shop: str, pin: str, *, actor: Actor, now: datetime
) -> None:
    """Give a shop a PIN, in place of the one it had.

    Raises:
        PinError: it has not 4 to 8 digits, or all alike.
    """
    if not SHORTEST <= len(pin) <= LONGEST or not (pin.isascii() and pin.isdigit()):
        raise PinError(f"a PIN has {SHORTEST} to {LONGEST} digits")
    if len(set(pin)) == 1:
        raise PinError("all digits alike is the first thing anybody tries; choose another")
    hashed = await asyncio.to_thread(_HASHER.hash, pin)
    await _SET.count(connection, shop=shop, hash=hashed, now=now, staff_id=actor.staff_id)


async def check(
    connection: AsyncConnection, shop: str, person_id: int, pin: str, *, now: datetime
) -> Checked:
    """Compare a PIN with the shop's; a wrong one is counted, and the caller commits.

    Args:
        connection: inside a transaction.
        shop: the key of the shop.
        person_id: on whose phone it is typed.
        pin: what was typed.
        now: when.
    """
    mine, everybodys = f"pin:{shop}:{person_id}", f"pin:{shop}"
    for key, most in ((mine, TRIES), (everybodys, TRIES_OF_ALL)):
        tried = await locks.attempt(connection, key, most=most, now=now)
        if tried.locked_until is not None:
            return Checked(is_right=False, locked_until=tried.locked_until)
        if key == mine:
            left = tried.left
    rows = await _HASH.rows(connection, shop=shop)
    is_right = bool(rows) and await asyncio.to_thread(_fits, str(rows[0][0]), pin)
    if is_right:
        await locks.forget(connection, mine)
        await locks.forget(connection, everybodys)
        return Checked(is_right=True)
    if not left:
        return Checked(is_right=False, locked_until=await locks.close(connection, mine, now=now))
    return Checked(is_right=False, left=left)


def _fits(hashed: str, pin: str) -> bool:
    try:
        return _HASHER.verify(hashed, pin)
    except (VerificationError, InvalidHashError):
        return False
