"""LINE's side of the webhook: a fixed number of connections, each one request at a time.

    deliveries -> the friend's connection -> the bot -> Ack

A friend's deliveries take one connection, so that they arrive in the order they were made: then
the order of the answers can be held against it.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import cycle
from time import perf_counter
from typing import NamedTuple, Self, cast

from bot.bench.path.webhooks import Delivery


class Ack(NamedTuple):
    """How the bot answered a webhook."""

    delivery: Delivery
    #: When it was to be sent, or, where it was to follow the one before, when it was.
    due: float
    answered: float
    status: int


class Load:
    """Sends deliveries and notes how each was answered."""

    def __init__(self, ports: Sequence[int], connections: int) -> None:
        self._ports = ports
        self._lines = [_Line(self) for _ in range(connections)]
        self.acks: list[Ack] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for line, port in zip(self._lines, cycle(self._ports), strict=False):
            await loop.create_connection(lambda line=line: line, "127.0.0.1", port)  # type: ignore[misc]
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self._lines:
            line.close()

    def send(self, delivery: Delivery, due: float | None = None) -> None:
        """Let a delivery go as soon as its connection is free.

        Args:
            delivery: what to send.
            due: when it should have gone, for waits to count from; by default when it goes.
        """
        self._lines[delivery.friend % len(self._lines)].push(delivery, due)

    def note(self, ack: Ack) -> None:
        """Take the answer of a line."""
        self.acks.append(ack)


class _Line(asyncio.Protocol):
    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[tuple[Delivery, float | None]] = deque()
        self._current: tuple[Delivery, float] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class

    def push(self, delivery: Delivery, due: float | None) -> None:
        self._waiting.append((delivery, due))
        if self._current is None:
            self._next()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head) or self._current is None:
            return
        self._buffer = b""
        delivery, due = self._current
        self._load.note(Ack(delivery, due, perf_counter(), int(head[9:12])))
        self._next()

    def connection_lost(self, _: Exception | None) -> None:
        """What was under way, or would have gone here, counts as unanswered: status 0."""
        now = perf_counter()
        lost = [*([self._current] if self._current else []), *self._waiting]
        self._current, self._transport = None, None
        self._waiting.clear()
        for delivery, due in lost:
            self._load.note(Ack(delivery, due or now, now, 0))

    def _next(self) -> None:
        self._current = None
        if self._waiting and self._transport is not None:
            delivery, due = self._waiting.popleft()
            self._current = delivery, perf_counter() if due is None else due
            self._transport.write(delivery.wire)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0
