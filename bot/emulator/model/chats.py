"""Conversations: what is on the screen of a user or a group."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Bubble:
    """One entry of a timeline; the message itself is kept once, however many received it."""

    message_id: str
    #: ``in``: from a user to the account; ``out``: from the account.
    direction: str
    #: Milliseconds since 1970.
    at: int
    #: The kind of call that sent it: reply, push, multicast, broadcast, narrowcast.
    via: str | None = None
    #: Messages billed for this recipient; counted on the first bubble of a call.
    billed: int = 0
    call_id: str | None = None
    #: Who wrote it, in a group.
    user_id: str | None = None


@dataclass(slots=True)
class Chat:
    """One conversation with the account."""

    bubbles: list[Bubble] = field(default_factory=list)
    #: Messages of users up to this instant (ms) carry a read mark.
    read_until: int = 0
    #: The loading animation shows until then (seconds since 1970).
    loading_until: float = 0.0
    #: The message whose quick reply buttons were tapped away.
    quick_reply_used: str | None = None


@dataclass(slots=True)
class Content:
    """The file behind an image, video, audio or file message."""

    media_key: str
    content_type: str
    #: Further requests that are answered 202 while it is being prepared.
    pending_polls: int = 0
    transcoding_failed: bool = False
    expired: bool = False


@dataclass(slots=True)
class StoredMessage:
    """A message of either side."""

    message_id: str
    message: dict[str, Any]
    at: int
    #: The user or group id of the conversation; None for messages to many.
    chat_id: str | None = None
    #: The sender; None for the account.
    user_id: str | None = None
    quote_token: str | None = None
    content: Content | None = None
    unsent: bool = False
    edited: bool = False
    silent: bool = False
