"""Users writing to the account.

control API or a tap -> message -> bubble on the phone -> message event
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.emulator import ids
from bot.emulator.acts.contents import take_content
from bot.emulator.acts.timeline import wire_item
from bot.emulator.errors import LineError
from bot.emulator.model import Bubble, Group, StoredMessage, User, UserState
from bot.emulator.platform import Platform
from bot.emulator.webhooks.events import Event, emit, group_source, user_source

TYPES: Final = ("text", "sticker", "image", "video", "audio", "file", "location")
#: Types that come with a quote token; webhook reference, message objects.
_QUOTABLE: Final = frozenset({"text", "sticker", "image", "video"})
#: What a user may say about each type besides its file.
_KEEPS: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text", "emojis", "mention", "quotedMessageId"),
    "sticker": (
        "packageId",
        "stickerId",
        "stickerResourceType",
        "keywords",
        "text",
        "quotedMessageId",
    ),
    "image": ("imageSet",),
    "video": ("duration",),
    "audio": ("duration",),
    "file": ("fileName",),
    "location": ("title", "address", "latitude", "longitude"),
}
_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "sticker": {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"},
    "video": {"duration": 3000},
    "audio": {"duration": 2000},
    "file": {"fileName": "notes.txt"},
    "location": {
        "title": "Tokyo Station",
        "address": "1-9-1 Marunouchi, Chiyoda-ku, Tokyo",
        "latitude": 35.681236,
        "longitude": 139.767125,
    },
}


def say(
    platform: Platform, user: User, order: Mapping[str, Any], group: Group | None = None
) -> tuple[Event, StoredMessage]:
    """Let a user send a message, in the one-to-one talk or in a group.

    Raises:
        LineError: 400 for a message LINE has not; 409 when the user cannot write now.
    """
    require_voice(user, group)
    stored = _store(platform, user, order, group)
    content = event_content(platform, stored)
    if group is None:
        user.wrote_at = platform.clock.seconds()
    show(platform, stored, user, group)
    source = group_source(group, user.user_id) if group else user_source(user.user_id)
    return emit(platform, "message", source, {"message": content}), stored


def require_voice(user: User, group: Group | None) -> None:
    """Check that the user can act in this conversation.

    Raises:
        LineError: 409.
    """
    if user.state in {UserState.DELETED, UserState.FOREIGN}:
        raise LineError(409, f"the user is {user.state}")
    if group is None and user.state is UserState.BLOCKED:
        raise LineError(409, "the user blocks the account")
    if group is not None and user.user_id not in group.member_ids:
        raise LineError(409, "the user is not in the group")


def _store(
    platform: Platform, user: User, order: Mapping[str, Any], group: Group | None
) -> StoredMessage:
    kind = order.get("type")
    if kind not in TYPES:
        raise LineError(400, f"type must be one of {', '.join(TYPES)}")
    if kind == "text" and not order.get("text"):
        raise LineError(400, "text is missing")
    message = {"type": kind, **_DEFAULTS.get(kind, {})}
    message |= {key: order[key] for key in _KEEPS[kind] if key in order}
    world = platform.world
    stored = StoredMessage(
        world.take_message_id(),
        message,
        platform.clock.ms(),
        group.group_id if group else user.user_id,
        user.user_id,
    )
    if kind in {"image", "video", "audio", "file"}:
        take_content(platform, stored, order)
    if kind in _QUOTABLE:
        stored.quote_token = ids.token()
        world.quote_tokens[stored.quote_token] = stored.message_id
    world.messages[stored.message_id] = stored
    return stored


def show(platform: Platform, stored: StoredMessage, user: User, group: Group | None) -> None:
    """Put a user's message on the screen; in bot mode the account reads it at once."""
    chat = group.chat if group else user.chat
    bubble = Bubble(stored.message_id, "in", stored.at)
    if group is not None:
        bubble.user_id = user.user_id
    chat.bubbles.append(bubble)
    if platform.world.account.chat_mode == "bot":
        chat.read_until = stored.at
    item = wire_item(platform.world, bubble, read_until=chat.read_until)
    platform.stream.publish({"type": "timeline", "userId": stored.chat_id, "item": item})


def event_content(platform: Platform, stored: StoredMessage) -> dict[str, Any]:
    """Return the message as the webhook carries it."""
    content = {"id": stored.message_id, **stored.message}
    if stored.quote_token:
        content["quoteToken"] = stored.quote_token
    content["markAsReadToken"] = read_token(platform, stored.message_id)
    return content


def read_token(platform: Platform, message_id: str) -> str:
    """Return the token that marks a message as read; it never expires."""
    return f"{platform.world.account.user_id[1:9]}.{message_id}"


def show_only(
    platform: Platform, user: User, text: str, group: Group | None = None
) -> StoredMessage:
    """Show a text as if the user had sent it, without telling the bot (``displayText``)."""
    stored = StoredMessage(
        platform.world.take_message_id(),
        {"type": "text", "text": text},
        platform.clock.ms(),
        group.group_id if group else user.user_id,
        user.user_id,
    )
    platform.world.messages[stored.message_id] = stored
    show(platform, stored, user, group)
    return stored


def unsend(platform: Platform, user: User, message_id: str) -> Event:
    """Take a sent message back.

    Raises:
        LineError: 404, the user never sent it or has taken it back.
    """
    stored = platform.world.messages.get(message_id)
    if stored is None or stored.user_id != user.user_id or stored.unsent:
        raise LineError(404, f"the user has sent no message {message_id}")
    stored.unsent = True
    chat_id = stored.chat_id or user.user_id
    platform.stream.publish({"type": "unsend", "userId": chat_id, "messageId": message_id})
    group = platform.world.groups.get(chat_id)
    source = group_source(group, user.user_id) if group else user_source(user.user_id)
    return emit(platform, "unsend", source, {"unsend": {"messageId": message_id}})
