"""What a handler is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web

from bot.friends.model import Friend
from bot.store.unit import Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One event of one friend, inside the unit of work of its batch."""

    app: web.Application
    unit: Unit
    #: As the event found them.
    friend: Friend
    #: Its arrival number.
    event_id: int
    #: The event as LINE sent it.
    event: Mapping[str, Any]
    #: The event, as the trace of what it causes names it.
    why: str
    #: When it happened, by LINE's clock.
    occurred_at: datetime
    #: Until when its reply token works; None: it has none.
    reply_until: datetime | None
    now: datetime

    def __getitem__(self, key: web.AppKey[T]) -> T:
        """Look a service up by its typed key."""
        return self.app[key]

    @property
    def user_id(self) -> str:
        """LINE's id of the friend."""
        return self.friend.user_id

    @property
    def content(self) -> Mapping[str, Any]:
        """The part of the event that is named like its type, such as the message.

        Empty when LINE sent none, or something else than an object.
        """
        part = self.event.get(str(self.event.get("type")))
        return part if isinstance(part, dict) else {}

    @property
    def reply_token(self) -> str | None:
        """The token that makes one answer to this event free."""
        return self.event.get("replyToken") if self.reply_until is not None else None
