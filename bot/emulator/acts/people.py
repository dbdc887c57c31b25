"""Users come, follow, block and go."""

from typing import Any

from bot.emulator import ids
from bot.emulator.errors import LineError
from bot.emulator.model import User, UserState
from bot.emulator.platform import Platform
from bot.emulator.webhooks.events import Event, emit, user_source

#: Names of people who come without one.
_NAMES = ("Mei", "Ken", "Aoi", "Haru", "Yui", "Sota", "Rin", "Ren")


def require_user(platform: Platform, user_id: str) -> User:
    """Return a user.

    Raises:
        LineError: 404, there is none of that id.
    """
    user = platform.world.users.get(user_id)
    if user is None:
        raise LineError(404, f"there is no user {user_id}")
    return user


def create(platform: Platform, order: dict[str, Any]) -> User:
    """Make a LINE user who has not added the account yet."""
    users = platform.world.users
    name = order.get("displayName") or _NAMES[len(users) % len(_NAMES)]
    user = User(
        user_id=order.get("userId") or ids.user_id(),
        display_name=name,
        language=order.get("language") or "ja",
        picture_url=order.get("pictureUrl"),
        status_message=order.get("statusMessage"),
        state=UserState(order.get("state", UserState.STRANGER)),
        consent=bool(order.get("consent", True)),
        email=order.get("email"),
        traits=dict(order.get("traits") or {}),
    )
    if user.state is UserState.FRIEND:
        user.followed_at = platform.clock.seconds()
    users[user.user_id] = user
    announce(platform, user)
    return user


def follow(platform: Platform, user: User) -> Event:
    """Add the account as a friend, or unblock it.

    Raises:
        LineError: 409, they are friends already or cannot be.
    """
    if user.state not in {UserState.STRANGER, UserState.BLOCKED}:
        raise LineError(409, f"the user is {user.state}")
    was_blocked = user.state is UserState.BLOCKED
    user.state = UserState.FRIEND
    if user.followed_at is None:
        user.followed_at = platform.clock.seconds()
    announce(platform, user)
    fields = {"follow": {"isUnblocked": was_blocked}}
    return emit(platform, "follow", user_source(user.user_id), fields)


def unfollow(platform: Platform, user: User) -> Event:
    """Block the account.

    Raises:
        LineError: 409, they block it already or are no friend.
    """
    if user.state is not UserState.FRIEND:
        raise LineError(409, f"the user is {user.state}")
    user.state = UserState.BLOCKED
    user.blocked_at = platform.clock.seconds()
    if not platform.world.behaviour.menu_survives_block:
        user.rich_menu_id = None
    announce(platform, user)
    return emit(platform, "unfollow", user_source(user.user_id))


def announce(platform: Platform, user: User) -> None:
    """Let watchers know of a new or changed user."""
    platform.stream.publish({"type": "user", "user": wire_user(user)})
    platform.stream.publish({"type": "richmenu", "userId": user.user_id})
    platform.on_change()


def wire_user(user: User) -> dict[str, Any]:
    """Return a user as the control API shows them."""
    return {
        "userId": user.user_id,
        "displayName": user.display_name,
        "pictureUrl": user.picture_url,
        "statusMessage": user.status_message,
        "language": user.language,
        "state": user.state,
    }
