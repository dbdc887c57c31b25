"""What was said, as it is kept: one small row for each thing a friend did, and for each call.

    event -> row, its id the event's          call -> row, its id the call's: the outbox knows more

Drawn bubbles are kept by the words that LINE shows in their place. Tokens are not kept here: the
event has them, as long as what LINE sent is kept.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import orjson

from bot.conversations.model import BOT, FRIEND
from bot.outbox.model import Call
from bot.store.tables.conversations import talk_files, talk_messages, talk_quotes
from bot.store.unit import Unit

Body: TypeAlias = dict[str, Any]
#: Kind, words, and the rest.
Said: TypeAlias = tuple[str, str | None, Body | None]

#: Of an event that is no message, what it is kept as.
_DEEDS: Final = {"postback": "tap", "follow": "follow", "unfollow": "unfollow"}
#: Of a message's properties, those that a screen needs beside its text.
_KEPT: Final[dict[str, tuple[str, ...]]] = {
    "text": ("quotedMessageId",),
    "sticker": ("packageId", "stickerId", "keywords", "quotedMessageId"),
    "image": ("imageSet",),
    "video": ("duration",),
    "audio": ("duration",),
    "file": ("fileSize",),
    "location": ("latitude", "longitude"),
}
#: Where a message's words are, by its type.
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "file": ("fileName",),
    "location": ("title", "address"),
}
#: What LINE keeps for a while only.
_FETCHED: Final = frozenset({"image", "video", "audio", "file"})
_WHY_STAFF: Final = "staff:"


def is_of_staff(why: str) -> bool:
    """Whether a staff member caused a call."""
    return why.startswith(_WHY_STAFF)


def why_staff(staff_id: int) -> str:
    """Return how the trace of a call names the staff member who caused it."""
    return f"{_WHY_STAFF}{staff_id}"


def record_event(
    unit: Unit,
    friend_id: int,
    event_id: int,
    event: Mapping[str, Any],
    *,
    at: datetime,
    with_token: bool = False,
) -> str | None:
    """Keep what a friend did; return what it is kept as, or None: it is nothing to be shown.

    Args:
        unit: of the event.
        friend_id: whose.
        event_id: also the message's.
        event: as LINE sent it.
        at: when it happened.
        with_token: keep what it takes to quote it, for as long as the message.
    """
    kind = event.get("type")
    content: Mapping[str, Any] = {}
    if kind == "message":
        part = event.get("message")
        content = part if isinstance(part, dict) else content
        said = _message(content)
    elif kind in _DEEDS:
        part = event.get(kind)
        said = _DEEDS[kind], None, _tap(part) if isinstance(part, dict) else None
    else:
        return None
    # An event that was given up is kept already when somebody has it replayed.
    unit.add(talk_messages, _row(event_id, friend_id, FRIEND, said, at), once=True)
    if with_token:
        _keep_token(unit, event_id, content)
    if said[0] in _FETCHED:
        _want_file(unit, event_id, friend_id, content, at)
    return said[0]


def _keep_token(unit: Unit, message_id: int, content: Mapping[str, Any]) -> None:
    line_id, token = content.get("id"), content.get("quoteToken")
    if isinstance(line_id, str) and isinstance(token, str):
        row = {"line_id": storable(line_id), "message_id": message_id, "token": storable(token)}
        unit.add(talk_quotes, row, once=True)


def _want_file(
    unit: Unit, message_id: int, friend_id: int, content: Mapping[str, Any], at: datetime
) -> None:
    """Have a file fetched; what lies on somebody else's server is left there."""
    line_id, name = content.get("id"), content.get("fileName")
    provider = content.get("contentProvider")
    is_elsewhere = isinstance(provider, dict) and provider.get("type") == "external"
    if not isinstance(line_id, str) or not line_id or is_elsewhere:
        return
    unit.add(
        talk_files,
        {
            "message_id": message_id,
            "friend_id": friend_id,
            "line_id": storable(line_id),
            "kind": content["type"],
            "state": "waiting",
            "name": storable(name) if isinstance(name, str) else None,
            "attempts": 0,
            "due_at": at,
        },
        once=True,
    )


def record_call(unit: Unit, friend_id: int, call: Call) -> None:
    """Keep what is said to a friend, before it is packed into anything else."""
    is_staff = is_of_staff(call.why)
    author = call.why.removeprefix(_WHY_STAFF) if is_staff else BOT
    bubbles = orjson.loads(call.body)
    if len(bubbles) == 1:
        said = _bubble(bubbles[0])
    else:
        parts = [_bubble(bubble) for bubble in bubbles]
        text = "\n".join(part[1] for part in parts if part[1])
        listed = [{"kind": kind, "text": text, **(body or {})} for kind, text, body in parts]
        said = "several", text, {"parts": listed}
    unit.add(talk_messages, _row(call.call_id, friend_id, author, said, call.created_at))


def record_note(
    unit: Unit, friend_id: int, note_id: int, *, author: str, text: str, body: Body, at: datetime
) -> None:
    """Keep what staff say among themselves."""
    unit.add(talk_messages, _row(note_id, friend_id, author, ("note", text, body), at))


def _row(
    message_id: int, friend_id: int, author: str, said: Said, at: datetime
) -> dict[str, object]:
    kind, text, body = said
    return {
        "id": message_id,
        "friend_id": friend_id,
        "author": author,
        "kind": kind,
        "text": text,
        "body": None if body is None else orjson.dumps(body).decode(),
        "at": at,
    }


def _message(content: Mapping[str, Any]) -> Said:
    kind = content.get("type")
    kind = storable(kind) if isinstance(kind, str) and kind else "unknown"
    names = _WORDS.get(kind, ("text",))
    words = [content[name] for name in names if isinstance(content.get(name), str)]
    body = _sound({name: content[name] for name in _KEPT.get(kind, ()) if name in content})
    return kind, storable(" ".join(words)) or None, body


def _tap(postback: Mapping[str, Any]) -> Body | None:
    return _sound({name: postback[name] for name in ("data", "params") if name in postback})


def _bubble(message: Mapping[str, Any]) -> Said:
    kind = message["type"]
    match kind:
        case "text":
            return kind, message["text"], _quote(message) or None
        case "flex" | "template" | "imagemap":
            return kind, message["altText"], None
        case "image" | "video":
            url = message["originalContentUrl"]
            return kind, None, {"url": url, "preview": message["previewImageUrl"]}
        case "sticker":
            ids = {name: message[name] for name in ("packageId", "stickerId")}
            return kind, None, ids | _quote(message)
        case "location":
            return kind, f"{message['title']} {message['address']}", None
        case _:
            return kind, message.get("altText"), None


def _quote(message: Mapping[str, Any]) -> Body:
    return {"quoteToken": message["quoteToken"]} if "quoteToken" in message else {}


def _sound(body: Body) -> Body | None:
    """Return JSON that any database can hold; what a cut emoji left is not kept."""
    if not body:
        return None
    try:
        orjson.dumps(body)
    except TypeError:
        return None
    return body


def storable(text: str) -> str:
    """Leave out of a text what a database cannot hold."""
    if text.isascii():
        return text if "\0" not in text else text.replace("\0", "")
    return text.encode(errors="replace").decode().replace("\0", "")


def parts_of(kind: str, text: str | None, body: str | None) -> Sequence[Body]:
    """Return the bubbles of a kept message, each with its ``kind`` and ``text``."""
    found: Body = {} if body is None else orjson.loads(body)
    if kind == "several":
        parts: list[Body] = found["parts"]
        return parts
    return [{"kind": kind, "text": text, **found}]
