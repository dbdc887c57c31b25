"""A conversation and the states it goes through; no I/O.

    a change (who asked, who answered, what the clock says) -> step -> the next state

While a conversation is not *done* it is with staff: the bot answers what friends tap, and is
silent to what they write. The states are drawn in ARCHITECTURE.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Self

from bot.store.types import to_ms


class State(StrEnum):
    """Where a conversation stands; the values are stored."""

    OPEN = "open"  # 要対応
    IN_PROGRESS = "in_progress"  # 対応中
    SNOOZED = "snoozed"  # 保留
    DONE = "done"  # 対応済み: the bot has the talk


class Change(StrEnum):
    """What happens to a conversation; the values are stored."""

    ASKED = "asked"  # by the friend, a survey, or a bot that does not understand
    WROTE = "wrote"  # the friend, while staff have the talk
    TAKEN = "taken"  # by a staff member, who has not said anything yet
    ANSWERED = "answered"
    ASSIGNED = "assigned"
    MOVED = "moved"  # to another shop
    SNOOZED = "snoozed"
    WOKE = "woke"
    CLOSED = "closed"
    ENDED = "ended"  # nobody said anything for long enough


#: None: there is no conversation yet. What is not here cannot happen.
TRANSITIONS: Final[Mapping[tuple[State | None, Change], State]] = {
    (None, Change.ASKED): State.OPEN,
    (None, Change.TAKEN): State.IN_PROGRESS,
    (None, Change.ANSWERED): State.IN_PROGRESS,
    (State.DONE, Change.ASKED): State.OPEN,
    (State.DONE, Change.TAKEN): State.IN_PROGRESS,
    (State.DONE, Change.ANSWERED): State.IN_PROGRESS,
    (State.OPEN, Change.ASKED): State.OPEN,
    (State.OPEN, Change.WROTE): State.OPEN,
    (State.OPEN, Change.TAKEN): State.IN_PROGRESS,
    (State.OPEN, Change.ANSWERED): State.IN_PROGRESS,
    (State.OPEN, Change.ASSIGNED): State.OPEN,
    (State.OPEN, Change.MOVED): State.OPEN,
    (State.OPEN, Change.SNOOZED): State.SNOOZED,
    (State.OPEN, Change.CLOSED): State.DONE,
    (State.IN_PROGRESS, Change.ASKED): State.IN_PROGRESS,
    (State.IN_PROGRESS, Change.WROTE): State.IN_PROGRESS,
    (State.IN_PROGRESS, Change.TAKEN): State.IN_PROGRESS,
    (State.IN_PROGRESS, Change.ANSWERED): State.IN_PROGRESS,
    (State.IN_PROGRESS, Change.ASSIGNED): State.IN_PROGRESS,
    (State.IN_PROGRESS, Change.MOVED): State.OPEN,
    (State.IN_PROGRESS, Change.SNOOZED): State.SNOOZED,
    (State.IN_PROGRESS, Change.CLOSED): State.DONE,
    (State.IN_PROGRESS, Change.ENDED): State.DONE,
    (State.SNOOZED, Change.ASKED): State.OPEN,
    (State.SNOOZED, Change.WROTE): State.OPEN,
    (State.SNOOZED, Change.TAKEN): State.IN_PROGRESS,
    (State.SNOOZED, Change.ANSWERED): State.IN_PROGRESS,
    (State.SNOOZED, Change.ASSIGNED): State.SNOOZED,
    (State.SNOOZED, Change.MOVED): State.SNOOZED,
    (State.SNOOZED, Change.SNOOZED): State.SNOOZED,
    (State.SNOOZED, Change.WOKE): State.OPEN,
    (State.SNOOZED, Change.CLOSED): State.DONE,
}

#: Who else than a staff member changes a conversation; staff are named by their id.
FRIEND: Final = "friend"
BOT: Final = "bot"
CLOCK: Final = "clock"

#: In a list those who wait come first; this many milliseconds no clock of ours reaches.
_BEHIND: Final = 10**15


class ConversationError(Exception):
    """A rule about conversations says no; :attr:`code` names it, and the console has the words."""

    code = "conversation"


class CannotError(ConversationError):
    """That cannot happen to a conversation in this state, such as snoozing one that is done."""

    code = "state"

    def __init__(self, state: State | None, change: Change) -> None:
        super().__init__(f"{change.value} in {state.value if state else 'no conversation'}")
        self.state = state


class SomeoneAnsweredError(ConversationError):
    """Something was said or done since the screen was drawn: look again, then confirm."""

    code = "someone_answered"


def step(state: State | None, change: Change) -> State:
    """Return the state after a change.

    Raises:
        CannotError: it cannot happen now.
    """
    try:
        return TRANSITIONS[state, change]
    except KeyError:
        raise CannotError(state, change) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The talk with one friend, as far as staff are concerned."""

    friend_id: int
    state: State = State.DONE
    #: Who looks after it; None: nobody in particular, or the bot.
    staff_id: int | None = None
    shop_key: str | None = None
    opened_at: datetime | None = None
    #: Of the friend's first word that nobody has answered.
    waiting_since: datetime | None = None
    #: Of the first answer since it was opened.
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None
    last_at: datetime
    last_id: int
    heard_id: int = 0
    seen_id: int = 0
    spare_event_id: int | None = None
    away_at: datetime | None = None
    misses: int = 0
    #: 0 until first stored.
    version: int = 0

    @property
    def is_with_staff(self) -> bool:
        """Whether the bot keeps silent to what the friend writes."""
        return self.state is not State.DONE

    @property
    def is_unread(self) -> bool:
        """Whether the friend said something that nobody of the staff has looked at."""
        return self.heard_id > self.seen_id

    @property
    def note(self) -> str:
        """What screens are told once this is stored: whose talk, and its version."""
        return f"{self.friend_id}:{self.version + 1}"

    @property
    def queue_key(self) -> int:
        """The place in a list: the longest wait first, then who does not wait."""
        if self.waiting_since is not None:
            return to_ms(self.waiting_since)
        return _BEHIND + to_ms(self.last_at)

    def heard(self, message_id: int, *, at: datetime, waits: bool) -> Self:
        """Note something from the friend; ``waits``: it is staff who should answer it."""
        since = self.waiting_since or at if waits and self.is_with_staff else self.waiting_since
        return replace(
            self,
            last_id=max(self.last_id, message_id),
            heard_id=max(self.heard_id, message_id),
            last_at=max(self.last_at, at),
            waiting_since=since,
        )

    def said(self, message_id: int, *, at: datetime) -> Self:
        """Note something to the friend, whoever said it."""
        last_at = max(self.last_at, at)
        return replace(self, last_id=max(self.last_id, message_id), last_at=last_at)

    def changed(
        self,
        change: Change,
        *,
        at: datetime,
        staff_id: int | None = None,
        shop_key: str | None = None,
        until: datetime | None = None,
    ) -> "Conversation":
        """Return the conversation after a change.

        Args:
            change: what happens.
            at: when.
            staff_id: of TAKEN, ANSWERED and ASSIGNED (None: nobody any more).
            shop_key: of MOVED, and of ASKED where it names one.
            until: of SNOOZED.

        Raises:
            CannotError: it cannot happen now.
        """
        state = step(self.state, change)
        new = self if self.is_with_staff else _opened(self, at)
        kept = self.snoozed_until if state is State.SNOOZED else None
        new = replace(new, state=state, misses=0, snoozed_until=until or kept)
        return _EFFECTS[change](new, _Details(at, staff_id, shop_key))


