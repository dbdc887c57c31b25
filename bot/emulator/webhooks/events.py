"""Webhook events in LINE's shapes.

what happened -> emit -> event with ids, time and reply token -> courier
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.emulator import ids
from bot.emulator.model import Group
from bot.emulator.platform import Platform
from bot.emulator.rules import reply_tokens

Event = dict[str, Any]

#: The types that may be answered; API reference, webhook event objects.
ANSWERABLE: Final = frozenset(
    {
        "message",
        "messageEdited",
        "follow",
        "join",
        "memberJoined",
        "postback",
        "videoPlayComplete",
        "beacon",
        "accountLink",
        "membership",
    }
)


def user_source(user_id: str) -> dict[str, str]:
    """Return the source of an event in a one-to-one talk."""
    return {"type": "user", "userId": user_id}


def group_source(group: Group, user_id: str | None) -> dict[str, str]:
    """Return the source of an event in a group or room."""
    source = {"type": group.kind, f"{group.kind}Id": group.group_id}
    return source if user_id is None else {**source, "userId": user_id}


def chat_of(source: Mapping[str, str]) -> str:
    """Return the conversation a source belongs to."""
    return source.get("groupId") or source.get("roomId") or source["userId"]


def emit(
    platform: Platform,
    kind: str,
    source: Mapping[str, str] | None,
    fields: Mapping[str, Any] | None = None,
    *,
    answerable: bool | None = None,
) -> Event:
    """Build an event and hand it to the courier.

    Args:
        platform: where it happened.
        kind: LINE's event type.
        source: who did it; None for the few events without one.
        fields: what is particular to the type.
        answerable: whether it carries a reply token; the type decides when None.
    """
    event = build(platform, kind, source, fields, answerable=answerable)
    if _hears(platform, kind, source):
        platform.courier.send(event)
    platform.on_change()
    return event


def _hears(platform: Platform, kind: str, source: Mapping[str, str] | None) -> bool:
    """Tell whether the account learns of it: of a group it left, only that it left."""
    group = platform.world.groups.get(chat_of(source)) if source else None
    return group is None or group.has_bot or kind == "leave"


def build(
    platform: Platform,
    kind: str,
    source: Mapping[str, str] | None,
    fields: Mapping[str, Any] | None = None,
    *,
    answerable: bool | None = None,
) -> Event:
    """Build an event without sending it."""
    behaviour = platform.world.behaviour
    event: Event = {"type": kind, **(fields or {})}
    if behaviour.unknown_fields:
        event["futureProperty"] = {"since": "tomorrow"}
    event["webhookEventId"] = ids.ulid(platform.clock.ms())
    event["deliveryContext"] = {"isRedelivery": False}
    event["timestamp"] = platform.clock.ms()
    if source is not None:
        event["source"] = dict(source)
        if behaviour.hide_group_user_ids and source["type"] != "user":
            event["source"].pop("userId", None)
    may_answer = kind in ANSWERABLE if answerable is None else answerable
    if may_answer and source is not None and not behaviour.standby:
        event["replyToken"] = reply_tokens.issue(
            platform.world, chat_of(source), platform.clock.seconds()
        )
    event["mode"] = "standby" if behaviour.standby else "active"
    return event
