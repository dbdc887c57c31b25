"""Who receives a send: LINE's delivery matrix."""

from collections.abc import Sequence

from bot.emulator import ids, limits
from bot.emulator.errors import LineError, invalid_property
from bot.emulator.model import UserState, World

_FAILED = "Failed to send messages"


def is_friend(world: World, user_id: str) -> bool:
    """Tell whether multicast, narrowcast and broadcast reach a user."""
    user = world.users.get(user_id)
    return user is not None and user.state is UserState.FRIEND


def friends(world: World) -> list[str]:
    """Return the ids of all friends."""
    return [user.user_id for user in world.users.values() if user.state is UserState.FRIEND]


def require_chat(world: World, to: str) -> str:
    """Return the conversation a push names.

    Raises:
        LineError: 400; no id at all, unknown to this provider, or a group without the bot.
    """
    if ids.USER_ID.match(to):
        user = world.users.get(to)
        if user is None or user.state is UserState.FOREIGN:
            raise LineError(400, _FAILED)
    elif ids.GROUP_ID.match(to) or ids.ROOM_ID.match(to):
        group = world.groups.get(to)
        if group is None or not group.has_bot:
            raise LineError(400, _FAILED)
    else:
        raise invalid_property("to")
    return to


def require_known(world: World, to: Sequence[str]) -> None:
    """Refuse user ids that no user of this provider has.

    Raises:
        LineError: 400.
    """
    for user_id in to:
        user = world.users.get(user_id)
        if user is None or user.state is UserState.FOREIGN:
            raise LineError(400, _FAILED)


def push_cost(world: World, chat_id: str, now: float) -> int:
    """Return how many people a push reaches, each billed; 0 when it is accepted in vain."""
    group = world.groups.get(chat_id)
    if group is not None:
        return len(group.member_ids)
    user = world.users[chat_id]
    if user.state is UserState.FRIEND:
        return 1
    wrote_lately = (
        user.wrote_at is not None and now - user.wrote_at <= limits.PUSH_TO_STRANGER_SECONDS
    )
    return int(user.state is UserState.STRANGER and wrote_lately)