class _Details(NamedTuple):
    at: datetime
    staff_id: int | None
    shop_key: str | None


def _opened(conversation: Conversation, at: datetime) -> Conversation:
    return replace(
        conversation,
        opened_at=at,
        answered_at=None,
        closed_at=None,
        away_at=None,
        staff_id=None,
    )


def _asked(new: Conversation, details: _Details) -> Conversation:
    return _waits(replace(new, shop_key=details.shop_key or new.shop_key), details)


def _waits(new: Conversation, details: _Details) -> Conversation:
    return new if new.waiting_since else replace(new, waiting_since=details.at)


def _given(new: Conversation, details: _Details) -> Conversation:
    return replace(new, staff_id=details.staff_id)


def _answered(new: Conversation, details: _Details) -> Conversation:
    owner = details.staff_id if new.staff_id is None else new.staff_id
    first = new.answered_at or details.at
    return replace(new, staff_id=owner, waiting_since=None, answered_at=first)


def _moved(new: Conversation, details: _Details) -> Conversation:
    return replace(new, shop_key=details.shop_key, staff_id=details.staff_id)


def _rests(new: Conversation, _: _Details) -> Conversation:
    return replace(new, waiting_since=None)


def _over(new: Conversation, details: _Details) -> Conversation:
    return replace(
        new, staff_id=None, waiting_since=None, closed_at=details.at, spare_event_id=None
    )


_EFFECTS: Final[Mapping[Change, Callable[[Conversation, _Details], Conversation]]] = {
    Change.ASKED: _asked,
    Change.WROTE: _waits,
    Change.TAKEN: _given,
    Change.ANSWERED: _answered,
    Change.ASSIGNED: _given,
    Change.MOVED: _moved,
    Change.SNOOZED: _rests,
    Change.WOKE: _waits,
    Change.CLOSED: _over,
    Change.ENDED: _over,
}


def by_staff(staff_id: int) -> str:
    """Return how the log of changes and the messages name a staff member."""
    return str(staff_id)
