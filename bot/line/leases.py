"""Tokens of a limit that all processes share, leased from Redis.

    rates -> SharedLimits -> one key for each bucket, moved on by a script on the server's clock

The arithmetic is that of ``buckets.Meter``. Redis may go away at any time: then the answer is
nothing, and it is asked again in the background until it is back.
"""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, Final

import structlog

from bot.line.buckets import Pace
from bot.redis_client import AWAY, RedisClient

#: Redis counts as away when it takes longer, and is asked again this often.
REDIS_SECONDS: Final = 0.5

#: Arguments: seconds between calls, burst, calls wanted. Returns calls granted, seconds to wait.
LEASE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local interval, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local free = math.floor(burst - (full - now) / interval + 0.001)
local granted = math.max(0, math.min(wanted, free))
if granted == 0 then
    return {0, string.format('%.6f', full - now - (burst - 1) * interval)}
end
full = full + granted * interval
redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1)
return {granted, '0'}
"""

#: Arguments: seconds between calls, burst, seconds without any call.
PAUSE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local until_ = now + (ARGV[2] - 1) * ARGV[1] + ARGV[3]
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), until_)
redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1)
"""

_log = structlog.get_logger(__name__)


class SharedLimits:
    """The limits of one channel, as Redis keeps them."""

    def __init__(self, redis: RedisClient, *, channel: str) -> None:
        self._redis = redis
        # The braces keep all limits of a channel on one node of a cluster.
        self._prefix = f"{{line:{channel}}}:rate:"
        self._lease = redis.register_script(LEASE)
        self._pause = redis.register_script(PAUSE)
        self._away = False
        self._tasks: set[asyncio.Task[Any]] = set()

    async def lease(self, bucket: str, pace: Pace, wanted: int) -> tuple[int, float] | None:
        """Take up to ``wanted`` calls; return how many, and the seconds to wait if none."""
        answer = await self._ask(self._lease, bucket, pace.interval, pace.burst, wanted)
        return None if answer is None else (int(answer[0]), float(answer[1]))

    def pause(self, bucket: str, pace: Pace, seconds: float) -> None:
        """Let no process call for a while."""
        self._spawn(self._ask(self._pause, bucket, pace.interval, pace.burst, seconds))

    async def close(self) -> None:
        """End what runs in the background."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask(self, script: Any, bucket: str, *arguments: float) -> Any:
        if self._away:
            return None
        try:
            return await _in_time(script(keys=[self._prefix + bucket], args=arguments))
        except AWAY as error:
            if not self._away:
                self._away = True
                _log.warning("line.rates_unshared", error=type(error).__name__)
                self._spawn(self._wait_for_redis())
            return None

    async def _wait_for_redis(self) -> None:
        while self._away:
            await asyncio.sleep(REDIS_SECONDS)
            try:
                await _in_time(self._redis.ping())
            except AWAY:
                continue
            self._away = False
        _log.info("line.rates_shared")

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        # The loop itself holds no more than a weak reference.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _in_time(answer: Awaitable[Any]) -> Any:
    async with asyncio.timeout(REDIS_SECONDS):
        return await answer
