"""Quotes, mentions and tracking ids: valid only in some conversations."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.emulator.errors import Detail, LineError, body_errors
from bot.emulator.model import Group, World

Message = dict[str, Any]


def require_none(messages: Iterable[Message]) -> None:
    """Refuse quotes and mentions where messages go to many.

    Raises:
        LineError: 400.
    """
    details = []
    for index, message in enumerate(messages):
        if "quoteToken" in message:
            details.append(Detail("Must not be specified", f"messages[{index}].quoteToken"))
        details += [Detail("Must not be specified", at) for at, _ in _mentions(index, message)]
    if details:
        raise body_errors(details)


def require_fitting(world: World, messages: Sequence[Message], chat_id: str) -> None:
    """Refuse what only makes sense in another conversation.

    Raises:
        LineError: 400.
    """
    _require_same_chat(world, messages, chat_id)
    _require_mentionable(world, messages, chat_id)
    _require_no_tracking(world, messages, chat_id)


def _require_same_chat(world: World, messages: Iterable[Message], chat_id: str) -> None:
    """Refuse a quote token of another conversation."""
    for index, message in enumerate(messages):
        token = message.get("quoteToken")
        if token is None:
            continue
        quoted = world.messages.get(world.quote_tokens.get(token, ""))
        if quoted is None or quoted.chat_id != chat_id:
            details = [Detail("invalid quoteToken", f"messages[{index}].quoteToken")]
            raise LineError(400, "The request body has 1 error(s)", details)


def _require_mentionable(world: World, messages: Iterable[Message], chat_id: str) -> None:
    """Refuse mentions outside groups, and of people who are not there."""
    group = world.groups.get(chat_id)
    details = [
        Detail("The mentionee is not in the chat", at)
        for index, message in enumerate(messages)
        for at, mentionee in _mentions(index, message)
        if not _is_there(group, mentionee)
    ]
    if details:
        raise body_errors(details)


def _require_no_tracking(world: World, messages: Iterable[Message], chat_id: str) -> None:
    """Refuse a video's tracking id in groups and rooms."""
    if chat_id in world.groups:
        details = [
            Detail("Must not be specified", f"messages[{index}].trackingId")
            for index, message in enumerate(messages)
            if "trackingId" in message
        ]
        if details:
            raise body_errors(details)


def _is_there(group: Group | None, mentionee: dict[str, Any]) -> bool:
    if group is None:
        return False
    return mentionee["type"] == "all" or mentionee["userId"] in group.member_ids


def _mentions(index: int, message: Message) -> list[tuple[str, dict[str, Any]]]:
    if message["type"] != "textV2":
        return []
    return [
        (f"messages[{index}].substitution.{key}.mentionee", value["mentionee"])
        for key, value in (message.get("substitution") or {}).items()
        if value["type"] == "mention"
    ]
