"""Groups and rooms: the account and users come, talk, and go."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.emulator import ids
from bot.emulator.errors import LineError
from bot.emulator.model import Group, StoredMessage, User
from bot.emulator.platform import Platform
from bot.emulator.webhooks.events import Event, emit, group_source


def require_group(platform: Platform, group_id: str) -> Group:
    """Return a group or room.

    Raises:
        LineError: 404, there is none of that id.
    """
    group = platform.world.groups.get(group_id)
    if group is None:
        raise LineError(404, f"there is no group {group_id}")
    return group


def create(platform: Platform, order: dict[str, Any]) -> Group:
    """Make a group or room with the account in it; the bot hears that it joined."""
    kind = order.get("kind", "group")
    if kind not in {"group", "room"}:
        raise LineError(400, "kind must be group or room")
    group_id = ids.group_id() if kind == "group" else ids.room_id()
    members = _known(platform, order.get("memberIds", []))
    picture = order.get("pictureUrl")
    group = Group(group_id, order.get("name") or "A group", members, picture_url=picture)
    platform.world.groups[group_id] = group
    emit(platform, "join", group_source(group, None))
    return group


def _known(platform: Platform, user_ids: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(user_ids))
    for user_id in wanted:
        if user_id not in platform.world.users:
            raise LineError(404, f"there is no user {user_id}")
    return wanted


def join(platform: Platform, group: Group, user_ids: Sequence[str]) -> Event:
    """Let users into a group."""
    new = [uid for uid in _known(platform, user_ids) if uid not in group.member_ids]
    if not new:
        raise LineError(409, "they are in the group already")
    group.member_ids += new
    members = [{"type": "user", "userId": user_id} for user_id in new]
    return emit(
        platform, "memberJoined", group_source(group, None), {"joined": {"members": members}}
    )


def leave(platform: Platform, group: Group, user_ids: Sequence[str]) -> Event:
    """Let users leave a group."""
    gone = [user_id for user_id in user_ids if user_id in group.member_ids]
    if not gone:
        raise LineError(409, "they are not in the group")
    group.member_ids = [user_id for user_id in group.member_ids if user_id not in gone]
    members = [{"type": "user", "userId": user_id} for user_id in gone]
    return emit(platform, "memberLeft", group_source(group, None), {"left": {"members": members}})


def bot_leaves(platform: Platform, group: Group) -> Event:
    """Let the account leave, of itself or removed."""
    group.has_bot = False
    return emit(platform, "leave", group_source(group, None))


def edit(platform: Platform, user: User, message_id: str, text: str) -> Event:
    """Change a text that the user sent to a group.

    Raises:
        LineError: 404, no such text; 409, it is no group message.
    """
    stored = platform.world.messages.get(message_id)
    if stored is None or stored.user_id != user.user_id or stored.message["type"] != "text":
        raise LineError(404, f"the user has sent no text {message_id}")
    group = platform.world.groups.get(stored.chat_id or "")
    if group is None:
        raise LineError(409, "only messages in groups can be edited")
    _retext(platform, stored, text)
    content = {"id": message_id, **stored.message, "quoteToken": stored.quote_token}
    return emit(platform, "messageEdited", group_source(group, user.user_id), {"message": content})


def _retext(platform: Platform, stored: StoredMessage, text: str) -> None:
    stored.message = {**stored.message, "text": text}
    stored.quote_token = ids.token()
    platform.world.quote_tokens[stored.quote_token] = stored.message_id


def wire_group(group: Group) -> dict[str, Any]:
    """Return a group as the control API shows it."""
    return {
        "groupId": group.group_id,
        "kind": group.kind,
        "name": group.name,
        "memberIds": group.member_ids,
        "hasBot": group.has_bot,
    }
