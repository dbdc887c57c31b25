"""What staff are told of, by which ways, and when; no I/O.

event -> who concerns it -> the ways each has chosen -> now, or once quiet hours are over
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.clock import TOKYO

DAY_MINUTES: Final = 24 * 60


class Kind(StrEnum):
    """What somebody is told of; the values are stored."""

    WAITING = "waiting"  # a talk waits for somebody: of their shops, or their own again
    ASSIGNED = "assigned"  # a talk was given to them
    MENTION = "mention"  # a memo names them
    MESSAGE = "message"  # a friend wrote in a talk of theirs, and nobody looks
    TROUBLE = "trouble"  # something of the account is out of order; admins
    TEST = "test"  # they wanted to see whether it arrives


class Way(StrEnum):
    """How somebody hears of it; the values are stored."""

    BROWSER = "browser"  # web push, to each device
    MAIL = "mail"
    LINE = "line"  # a push, which LINE bills


class State(StrEnum):
    """Where a notice stands; the values are stored."""

    WAITING = "waiting"  # to be told when due
    HANDED = "handed"  # to the outbox, which knows the rest
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # settled meanwhile, or no longer wanted: nobody need hear of it


class Step(StrEnum):
    """What can happen to a notice; the values are the words of the diagram."""

    NOTED = "noted"
    SENT = "sent"
    LATER = "later"  # quiet hours, gathered with others, or an attempt that failed
    GIVEN_UP = "given up"
    SETTLED = "settled meanwhile"
    QUEUED = "queued"  # as a call to LINE
    AGAIN = "sent again"  # an admin says so


#: What leads from one state to another, as ARCHITECTURE.md draws it.
TRANSITIONS: Final[Mapping[tuple[State | None, Step], State]] = {
    (None, Step.NOTED): State.WAITING,
    (State.WAITING, Step.SENT): State.SENT,
    (State.WAITING, Step.LATER): State.WAITING,
    (State.WAITING, Step.GIVEN_UP): State.FAILED,
    (State.WAITING, Step.SETTLED): State.DROPPED,
    (State.WAITING, Step.QUEUED): State.HANDED,
    (State.HANDED, Step.SENT): State.SENT,
    (State.HANDED, Step.GIVEN_UP): State.FAILED,
    (State.FAILED, Step.AGAIN): State.WAITING,
}

#: What can be chosen, in the order of the page.
CHOSEN: Final = (Kind.WAITING, Kind.ASSIGNED, Kind.MENTION, Kind.MESSAGE, Kind.TROUBLE)
#: How each wants to hear of it who has said nothing yet: nothing that costs, no flood of mails.
DEFAULT: Final[Mapping[Kind, frozenset[Way]]] = {
    kind: frozenset({Way.BROWSER, Way.MAIL} if kind is Kind.TROUBLE else {Way.BROWSER})
    for kind in CHOSEN
}
#: After which time each next attempt follows; then it is given up.
BACKOFF: Final = tuple(timedelta(seconds=s) for s in (10, 60, 300, 900, 3_600, 3_600, 3_600))
#: Of "at most one mail in so many minutes"; 0: each at once.
GATHERING: Final = (0, 5, 15, 30, 60, 180)
UNSEEN: Final = (1, 3, 5, 10, 30, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How one staff member wants to hear of things."""

    ways: Mapping[Kind, frozenset[Way]] = field(default_factory=lambda: DEFAULT)
    #: Proved to be theirs.
    mail: str | None = None
    #: Minutes from midnight in Tokyo; the same number twice: no quiet hours.
    quiet_from: int = 0
    quiet_to: int = 0
    gather_minutes: int = 15
    unseen_minutes: int = 5
    #: Whether names and words of friends may be told outside of the console.
    shows_text: bool = False

    def wants(self, kind: Kind, way: Way) -> bool:
        """Whether a kind of thing shall be told by a way; a test always."""
        return kind is Kind.TEST or way in self.ways.get(kind, frozenset())

    def loud_at(self, now: datetime) -> datetime:
        """Return now, or the end of the quiet hours that it falls into."""
        start, end = self.quiet_from, self.quiet_to
        local = now.astimezone(TOKYO)
        minute = local.hour * 60 + local.minute
        passed, lasts = (minute - start) % DAY_MINUTES, (end - start) % DAY_MINUTES
        if passed >= lasts:
            return now
        ends = local.replace(second=0, microsecond=0) + timedelta(minutes=lasts - passed)
        return ends.astimezone(now.tzinfo)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts; None: it is given up."""
    return None if attempts > len(BACKOFF) else now + BACKOFF[attempts - 1]
