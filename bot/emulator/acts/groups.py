"""Groups and rooms: the account and users come, talk, and go."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.emulator import ids
from bot.emulator.acts.timeline import wire_item
from bot.emulator.errors import LineError
from bot.emulator.model import Group, Notice, StoredMessage, User
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
    """Make a group or room; the bot hears that it joined, unless ``hasBot`` is false."""
    kind = order.get("kind", "group")
    if kind not in {"group", "room"}:
        raise LineError(400, "kind must be group or room")
    group_id = ids.group_id() if kind == "group" else ids.room_id()
    members = _known(platform, order.get("memberIds", []))
    picture = order.get("pictureUrl")
    group = Group(group_id, order.get("name") or "A group", members, picture_url=picture)
    platform.world.groups[group_id] = group
    group.has_bot = False
    _note(platform, group, "joined", members)
    if order.get("hasBot", True):
        invite_bot(platform, group)
    return group


def invite_bot(platform: Platform, group: Group) -> Event:
    """Let the account into a group.

    Raises:
        LineError: 409, it is there already or does not join groups.
    """
    if group.has_bot:
        raise LineError(409, "the account is in the group already")
    if not platform.world.account.joins_groups:
        raise LineError(409, "the account does not join groups")
    group.has_bot = True
    _note(platform, group, "account-joined", [])
    return emit(platform, "join", group_source(group, None))


def _note(platform: Platform, group: Group, kind: str, user_ids: Sequence[str]) -> None:
    """Write a line into the talk, and let watchers know of the group as it is now."""
    if user_ids or kind.startswith("account"):
        notice = Notice(kind, platform.clock.ms(), len(group.chat.bubbles), list(user_ids))
        group.notices.append(notice)
    platform.stream.publish({"type": "group", "group": wire_group(group)})
    platform.on_change()


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
    _note(platform, group, "joined", new)
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
    _note(platform, group, "left", gone)
    members = [{"type": "user", "userId": user_id} for user_id in gone]
    return emit(platform, "memberLeft", group_source(group, None), {"left": {"members": members}})


def bot_leaves(platform: Platform, group: Group) -> Event:
    """Let the account leave, of itself or removed."""
    group.has_bot = False
    _note(platform, group, "account-left", [])
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
    bubble = next(b for b in group.chat.bubbles if b.message_id == message_id)
    item = wire_item(platform.world, bubble, read_until=group.chat.read_until)
    platform.stream.publish({"type": "edit", "userId": group.group_id, "item": item})
    content = {"id": message_id, **stored.message, "quoteToken": stored.quote_token}
    return emit(platform, "messageEdited", group_source(group, user.user_id), {"message": content})


def _retext(platform: Platform, stored: StoredMessage, text: str) -> None:
    stored.message = {**stored.message, "text": text}
    stored.edited = True
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
        "pictureUrl": group.picture_url,
        "notices": [wire_notice(notice) for notice in group.notices],
    }


def wire_notice(notice: Notice) -> dict[str, Any]:
    """Return a notice as the control API shows it."""
    return {
        "kind": notice.kind,
        "at": notice.at,
        "place": notice.place,
        "userIds": notice.user_ids,
    }
