"""How many calls a key may make: so many a minute, counted by all processes together.

Without Redis each process counts for itself.
"""

from dataclasses import dataclass
from typing import Final

from bot.clock import utc_now
from bot.redis_client import AWAY, RedisClient

#: Calls of one key in a minute: ten tills that scan twice a second each.
PER_MINUTE: Final = 1_200
_SECONDS: Final = 60
_MOST_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Where a key stands after this call."""

    limit: int
    used: int
    #: Seconds until the count starts anew.
    reset: int

    @property
    def is_over(self) -> bool:
        """Whether this call was one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """Say it to the caller."""
        said = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.limit - self.used, 0)),
            "RateLimit-Reset": str(self.reset),
        }
        return said | ({"Retry-After": str(self.reset)} if self.is_over else {})


class Rates:
    """Counts the calls of keys, a minute at a time."""

    def __init__(self, redis: RedisClient, *, limit: int = PER_MINUTE) -> None:
        self._redis = redis
        #: Calls of one key in a minute.
        self.limit = limit
        self._own: dict[str, int] = {}

    async def take(self, key_id: int) -> Rate:
        """Count one call."""
        now = int(utc_now().timestamp())  # real minutes: a virtual clock may stand still
        name = f"enishi:api:rate:{key_id}:{now // _SECONDS}"
        try:
            used = int(await self._redis.incr(name))
            if used == 1:
                await self._redis.expire(name, 2 * _SECONDS)
        except AWAY:
            used = self._take_here(name)
        return Rate(self.limit, used, _SECONDS - now % _SECONDS)

    def _take_here(self, name: str) -> int:
        if name not in self._own and len(self._own) >= _MOST_KEPT:
            self._own.pop(next(iter(self._own)))
        self._own[name] = self._own.get(name, 0) + 1
        return self._own[name]
