"""A received event: what the queue needs to know of it, and how it is read from LINE's JSON."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from bot.line.limits import REPLY_TOKEN_MAX_SECONDS, REPLY_TOKEN_SECONDS
from bot.store import arrival

#: Reference, "Webhook event objects": tokens of test events, which no reply may use.
_DUMMY_TOKEN: Final = re.compile(r"^(0+|f+)$")
#: Milliseconds; past it a timestamp is not a date Python can name.
_LAST_TIMESTAMP: Final = 253_402_300_799_000


class MalformedEventError(ValueError):
    """An event cannot even be queued; it is kept for inspection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One event on its way into the queue."""

    #: Arrival number: the order in which this install met its events.
    event_id: int
    webhook_event_id: str
    #: Events of one lane are handled one after another: a user, a group, a room, or the event.
    lane: str
    kind: str
    message_id: str | None
    occurred_at: datetime
    received_at: datetime
    reply_token: str | None
    #: Until when the reply token works; None: there is none.
    reply_until: datetime | None
    is_redelivery: bool
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One open event, claimed by a worker."""

    event_id: int
    webhook_event_id: str
    lane: str
    kind: str
    occurred_at: datetime
    reply_until: datetime | None
    attempts: int
    #: None: erased, by age or because the friend took the message back.
    payload: bytes | None


def receive(event: object, *, now: datetime) -> Received:
    """Read what the queue needs; everything else is left for the handlers.

    Raises:
        MalformedEventError: not an object with a type.
    """
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise MalformedEventError("an event is an object with a type")
    payload = encode(event)
    given = event.get("webhookEventId")
    event_id = _storable(given) if isinstance(given, str) else ""
    if not event_id:
        # Without an id the content stands in for it: a repetition is still met only once.
        same = {name: event[name] for name in event if name != "deliveryContext"}
        event_id = "sha256:" + hashlib.sha256(encode(same)).hexdigest()
    occurred_at = _instant(event.get("timestamp"), now)
    context = event.get("deliveryContext")
    reply_until = _reply_until(event, occurred_at, now)
    return Received(
        event_id=arrival.number(),
        webhook_event_id=event_id,
        lane=_lane(event, event_id),
        kind=_storable(event["type"]),
        message_id=_message_id(event),
        occurred_at=occurred_at,
        received_at=now,
        reply_token=None if reply_until is None else event["replyToken"],
        reply_until=reply_until,
        is_redelivery=isinstance(context, dict) and context.get("isRedelivery") is True,
        payload=payload,
    )


def encode(event: object) -> bytes:
    """Return the JSON of an event; half an emoji, where a text was cut, stays so."""
    try:
        return orjson.dumps(event)
    except TypeError:
        return json.dumps(event).encode()


def decode(payload: bytes) -> Any:
    """Read JSON from LINE.

    Raises:
        ValueError: it is none.
    """
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        try:
            return json.loads(payload)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _storable(text: str) -> str:
    """Leave out what PostgreSQL's text cannot hold."""
    return text.encode(errors="replace").decode().replace("\0", "")


def _instant(timestamp: object, now: datetime) -> datetime:
    if isinstance(timestamp, int) and 0 < timestamp <= _LAST_TIMESTAMP:
        return datetime.fromtimestamp(timestamp / 1000, UTC)
    return now


def _lane(event: Mapping[str, Any], event_id: str) -> str:
    source = event.get("source")
    if isinstance(source, dict):
        for name in ("userId", "groupId", "roomId"):
            value = source.get(name)
            if isinstance(value, str) and (lane := _storable(value)):
                return lane
    return _storable(f"event:{event_id}")


def _message_id(event: Mapping[str, Any]) -> str | None:
    for part, name in (("message", "id"), ("unsend", "messageId")):
        content = event.get(part)
        if isinstance(content, dict) and isinstance(content.get(name), str):
            return _storable(content[name])
    return None


def _reply_until(
    event: Mapping[str, Any], occurred_at: datetime, now: datetime
) -> datetime | None:
    token = event.get("replyToken")
    if not isinstance(token, str) or not token or _DUMMY_TOKEN.match(token):
        return None
    if not (token.isascii() and token.isprintable()):
        return None  # LINE made no such token
    if event.get("mode") == "standby":
        return None
    return min(
        now + timedelta(seconds=REPLY_TOKEN_SECONDS),
        occurred_at + timedelta(seconds=REPLY_TOKEN_MAX_SECONDS),
    )
