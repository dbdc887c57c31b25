"""What can be said of points, and what is refused; no I/O."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.points.actor import Actor

#: More points, or yen, than this in one change are a slip of the hand.
MOST_POINTS: Final = 1_000_000
MOST_YEN: Final = 10_000_000


class PointsError(Exception):
    """A rule of points says no; nothing was changed."""


class AmountError(PointsError):
    """The amount is not one that can be meant."""


class NotEnoughPointsError(PointsError):
    """More points than there are."""

    def __init__(self, balance: int) -> None:
        super().__init__(f"the balance is {balance}; take that or less")
        self.balance = balance


class KeyReusedError(PointsError):
    """The idempotency key has stood for another change before."""


class UnknownChangeError(PointsError):
    """There is no such change."""


class NotReversibleError(PointsError):
    """The change was taken back before, or is of a kind that is not taken back."""


class Kind(StrEnum):
    """What a change is."""

    EARN = "earn"
    SPEND = "spend"
    ADJUST = "adjust"  # by staff, with a reason
    REVERSE = "reverse"  # takes another change back
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a person's statement."""

    change_id: int
    key: str
    kind: Kind
    person_id: int
    #: What the person gained, or lost where it is negative.
    points: int
    balance_after: int
    #: The change that this one takes back.
    reverses: int | None = None
    reason: str
    source: str
    actor: Actor
    at: datetime
    #: False: the key was known, and this is what it did the first time.
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Balance:
    """What a person can spend."""

    points: int = 0
    #: When the next points expire, and how many; None: none do.
    next_expires_at: datetime | None = None
    next_expiring: int = 0
    #: Taken back, but spent before: what is earned next pays it first.
    owed: int = 0


def checked(points: int) -> int:
    """Return a number of points that can be meant.

    Raises:
        AmountError: none, less than none, or absurdly many.
    """
    if not 0 < points <= MOST_POINTS:
        raise AmountError(f"{points} points: give 1 to {MOST_POINTS:,}")
    return points
