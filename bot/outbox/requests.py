"""How a call becomes an HTTP request to LINE, by its kind."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import orjson

from bot.line.answers import Answer
from bot.outbox.model import Call, Kind
from bot.outbox.policy import Route

REPLY_PATH = "/v2/bot/message/reply"
PUSH_PATH = "/v2/bot/message/push"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    body: bytes | None = None
    retry_key: str | None = None


class CannotSendError(Exception):
    """A call that cannot be made; the message says what to mend."""


class Requester(Protocol):
    """Makes the request of one kind of call, and hears how it ended."""

    async def request(self, call: Call) -> Request | None:
        """Return what to ask of LINE; None: there is nothing to do any more.

        Raises:
            CannotSendError: the call makes no sense as things are; a person is told why.
        """
        ...

    async def answered(self, call: Call, answer: Answer) -> Answer:
        """Take what LINE answered, and return what it shall count as."""
        ...


Requesters: TypeAlias = Mapping[Kind, Requester]
#: Whether something sent to this user id now can arrive, as far as we know.
Reachable: TypeAlias = Callable[[str], Awaitable[bool]]


def message_request(call: Call, way: Route) -> Request:
    """Return the request of a message; its bubbles are JSON already and are not parsed again."""
    if way is Route.REPLY:
        head = b'{"replyToken":' + orjson.dumps(call.reply_token) + b',"messages":'
        return Request("POST", REPLY_PATH, head + call.body + b"}")
    head = b'{"to":' + orjson.dumps(call.lane) + b',"messages":'
    return Request("POST", PUSH_PATH, head + call.body + b"}", retry_key=call.retry_key)
