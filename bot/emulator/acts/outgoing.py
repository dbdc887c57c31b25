"""Messages of the account arriving on phones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.emulator import ids
from bot.emulator.acts.timeline import wire_item
from bot.emulator.model import Bubble, StoredMessage
from bot.emulator.platform import Platform


@dataclass(frozen=True, slots=True)
class Shipment:
    """The messages of one accepted call."""

    #: reply, push, multicast, broadcast or narrowcast.
    via: str
    call_id: str
    messages: Sequence[dict[str, Any]]
    silent: bool = False
    #: Messages billed for each recipient.
    billed: int = 0


def deliver(platform: Platform, shipment: Shipment, chat_ids: Sequence[str]) -> list[str]:
    """Show the messages in conversations; return their ids, shared by all recipients."""
    world, at = platform.world, platform.clock.ms()
    chat_id = chat_ids[0] if len(chat_ids) == 1 else None
    stored = [
        _store(platform, message, at, chat_id, silent=shipment.silent)
        for message in shipment.messages
    ]
    for recipient in chat_ids:
        chat = world.chat(recipient)
        if chat is None:
            continue
        chat.loading_until = 0.0
        for position, message in enumerate(stored):
            billed = 0 if position else shipment.billed
            bubble = Bubble(message.message_id, "out", at, shipment.via, billed, shipment.call_id)
            chat.bubbles.append(bubble)
            if platform.stream.watched:
                item = wire_item(world, bubble)
                platform.stream.publish({"type": "timeline", "userId": recipient, "item": item})
    platform.on_change()
    return [message.message_id for message in stored]


def _store(
    platform: Platform, message: dict[str, Any], at: int, chat_id: str | None, *, silent: bool
) -> StoredMessage:
    world = platform.world
    message_id = world.take_message_id()
    stored = StoredMessage(message_id, message, at, chat_id, silent=silent)
    if chat_id is not None and message["type"] in QUOTABLE:
        stored.quote_token = ids.token()
        world.quote_tokens[stored.quote_token] = message_id
    world.messages[message_id] = stored
    return stored


#: Message types that can be quoted; API reference, sent messages.
QUOTABLE = frozenset({"text", "textV2", "sticker", "image", "video", "template", "flex"})


def sent_messages(platform: Platform, message_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return ``sentMessages`` of a reply or push."""
    stored = (platform.world.messages[message_id] for message_id in message_ids)
    return [
        {"id": message.message_id, "quoteToken": message.quote_token}
        if message.quote_token
        else {"id": message.message_id}
        for message in stored
    ]
