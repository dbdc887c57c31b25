"""Wake-ups: a commit says that there is work, so that nobody has to poll.

In one process an event is enough; between processes the word goes through Redis. A lost word
costs latency, never work: whoever waits looks again by itself after a while.
"""

import asyncio
import contextlib
from collections import defaultdict
from typing import Final

import structlog

from bot.redis_client import AWAY, RedisClient

_log = structlog.get_logger(__name__)

INBOX: Final = "inbox"
OUTBOX: Final = "outbox"

_CHANNEL: Final = "enishi:wake"
_RECONNECT_SECONDS: Final = 1.0


class Signals:
    """Named wake-ups, within this process and, with Redis, between processes."""

    def __init__(self, redis: RedisClient | None = None) -> None:
        self._redis = redis
        self._events: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._tasks: set[asyncio.Task[None]] = set()
        self._publishing: set[str] = set()

    def notify(self, name: str) -> None:
        """Wake whoever waits for ``name``; returns at once."""
        self._events[name].set()
        if self._redis is not None and name not in self._publishing:
            self._publishing.add(name)
            self._spawn(self._publish(name))

    async def wait(self, name: str, *, at_most: float) -> None:
        """Return when woken, or after ``at_most`` seconds: the net under a lost wake-up."""
        event = self._events[name]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await event.wait()
        event.clear()

    def start(self) -> None:
        """Listen to other processes."""
        if self._redis is not None:
            self._spawn(self._listen())

    async def stop(self) -> None:
        """Stop listening; wake everybody so that loops see they shall end."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for event in self._events.values():
            event.set()

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        # A task without a reference is collected in the middle of its work.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _publish(self, name: str) -> None:
        self._publishing.discard(name)  # a word said from here on needs a message of its own
        assert self._redis is not None  # noqa: S101 - only spawned with Redis
        with contextlib.suppress(*AWAY):
            await self._redis.publish(_CHANNEL, name)

    async def _listen(self) -> None:
        assert self._redis is not None  # noqa: S101 - only spawned with Redis
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(_CHANNEL)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._events[message["data"].decode()].set()
            except AWAY:
                _log.warning(
                    "signals.redis_away", mend="work is found by polling until it is back"
                )
                await asyncio.sleep(_RECONNECT_SECONDS)
