"""Which colleagues look at a talk now, and who of them is writing.

A browser says so every few seconds; Redis forgets whoever stops saying it. Without Redis nobody
is seen, and nothing else is amiss.
"""

import contextlib
from collections.abc import Mapping
from typing import Final

from bot.redis_client import AWAY, RedisClient
from bot.signals import PRESENCE, Signals

VIEWING: Final = "viewing"
TYPING: Final = "typing"
GONE: Final = "gone"
#: When each staff member with an open inbox last said so.
_THERE: Final = "enishi:talk:there"
#: Browsers say every 15 s that they are still there.
_FORGETS_SECONDS: Final = 40


class Presence:
    """Who is where."""

    def __init__(self, redis: RedisClient, signals: Signals) -> None:
        self._redis = redis
        self._signals = signals

    async def arrive(self, staff_id: int, *, now_ms: int) -> None:
        """Note that somebody has the inbox open; said again every few seconds."""
        with contextlib.suppress(*AWAY):
            await self._redis.hset(_THERE, str(staff_id), str(now_ms))
            await self._redis.expire(_THERE, _FORGETS_SECONDS * 2)

    async def there(self, *, now_ms: int) -> set[int]:
        """Return who has the inbox open."""
        try:
            raw = await self._redis.hgetall(_THERE)
        except AWAY:
            return set()
        said = {int(_text(key)): int(_text(value)) for key, value in raw.items()}
        return {key for key, at in said.items() if now_ms - at < _FORGETS_SECONDS * 1000}

    async def say(
        self, friend_id: int, staff_id: int, what: str, *, shop_key: str | None, now_ms: int
    ) -> Mapping[int, str]:
        """Note what a staff member does at a talk; return what the others do there.

        Args:
            friend_id: whose talk.
            staff_id: who.
            what: viewing, typing or gone.
            shop_key: of the talk: only those who see the shop are told.
            now_ms: by a clock that all processes share.
        """
        name, me = f"enishi:talk:here:{friend_id}", str(staff_id)
        try:
            raw = await self._redis.hgetall(name)
            if what == GONE:
                await self._redis.hdel(name, me)
            else:
                await self._redis.hset(name, me, f"{what}:{now_ms}")
                await self._redis.expire(name, _FORGETS_SECONDS * 2)
        except AWAY:
            return {}
        here = {_text(key): _text(value) for key, value in raw.items()}
        before = _lasting(here.pop(me, ""), now_ms)
        if before != what:
            self._signals.tell(PRESENCE, [f"{friend_id}:{staff_id}:{what}:{shop_key or ''}"])
        others = {int(key): _lasting(value, now_ms) for key, value in here.items()}
        return {key: value for key, value in others.items() if value != GONE}


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _lasting(value: str, now_ms: int) -> str:
    what, _, at = value.partition(":")
    lasts = at.isdecimal() and now_ms - int(at) < _FORGETS_SECONDS * 1000
    return what if lasts else GONE
