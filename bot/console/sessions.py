"""Who is signed in: sessions in Redis, found by the hash of a random id in a cookie.

A flush of Redis costs a fresh sign-in and nothing else. A session ends after half a day without
a click, after a week in any case, and at once when the password changes or the member leaves.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from bot.redis_client import AWAY, RedisClient
from bot.store.types import from_ms, to_ms

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
#: How long the second step may take.
_STEP: Final = timedelta(minutes=5)
#: Writing on every click would double the work of a click.
_SEEN_EVERY: Final = timedelta(minutes=1)


class SessionsAwayError(Exception):
    """Redis is away: nobody can be recognised now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which somebody is signed in."""

    #: The hash of the cookie: names the session without opening it.
    key: str
    staff_id: int
    generation: int
    csrf: str
    created_ms: int
    seen_ms: int
    address: str
    agent: str
    #: Whether the second step is still to come.
    is_half: bool = False
    #: Whether a passkey was shown, which is two steps at once.
    is_strong: bool = False
    #: What to tell on the next page: (kind, message, values).
    notices: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    #: Who took over at the till by PIN; the rest of the console stays the signed-in member's.
    till_staff: int | None = None

    @property
    def created_at(self) -> datetime:
        """When the member signed in."""
        return from_ms(self.created_ms)

    @property
    def seen_at(self) -> datetime:
        """When it was last used, to the minute."""
        return from_ms(self.seen_ms)


class Sessions:
    """The sessions of all members."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def start(
        self,
        *,
        staff_id: int,
        generation: int,
        address: str,
        agent: str,
        now: datetime,
        is_half: bool = False,
        is_strong: bool = False,
    ) -> tuple[str, Session]:
        """Return a new cookie and its session; an id that came from outside is never taken."""
        cookie = secrets.token_urlsafe(32)
        session = Session(
            key=_key(cookie),
            staff_id=staff_id,
            generation=generation,
            csrf=secrets.token_urlsafe(24),
            created_ms=to_ms(now),
            seen_ms=to_ms(now),
            address=address,
            agent=agent[:200],
            is_half=is_half,
            is_strong=is_strong,
        )
        try:
            await self._write(session)
            if not is_half:
                await self._redis.sadd(_index(staff_id), session.key)
                await self._redis.expire(_index(staff_id), LONGEST)
        except AWAY as error:
            raise SessionsAwayError from error
        return cookie, session

    async def find(self, cookie: str, *, now: datetime) -> Session | None:
        """Return the session of a cookie while it lasts."""
        session = await self._read(_key(cookie))
        if session is None or not _lasts(session, now):
            return None
        if now - session.seen_at >= _SEEN_EVERY:
            session = replace(session, seen_ms=to_ms(now))
            await self.keep(session)
        return session

    async def renewed(self, session: Session, *, now: datetime) -> Session | None:
        """Return a session as it is now, without counting that as a click; None: it has ended."""
        current = await self._read(session.key)
        return current if current is not None and _lasts(current, now) else None

    async def keep(self, session: Session) -> None:
        """Write a session that has changed."""
        try:
            await self._write(session)
        except AWAY as error:
            raise SessionsAwayError from error

    async def list_of(self, staff_id: int, *, generation: int, now: datetime) -> list[Session]:
        """Return where a member is signed in, the latest first."""
        try:
            keys = await self._redis.smembers(_index(staff_id))
        except AWAY as error:
            raise SessionsAwayError from error
        found = [await self._read(_text(key)) for key in keys]
        lasting = [s for s in found if s and s.generation == generation and _lasts(s, now)]
        return sorted(lasting, key=lambda s: s.seen_ms, reverse=True)

    async def end(self, staff_id: int, key: str) -> None:
        """End one session of a member; that of somebody else is left alone."""
        session = await self._read(key)
        if session is None or session.staff_id != staff_id:
            return
        try:
            await self._redis.delete(_name(key))
            await self._redis.srem(_index(staff_id), key)
        except AWAY as error:
            raise SessionsAwayError from error

    async def _read(self, key: str) -> Session | None:
        try:
            raw = await self._redis.get(_name(key))
        except AWAY as error:
            raise SessionsAwayError from error
        if raw is None:
            return None
        values = orjson.loads(raw)
        values["notices"] = tuple(tuple(notice) for notice in values["notices"])
        return Session(**values)

    async def _write(self, session: Session) -> None:
        life = _STEP if session.is_half else IDLE
        await self._redis.set(_name(session.key), orjson.dumps(asdict(session)), ex=life)


def _lasts(session: Session, now: datetime) -> bool:
    idle = _STEP if session.is_half else IDLE
    return now - session.seen_at < idle and now - session.created_at < LONGEST


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _name(key: str) -> str:
    return f"enishi:console:session:{key}"


def _index(staff_id: int) -> str:
    return f"enishi:console:sessions:{staff_id}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
