"""Timelines as the control API shows them."""

from typing import Any

from bot.emulator.model import Bubble, Chat, World


def wire_item(world: World, bubble: Bubble, *, read_until: int = 0) -> dict[str, Any]:
    """Return one entry.

    Args:
        world: where the messages are kept.
        bubble: the entry.
        read_until: instant (ms) up to which the account has read the conversation.
    """
    stored = world.messages[bubble.message_id]
    item: dict[str, Any] = {
        "direction": bubble.direction,
        "via": bubble.via,
        "billed": bubble.billed,
        "at": bubble.at,
        "id": bubble.message_id,
        "callId": bubble.call_id,
        "message": None if stored.unsent else stored.message,
    }
    if stored.unsent:
        item["unsent"] = True
    if stored.edited:
        item["edited"] = True
    quoted = world.quote_tokens.get(stored.message.get("quoteToken", ""))
    if quoted is not None and not stored.unsent:
        item["quotedMessageId"] = quoted
    if stored.silent:
        item["silent"] = True
    if bubble.user_id is not None:
        item["userId"] = bubble.user_id
    if bubble.direction == "in":
        item["read"] = bubble.at <= read_until
    return item


def wire_timeline(world: World, chat: Chat, now: float) -> dict[str, Any]:
    """Return a whole conversation, oldest first, and what its screen shows besides."""
    items = [wire_item(world, bubble, read_until=chat.read_until) for bubble in chat.bubbles]
    return {
        "items": items,
        "loadingSeconds": max(0.0, round(chat.loading_until - now, 3)),
        "quickReplyUsed": chat.quick_reply_used,
    }
