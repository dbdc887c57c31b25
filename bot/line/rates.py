"""LINE's rate limits, kept by all processes together.

    dispatcher -> try_take / take -> the tokens this process holds -> LINE
                                       ^ leased from Redis, a chunk at a time

Holding a chunk makes a call cost a comparison rather than a round trip. What a process does not
spend within a second lapses, so a quiet process takes little from a busy one. While Redis is away
every process keeps to a careful share of its own.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final, Self

import structlog

from bot.line.buckets import Meter, pace_of
from bot.line.endpoints import endpoint_of as bucket_of
from bot.line.endpoints import limit_of
from bot.line.leases import SharedLimits
from bot.line.limits import Limit
from bot.redis_client import RedisClient

__all__ = ["Rates", "bucket_of"]

#: The part of a limit that one process takes while it cannot ask the others.
CAREFUL_SHARE: Final = 0.25
#: How long leased tokens live. A bucket that leases one token at a time keeps it.
LEASE_SECONDS: Final = 1.0
#: The least time between two leases of a bucket that is empty.
PATIENCE_SECONDS: Final = 0.02
#: The most: Redis may be back, or have been emptied.
IMPATIENCE_SECONDS: Final = 1.0
#: A process that leases more than this at once asks for the next lease ahead of need.
AHEAD_FROM: Final = 8

_log = structlog.get_logger(__name__)


class _Bucket:
    """What this process holds of one limit."""

    __slots__ = ("chunk", "expires", "leased", "meter", "name", "pace", "paused", "task", "tokens",
                 "waiters")  # fmt: skip

    def __init__(self, name: str, limit: Limit, scale: float) -> None:
        self.name = name
        self.pace = pace_of(limit, scale)
        self.meter = Meter(pace_of(limit, scale * CAREFUL_SHARE))
        self.chunk = 1
        self.leased = 0
        self.tokens = 0
        self.expires = 0.0
        self.paused = 0.0
        self.waiters: deque[asyncio.Future[None]] = deque()
        self.task: asyncio.Task[None] | None = None

    def wanted(self, now: float) -> int:
        """Return how much to lease: twice the last lease if it was soon spent, else its use."""
        if now < self.expires:
            self.chunk *= 2
        else:
            self.chunk = self.leased - self.tokens
            self.tokens = 0
        self.chunk = min(self.pace.chunk, max(1, self.chunk, len(self.waiters)))
        return self.chunk

    def add(self, granted: int, now: float) -> None:
        """Hold leased tokens, and let those go who wait for them."""
        self.tokens += granted
        self.leased = self.tokens
        self.expires = now + LEASE_SECONDS if self.pace.chunk > 1 else math.inf
        while self.tokens and self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                self.tokens -= 1


class Rates:
    """Lets calls to LINE go at LINE's pace; made for one event loop, and closed in it."""

    def __init__(
        self,
        redis: RedisClient | None,
        *,
        scale: float = 1.0,
        channel: str = "main",
        limits: Callable[[str], Limit] = limit_of,
    ) -> None:
        """Set the pace.

        Args:
            redis: shared by all processes of the channel; none: this process is careful alone.
            scale: part of LINE's limits to use; 0 lifts them.
            channel: each has limits of its own.
            limits: returns the limit of a bucket.
        """
        self._shared = None if redis is None else SharedLimits(redis, channel=channel)
        self._scale = scale
        self._limits = limits
        self._buckets: dict[str, _Bucket] = {}
        if redis is None and scale:
            _log.warning("line.rates_unshared", error="no Redis is configured")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop asking Redis; whoever waits for a turn is cancelled."""
        tasks = [held.task for held in self._buckets.values() if held.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for held in self._buckets.values():
            for waiter in held.waiters:
                waiter.cancel()
        if self._shared is not None:
            await self._shared.close()

    def try_take(self, bucket: str) -> bool:
        """Take a turn if there is one right now; nobody who waits is overtaken."""
        if not self._scale:
            return True
        held = self._buckets.get(bucket) or self._open(bucket)
        if held.waiters or not held.tokens or monotonic() >= held.expires:
            self._refill(held)
            return False
        held.tokens -= 1
        if held.tokens * 2 < held.chunk > AHEAD_FROM:
            self._refill(held)
        return True

    async def take(self, bucket: str) -> None:
        """Wait for a turn; those who came first go first."""
        if self.try_take(bucket):
            return
        held = self._buckets[bucket]
        turn = asyncio.get_running_loop().create_future()
        held.waiters.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                held.add(1, monotonic())  # the turn came too late for us: pass it on
            raise

    def slow_down(self, bucket: str, seconds: float) -> None:
        """Let no call go for a while: LINE has answered 429."""
        if not self._scale:
            return
        held = self._buckets.get(bucket) or self._open(bucket)
        now = monotonic()
        held.tokens = 0
        held.paused = max(held.paused, now + seconds)
        held.meter.pause(seconds, now)
        if self._shared is not None:
            self._shared.pause(bucket, held.pace, seconds)

    def _open(self, bucket: str) -> _Bucket:
        held = _Bucket(bucket, self._limits(bucket), self._scale)
        self._buckets[bucket] = held
        return held

    def _refill(self, held: _Bucket) -> None:
        if held.task is None or held.task.done():
            held.task = asyncio.create_task(self._fill(held))

    async def _fill(self, held: _Bucket) -> None:
        """Lease once, and go on while somebody waits."""
        while True:
            wait = held.paused - monotonic()
            if wait <= 0:
                granted, wait = await self._lease(held)
                if held.paused <= monotonic():  # LINE may have said 429 meanwhile
                    held.add(granted, monotonic())
            if not held.waiters:
                return
            await asyncio.sleep(min(max(wait, PATIENCE_SECONDS), IMPATIENCE_SECONDS))

    async def _lease(self, held: _Bucket) -> tuple[int, float]:
        wanted = held.wanted(monotonic())
        answer = None
        if self._shared is not None:
            answer = await self._shared.lease(held.name, held.pace, wanted)
        return answer or held.meter.lease(wanted, monotonic())
