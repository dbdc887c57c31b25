"""LINE's API, as light as can be: it takes every call, and remembers when which one came.

    serve -> POST reply / push / link, GET profile / bot info -> Sink -> 200

It knows no rule of LINE's; the emulator does. Here only its weight counts, for it shares a core
with the load and the database.
"""

import asyncio
import re
from collections.abc import Callable
from time import perf_counter
from typing import Final, NamedTuple, Self, cast

from bot.bench.path.webhooks import DESTINATION

_LENGTH: Final = re.compile(rb"(?i)content-length: *(\d+)")
_REPLY_TOKEN: Final = re.compile(rb'"replyToken": ?"(\w+)"')
#: Signed for one friend, as that of a coupon's page is.
_ADDRESS: Final = re.compile(rb'https?://[^"]+')
_SENT: Final = b'{"sentMessages":[{"id":"1"}]}'
_INFO: Final = (
    b'{"userId":"%s","basicId":"@bench","displayName":"bench","chatMode":"bot",'
    b'"markAsReadMode":"auto"}' % DESTINATION.encode()
)


class Reply(NamedTuple):
    """A reply that arrived."""

    token: str
    at: float
    #: Equal for equal words: the place of the content in ``Sink.contents``.
    content: int


class Link(NamedTuple):
    """A rich menu that was linked to a friend."""

    path: str
    at: float


class Sink:
    """Takes calls; one for a whole bench."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.pushes = 0
        self.links: list[Link] = []
        self.contents: dict[bytes, int] = {}
        #: Seconds that LINE takes to answer; the call counts as arrived before.
        self.delay = 0.0
        self.on_reply: Callable[[str], None] | None = None
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    def forget(self) -> None:
        """Begin a new record."""
        self.replies, self.links, self.pushes, self.contents = [], [], 0, {}

    def take(self, method: bytes, path: bytes, body: bytes) -> bytes:
        """Note a call and return the body of its answer."""
        if path == b"/v2/bot/message/reply":
            found = _REPLY_TOKEN.search(body)
            token = found[1] if found else b""
            words = _ADDRESS.sub(b"", body.replace(token, b"", 1))
            content = self.contents.setdefault(words, len(self.contents))
            self.replies.append(Reply(token.decode(), perf_counter(), content))
            if self.on_reply is not None:
                self.on_reply(token.decode())
            return _SENT
        if method == b"POST" and path.startswith(b"/v2/bot/message/"):
            self.pushes += 1
            return _SENT
        if method == b"POST":
            self.links.append(Link(path.decode(), perf_counter()))
            return b"{}"
        return _INFO


class _Connection(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            found = _LENGTH.search(head)
            stop = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < stop:
                return
            body, self._buffer = self._buffer[end + 4 : stop], self._buffer[stop:]
            method, path, _ = head.split(b" ", 2)
            answer = self._sink.take(method, path, body)
            self._answer(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"x-line-request-id: bench\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer)
            )

    def _answer(self, wire: bytes) -> None:
        if self._sink.delay:
            self._loop.call_later(self._sink.delay, self._write, wire)
        else:
            self._write(wire)

    def _write(self, wire: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(wire)
