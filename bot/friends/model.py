"""A friend and the states of a friendship; no I/O."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

#: A friend who taps and taps is noted once in this time: each note is a row written anew.
SEEN_EVERY: Final = timedelta(minutes=1)


class Friendship(StrEnum):
    """How a LINE user stands to the account."""

    STRANGER = "stranger"  # wrote or tapped, but never added the account as far as we know
    FRIEND = "friend"
    BLOCKED = "blocked"


class Arrival(StrEnum):
    """What a follow event meant."""

    FIRST = "first"
    AGAIN = "again"  # had been a friend before


@dataclass(frozen=True, slots=True, kw_only=True)
class Friend:
    """One LINE identity."""

    friend_id: int
    user_id: str
    person_id: int
    state: Friendship = Friendship.STRANGER
    followed_at: datetime | None = None
    blocked_at: datetime | None = None
    last_event_at: datetime | None = None
    #: Key of the rich menu that LINE was last told to show; None: the account's default; ``-``:
    #: none, for it is hidden.
    menu: str | None = None
    #: Key of the tab of that menu which the friend chose; None: the first.
    menu_tab: str | None = None
    #: Whether staff were ever needed; as it was read, never written.
    has_talk: bool = False
    #: 0 until first stored.
    version: int = 0

    def follow(self, *, at: datetime) -> Self:
        """Add the account, or unblock it; LINE may have dropped the menu meanwhile."""
        return replace(self, state=Friendship.FRIEND, followed_at=at, blocked_at=None, menu=None)

    def unfollow(self, *, at: datetime) -> Self:
        """Block the account."""
        return replace(self, state=Friendship.BLOCKED, blocked_at=at)

    def seen(self, *, at: datetime) -> Self:
        """Note the latest sign of life, to the minute; late events do not turn time back."""
        if self.last_event_at is not None and at - self.last_event_at < SEEN_EVERY:
            return self
        return replace(self, last_event_at=at)
