"""Live news for the phone page and other watchers: server-sent events."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

#: A watcher that lags this far behind is dropped; it reconnects and reads the present.
BACKLOG = 10_000


class Stream:
    """Hands every published object to every watcher."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[bytes | None]] = set()

    @property
    def watched(self) -> bool:
        """Whether anybody watches; publishing costs nothing while nobody does."""
        return bool(self._watchers)

    def publish(self, news: dict[str, Any]) -> None:
        """Tell all watchers."""
        if not self._watchers:
            return
        data = b"data: " + orjson.dumps(news) + b"\n\n"
        for watcher in list(self._watchers):
            if watcher.qsize() >= BACKLOG:
                self._watchers.discard(watcher)
                watcher.put_nowait(None)
            else:
                watcher.put_nowait(data)

    def close(self) -> None:
        """End every watcher's stream."""
        for watcher in self._watchers:
            watcher.put_nowait(None)
        self._watchers.clear()

    @contextmanager
    def subscription(self) -> Iterator[asyncio.Queue[bytes | None]]:
        """Open a watcher's queue; None in it ends the stream."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
