"""What the account says, as the JSON that LINE takes.

    handler -> text(...), flex(...) -> outbox -> client

Builders only name things; check.py tells what LINE would refuse.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from bot.postbacks import PostbackData

Message: TypeAlias = dict[str, Any]
Action: TypeAlias = dict[str, Any]
QuickReply: TypeAlias = dict[str, Any]
Sender: TypeAlias = dict[str, str]


def text(
    body: str, *, quick_reply: QuickReply | None = None, sender: Sender | None = None
) -> Message:
    """Build a text message."""
    return _dressed({"type": "text", "text": body}, quick_reply, sender)


def flex(
    alt_text: str,
    contents: Any,
    *,
    quick_reply: QuickReply | None = None,
    sender: Sender | None = None,
) -> Message:
    """Build a Flex message; notifications and the list of talks show ``alt_text``.

    ``contents`` is a bubble or a carousel: a ``dict``, or the ``orjson.Fragment`` of a template.
    """
    message = {"type": "flex", "altText": alt_text, "contents": contents}
    return _dressed(message, quick_reply, sender)


def image(url: str, preview_url: str, *, quick_reply: QuickReply | None = None) -> Message:
    """Build a picture; LINE fetches both addresses when the friend looks."""
    message = {"type": "image", "originalContentUrl": url, "previewImageUrl": preview_url}
    return _dressed(message, quick_reply, None)


def video(url: str, preview_url: str) -> Message:
    """Build a video; phones play it from its address."""
    return {"type": "video", "originalContentUrl": url, "previewImageUrl": preview_url}


def audio(url: str, duration_ms: int) -> Message:
    """Build a sound; how long it lasts stands beside it before it is fetched."""
    return {"type": "audio", "originalContentUrl": url, "duration": duration_ms}


def sticker(package_id: str, sticker_id: str) -> Message:
    """Build a sticker; only those that LINE lists as sendable arrive."""
    return {"type": "sticker", "packageId": package_id, "stickerId": sticker_id}


def sent_by(name: str, icon_url: str | None = None) -> Sender:
    """Name the speaker of one message, in place of the account."""
    return {"name": name} if icon_url is None else {"name": name, "iconUrl": icon_url}


def quick_reply(*actions: Action) -> QuickReply:
    """Put actions above the keyboard; they go away with the next message."""
    return {"items": [{"type": "action", "action": action} for action in actions]}


def postback(label: str, data: PostbackData, *, display_text: str | None = None) -> Action:
    """Tell the bot of a tap, and show ``display_text`` as said by the friend."""
    action = {"type": "postback", "label": label, "data": data.encode()}
    return action if display_text is None else action | {"displayText": display_text}


def date_picker(
    label: str,
    data: PostbackData,
    *,
    initial: date | None = None,
    earliest: date | None = None,
    latest: date | None = None,
) -> Action:
    """Ask for a day; it comes back as ``params.date`` of the postback."""
    days = {"initial": initial, "min": earliest, "max": latest}
    given = {name: day.isoformat() for name, day in days.items() if day is not None}
    action = {"type": "datetimepicker", "label": label, "data": data.encode(), "mode": "date"}
    return action | given


def picker(
    label: str, data: PostbackData, *, mode: str, bounds: Mapping[str, str] | None = None
) -> Action:
    """Ask for a day, a time or both; it comes back in ``params`` under the name of the mode.

    Args:
        label: on the button.
        data: of the postback.
        mode: ``date``, ``time`` or ``datetime``.
        bounds: ``initial``, ``min`` and ``max``, each as the mode writes them.
    """
    action = {"type": "datetimepicker", "label": label, "data": data.encode(), "mode": mode}
    return action | dict(bounds or {})


def ask_location(label: str) -> Action:
    """Let a quick reply open the map; the place comes as a message."""
    return {"type": "location", "label": label}


def ask_picture(label: str, *, takes: bool) -> Action:
    """Let a quick reply open the camera, or the album; the picture comes as a message."""
    return {"type": "camera" if takes else "cameraRoll", "label": label}


def uri(label: str, uri: str) -> Action:
    """Open an address; the bot does not hear of it."""
    return {"type": "uri", "label": label, "uri": uri}


def say(label: str, text: str) -> Action:
    """Let a tap send a text as if the friend had typed it."""
    return {"type": "message", "label": label, "text": text}


def _dressed(message: Message, quick_reply: QuickReply | None, sender: Sender | None) -> Message:
    if quick_reply is not None:
        message["quickReply"] = quick_reply
    if sender is not None:
        message["sender"] = sender
    return message
