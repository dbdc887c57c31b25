"""What LINE sends: webhooks made and signed beforehand, so that sending one costs a write.

Mint.text / Mint.tap -> Event -> Mint.delivery -> the bytes of a request
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from time import time
from typing import Any, Final

import orjson

from bot.line.signature import sign

SECRET: Final = "bench-channel-secret"  # noqa: S105 - of a channel that does not exist
TOKEN: Final = "bench-channel-access-token"  # noqa: S105 - as above
DESTINATION: Final = "U" + "b" * 32
PATH: Final = "/line/webhook"


@dataclass(frozen=True, slots=True)
class Event:
    """One event, and what its answer is told by."""

    friend: int
    reply_token: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook request, ready to be written."""

    wire: bytes
    events: tuple[Event, ...]

    @property
    def friend(self) -> int:
        """Whose it is; of a batch, the first one's."""
        return self.events[0].friend


class Mint:
    """Makes events that no other event of the bench resembles."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def text(self, friend: int, words: str = "こんにちは") -> Event:
        """A friend writes."""
        number = next(self._numbers)
        message = {"type": "text", "id": f"{number:018d}", "quoteToken": "q", "text": words}
        return self._event(number, friend, {"type": "message", "message": message})

    def tap(self, friend: int, data: str, params: Mapping[str, str] | None = None) -> Event:
        """A friend taps a button."""
        postback = {"data": data} if params is None else {"data": data, "params": params}
        return self._event(next(self._numbers), friend, {"type": "postback", "postback": postback})

    def delivery(self, *events: Event, path: str = PATH) -> Delivery:
        """Put events in one signed request."""
        body = orjson.dumps({"destination": DESTINATION, "events": [e.body for e in events]})
        head = (
            f"POST {path} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json; charset=utf-8"
            f"\r\nUser-Agent: LineBotWebhook/2.0\r\nx-line-signature: {sign(SECRET, body)}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return Delivery(head.encode() + body, events)

    def _event(self, number: int, friend: int, content: Mapping[str, Any]) -> Event:
        token = f"{number:032x}"
        body = {
            **content,
            "webhookEventId": f"01BENCH{number:019d}",
            "deliveryContext": {"isRedelivery": False},
            "timestamp": int(time() * 1000),
            "source": {"type": "user", "userId": user_id(friend)},
            "replyToken": token,
            "mode": "active",
        }
        return Event(friend, token, body)


def user_id(friend: int) -> str:
    """Return LINE's id of the friend of a number."""
    return f"U{friend:032x}"
