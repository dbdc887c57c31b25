"""LINE users as the account sees them, and the groups they talk in."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.emulator.model.chats import Chat


class UserState(StrEnum):
    """What a user is to the account."""

    #: Never added the account.
    STRANGER = "stranger"
    #: Added it, and has not blocked it.
    FRIEND = "friend"
    #: Blocks it, whether or not they were a friend.
    BLOCKED = "blocked"
    #: Deleted their LINE account.
    DELETED = "deleted"
    #: Known by this id to another provider only.
    FOREIGN = "foreign"


@dataclass(slots=True)
class User:
    """A person with a LINE account."""

    user_id: str
    display_name: str
    language: str = "ja"
    picture_url: str | None = None
    status_message: str | None = None
    state: UserState = UserState.STRANGER
    #: Agreed to share the profile.
    consent: bool = True
    #: Seconds since 1970; of the first time and the last.
    followed_at: float | None = None
    blocked_at: float | None = None
    #: Last message to the account, in seconds since 1970.
    wrote_at: float | None = None
    rich_menu_id: str | None = None
    email: str | None = None
    #: What narrowcast filters ask: gender, age, area, appType.
    traits: dict[str, str] = field(default_factory=dict)
    #: Membership plans: id to the day of joining, in seconds.
    memberships: dict[str, int] = field(default_factory=dict)
    chat: Chat = field(default_factory=Chat)


@dataclass(slots=True)
class Notice:
    """A line in a group's talk that tells who came or went."""

    #: joined, left; account-joined, account-left.
    kind: str
    #: Milliseconds since 1970.
    at: int
    #: It stands before the bubble of this number, from 0.
    place: int
    user_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A group (``C…``) or a multi-person room (``R…``)."""

    group_id: str
    name: str
    member_ids: list[str] = field(default_factory=list)
    has_bot: bool = True
    picture_url: str | None = None
    chat: Chat = field(default_factory=Chat)
    notices: list[Notice] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """``group`` or ``room``, as event sources name it."""
        return "group" if self.group_id.startswith("C") else "room"
