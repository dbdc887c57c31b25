"""What a passkey shall sign: random, kept for one browser, taken once, void after five minutes."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Final

from bot.console.sessions import SessionsAwayError
from bot.redis_client import AWAY, RedisClient
from bot.staff.model import PasskeyError
from bot.store.types import from_ms, to_ms

LIFE: Final = timedelta(minutes=5)


class Challenges:
    """The open challenges of all browsers, in Redis."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def keep(self, purpose: str, whose: str, challenge: bytes, *, now: datetime) -> None:
        """Wait for the answer to a challenge; an earlier one of the same browser is void.

        Args:
            purpose: what the answer will be taken for.
            whose: what only that browser knows: its session, or its visit.
            challenge: to be signed.
            now: by the clock of this process.
        """
        value = f"{to_ms(now)}:{base64.b64encode(challenge).decode()}"
        try:
            await self._redis.set(_name(purpose, whose), value, ex=LIFE)
        except AWAY as error:
            raise SessionsAwayError from error

    async def take(self, purpose: str, whose: str, *, now: datetime) -> bytes:
        """Return the challenge a browser was given, once.

        Raises:
            PasskeyError: it was given none, or too long ago.
        """
        try:
            kept = await self._redis.getdel(_name(purpose, whose))
        except AWAY as error:
            raise SessionsAwayError from error
        if kept is None:
            raise PasskeyError
        text = kept if isinstance(kept, str) else kept.decode()
        made, _, challenge = text.partition(":")
        if now - from_ms(int(made)) >= LIFE:
            raise PasskeyError
        return base64.b64decode(challenge)


def _name(purpose: str, whose: str) -> str:
    digest = hashlib.sha256(whose.encode("utf-8", "replace")).hexdigest()
    return f"enishi:console:challenge:{purpose}:{digest}"
