"""How often a password may be guessed: a few times, then ever more slowly.

Each guess is counted before the password is hashed, so that guessing at once gains nothing.
Without Redis each process counts for itself.
"""

import hashlib
from datetime import datetime
from typing import Final

from bot.redis_client import AWAY, RedisClient
from bot.store.types import to_ms

#: Guesses at one account before the first wait, and at any from one address.
PER_ACCOUNT: Final = 5
PER_ADDRESS: Final = 30
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 15 * 60_000
#: After so long without a guess everything is forgotten.
_FORGET_SECONDS: Final = 24 * 3600
_MOST_KEPT: Final = 10_000

#: KEYS: the counter. ARGV: now, free guesses, first wait, longest wait, seconds to keep.
#: Returns how many ms to wait; 0: this guess was counted and may be tried.
_TAKE: Final = """
local seen = redis.call('HMGET', KEYS[1], 'count', 'until')
local count, till = tonumber(seen[1]) or 0, tonumber(seen[2]) or 0
local now, free = tonumber(ARGV[1]), tonumber(ARGV[2])
if till > now then return till - now end
count = count + 1
local wait = 0
if count >= free then
  wait = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ math.min(count - free, 20))
end
redis.call('HSET', KEYS[1], 'count', count, 'until', string.format('%d', now + wait))
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 0
"""


class Attempts:
    """Counts guesses, by what is guessed at and by where they come from."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        self._own: dict[str, tuple[int, int]] = {}

    async def take(self, kind: str, whose: str, *, free: int, now: datetime) -> float:
        """Count a guess; return how many seconds to wait instead of trying it, or 0.

        Args:
            kind: what is counted, such as ``account`` or ``address``.
            whose: the account or address.
            free: guesses before the first wait.
            now: by the clock of this process.
        """
        name, now_ms = _name(kind, whose), to_ms(now)
        arguments = (now_ms, free, FIRST_WAIT_MS, LONGEST_WAIT_MS, _FORGET_SECONDS)
        try:
            wait_ms = int(await self._redis.eval(_TAKE, 1, name, *arguments))
        except AWAY:
            wait_ms = self._take_here(name, now_ms, free)
        else:
            if wait_ms:  # known here, too, should Redis go away under a flood of guesses
                self._keep(name, free, now_ms + wait_ms)
        return wait_ms / 1000

    async def forget(self, kind: str, whose: str) -> None:
        """Start anew after a right answer."""
        name = _name(kind, whose)
        self._own.pop(name, None)
        try:
            await self._redis.delete(name)
        except AWAY:
            return

    def _take_here(self, name: str, now_ms: int, free: int) -> int:
        count, until = self._own.get(name, (0, 0))
        if until > now_ms:
            return until - now_ms
        count += 1
        wait = 0
        if count >= free:
            wait = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** min(count - free, 20))
        self._keep(name, count, now_ms + wait)
        return 0

    def _keep(self, name: str, count: int, until: int) -> None:
        if len(self._own) >= _MOST_KEPT:
            self._own.pop(next(iter(self._own)))
        self._own[name] = (count, until)


def _name(kind: str, whose: str) -> str:
    digest = hashlib.sha256(whose.encode("utf-8", "replace")).hexdigest()[:32]
    return f"enishi:console:attempts:{kind}:{digest}"
