"""Connections for sending: one request after another on each, and nothing else a client can do.

    LineClient.send, .ask -> Wire.ask -> a free connection, or a new one -> Response

A reply is one call, and a call through aiohttp's client costs three to seven times the processor
time of one through this (docs/performance.md), with TLS too. All else goes through aiohttp.

Nothing is ever sent twice. A connection that LINE closed while it was idle is not used again;
when it closes in the moment we write, nobody knows what LINE took, and the caller hears so.
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Mapping
from time import monotonic
from typing import Final, cast
from urllib.parse import urlsplit

from bot.line.http1 import MalformedResponseError, Response, read_response

CONNECT_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 5.0
#: A connection that was idle for longer is closed: LINE, or a router between, may have done so.
IDLE_SECONDS: Final = 30.0


class NotConnectedError(OSError):
    """No connection came about, so nothing was sent."""


class Wire:
    """Asks one origin; made inside the running loop, and closed in it."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        """Name the origin.

        Args:
            base: such as ``https://api.line.me``.
            headers: of every request.
        """
        url = urlsplit(base)
        self._host = url.hostname or ""
        self._port = url.port or (443 if url.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if url.scheme == "https" else None
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._path = url.path.encode()
        self._head = f" HTTP/1.1\r\nHost: {url.netloc}\r\n{lines}".encode()
        self._idle: deque[_Connection] = deque()
        self._open: set[_Connection] = set()

    async def post(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Post something; see ``ask``."""
        return await self.ask("POST", path, body, headers)

    async def ask(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request and return the answer.

        Raises:
            NotConnectedError: nothing was sent.
            OSError: it was sent, and the answer never came or is none.
            TimeoutError: the answer took too long.
        """
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        length = f"{more}Content-Length: {len(body)}\r\n\r\n"
        request = b"".join(
            (method.encode(), b" ", self._path, path.encode(), self._head, length.encode(), body)
        )
        connection = self._free() or await self._connect()
        try:
            response = await connection.ask(request)
        except BaseException:
            connection.abort()  # an answer that comes late must not become another call's
            raise
        if response.is_kept:
            self._idle.append(connection)
        else:
            connection.abort()
        return response

    def close(self) -> None:
        """Cut every connection."""
        for connection in list(self._open):
            connection.abort()

    def _free(self) -> "_Connection | None":
        """Return the connection used last, so that the others can grow old."""
        oldest = monotonic() - IDLE_SECONDS
        while self._idle and self._idle[0].idle_since < oldest:
            self._idle.popleft().abort()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        name = self._host if self._tls else None
        problem: Exception = NotConnectedError("no address")
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                # The old way first: it is there wherever LINE is, and the new one may be broken.
                for family in (socket.AF_INET, socket.AF_INET6):
                    try:
                        _, connection = await loop.create_connection(
                            lambda: _Connection(self._open),
                            self._host,
                            self._port,
                            ssl=self._tls,
                            server_hostname=name,
                            family=family,
                        )
                    except OSError as error:
                        problem = error
                    else:
                        return connection
        except TimeoutError as error:
            problem = error
        raise NotConnectedError(f"{type(problem).__name__}: {problem}") from problem


class _Connection(asyncio.Protocol):
    def __init__(self, everyone: "set[_Connection]") -> None:
        self._loop = asyncio.get_running_loop()
        self._everyone = everyone
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Response] | None = None
        self._buffer = b""
        self.idle_since = 0.0

    @property
    def is_open(self) -> bool:
        return self._transport is not None

    async def ask(self, request: bytes) -> Response:
        if self._transport is None:
            raise ConnectionResetError("closed before the request")
        self._buffer = b""
        answer: asyncio.Future[Response] = self._loop.create_future()
        self._answer = answer
        timer = self._loop.call_later(ANSWER_SECONDS, self._fail, TimeoutError("no answer"))
        self._transport.write(request)
        try:
            return await answer
        finally:
            timer.cancel()
            self._answer = None
            self.idle_since = monotonic()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are of their own class
        self._everyone.add(self)

    def data_received(self, data: bytes) -> None:
        if self._answer is None:
            self.abort()  # nobody asked
            return
        self._buffer = self._buffer + data if self._buffer else data
        self._look(ended=False)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._everyone.discard(self)
        if self._answer is not None and not self._answer.done():
            self._look(ended=error is None)
            self._fail(error or ConnectionResetError("closed without an answer"))

    def _look(self, *, ended: bool) -> None:
        try:
            response = read_response(self._buffer, ended=ended)
        except MalformedResponseError as error:
            self._fail(error)
            return
        if response is not None and self._answer is not None and not self._answer.done():
            self._answer.set_result(response)

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
