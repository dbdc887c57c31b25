"""Wake-ups: a commit says that there is work, so that nobody has to poll.

In one process an event is enough; between processes the word goes through Redis. A lost word
costs latency, never work: whoever waits looks again by itself after a while.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

import structlog

from bot.redis_client import AWAY, RedisClient

_log = structlog.get_logger(__name__)

INBOX: Final = "inbox"
OUTBOX: Final = "outbox"
#: Definitions of the account have changed.
CONTENT: Final = "content"
#: Admins have changed how talks go.
TALK_RULES: Final = "talk-rules"
#: News of conversations, ``<friend id>:<version>`` each: what screens show has changed.
TALKS: Final = "talks"
#: Who of the staff looks at which conversation, ``<friend id>:<staff id>:<what>:<shop>`` each.
PRESENCE: Final = "presence"

_CHANNEL: Final = "enishi:wake"
#: Channels of news, by topic: they carry words, where a wake-up is only a name.
_NEWS: Final = "enishi:news:"
_TOPICS: Final = (TALKS, PRESENCE)
_RECONNECT_SECONDS: Final = 1.0

#: Is handed news, in the order in which they came.
Listener: TypeAlias = Callable[[Sequence[str]], None]


class Signals:
    """Named wake-ups and news, within this process and, with Redis, between processes."""

    def __init__(self, redis: RedisClient | None = None) -> None:
        self._redis = redis
        self._events: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._tasks: set[asyncio.Task[None]] = set()
        self._publishing: set[str] = set()
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)

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

    def tell(self, topic: str, news: Sequence[str]) -> None:
        """Tell whoever listens, in every process; returns at once. News may get lost."""
        if not news:
            return
        if self._redis is None:
            self._hand_out(topic, news)
        else:  # one's own news come back from Redis, in one order with those of others
            self._spawn(self._publish_news(topic, " ".join(news)))

    @contextlib.contextmanager
    def listening(self, topic: str, listener: Listener) -> Iterator[None]:
        """Hand news of a topic to ``listener`` while inside; it must return at once."""
        self._listeners[topic].add(listener)
        try:
            yield
        finally:
            self._listeners[topic].discard(listener)

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

    async def _publish_news(self, topic: str, news: str) -> None:
        assert self._redis is not None  # noqa: S101 - only spawned with Redis
        try:
            await self._redis.publish(_NEWS + topic, news)
        except AWAY:
            self._hand_out(topic, news.split())  # this process at least need not wait

    def _hand_out(self, topic: str, news: Sequence[str]) -> None:
        for listener in tuple(self._listeners[topic]):
            listener(news)

    async def _listen(self) -> None:
        assert self._redis is not None  # noqa: S101 - only spawned with Redis
        while True:
            try:
                # A cluster's client finds its nodes on a first command; subscribing is none to it.
                await self._redis.initialize()
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(_CHANNEL, *(_NEWS + topic for topic in _TOPICS))
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._heard(message["channel"].decode(), message["data"].decode())
            except AWAY:
                _log.warning(
                    "signals.redis_away", mend="work is found by polling until it is back"
                )
                await asyncio.sleep(_RECONNECT_SECONDS)
            except Exception:  # noqa: BLE001 - who listens outlives every bug of the client
                _log.exception("signals.failed")
                await asyncio.sleep(_RECONNECT_SECONDS)

    def _heard(self, channel: str, data: str) -> None:
        if channel == _CHANNEL:
            self._events[data].set()
        else:
            self._hand_out(channel.removeprefix(_NEWS), data.split())


async def wake(redis: RedisClient, name: str) -> None:
    """Wake whoever waits for ``name`` in other processes, from a command that then ends."""
    with contextlib.suppress(*AWAY):
        await redis.publish(_CHANNEL, name)
