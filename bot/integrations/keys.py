"""Keys of the API: what a till or a shop system may do, where and until when.

    console, command -> add -> the key, shown once
    request -> find (by the hash of what came) -> ApiKey -> may, covers

A key is 32 random bytes, so its SHA-256 is enough to keep: there is nothing to guess.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.audit import audit
from bot.staff.model import Actor, fit_name
from bot.staff.shops import list_shops
from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.api import api_keys

#: Every key begins with this, so that one that leaked is known for what it is.
MARK: Final = "enishi"
_PREFIX_SIGNS: Final = "abcdefghjkmnpqrstvwxyz23456789"
_PREFIX_LENGTH: Final = 8
_SECRET_BYTES: Final = 32
_LONGEST: Final = 200
#: The last use is written down no more often than this.
_NOTED_EVERY: Final = timedelta(minutes=1)

_KEY: Final = (
    "SELECT id, name, prefix, scopes, shops, created_at, expires_at, revoked_at, last_used_at, "
    "created_by FROM api_keys "
)
_BY_HASH: Final = Query(_KEY + "WHERE hash = :hash")
_BY_PREFIX: Final = Query(_KEY + "WHERE prefix = :prefix")
_ALL: Final = Query(_KEY + "ORDER BY id")
_REVOKE: Final = Query(
    "UPDATE api_keys SET revoked_at = :now WHERE prefix = :prefix AND revoked_at IS NULL"
)
_USED: Final = Query("UPDATE api_keys SET last_used_at = :now WHERE id = :id")


@unique
class Scope(StrEnum):
    """What a key may do."""

    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    PURCHASES_READ = "purchases:read"
    PURCHASES_WRITE = "purchases:write"
    POINTS_READ = "points:read"
    POINTS_WRITE = "points:write"
    COUPONS_READ = "coupons:read"
    COUPONS_REDEEM = "coupons:redeem"
    WEBHOOKS = "webhooks"


class ApiKeyError(Exception):
    """A key cannot be like this; the message says what to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key, without the secret."""

    key_id: int
    name: str
    prefix: str
    scopes: frozenset[Scope]
    #: Empty: every shop.
    shops: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    #: A member of staff; None: the command line.
    created_by: int | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and not self.has_expired(now)

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now

    def may(self, scope: Scope) -> bool:
        """Whether it was given a right."""
        return scope in self.scopes

    def covers(self, shop: str | None) -> bool:
        """Whether it reaches what belongs to a shop, or to none."""
        return not self.shops or (shop is not None and shop in self.shops)


def scopes(names: Iterable[str]) -> frozenset[Scope]:
    """Read scopes as people write them; ``all`` stands for every one.

    Raises:
        ApiKeyError: there is no such scope; says which there are.
    """
    found: set[Scope] = set()
    for name in names:
        if name == "all":
            found.update(Scope)
        elif name in set(Scope):
            found.add(Scope(name))
        else:
            raise ApiKeyError(f"There is no scope {name}. Scopes: all, {', '.join(Scope)}.")
    return frozenset(found)


async def add(
    connection: AsyncConnection,
    *,
    by: Actor,
    name: str,
    scopes: Iterable[Scope],
    shops: Iterable[str] = (),
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Make a key; return it with its text, which nobody can read again.

    Raises:
        ApiKeyError: it may do nothing, is over already, or names a shop that is none.
        UnfitNameError: the name cannot be one.
    """
    prefix = "".join(secrets.choice(_PREFIX_SIGNS) for _ in range(_PREFIX_LENGTH))
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    key = ApiKey(
        key_id=arrival.number(),
        name=fit_name(name),
        prefix=prefix,
        scopes=frozenset(scopes),
        shops=frozenset(shops),
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
        created_by=by.staff_id,
    )
    if not key.scopes:
        raise ApiKeyError("A key without a scope opens nothing; choose one at least.")
    if key.has_expired(now):
        raise ApiKeyError("The key would be over already; choose a later day, or none.")
    known = {shop.key for shop in await list_shops(connection)}
    if unknown := sorted(key.shops - known):
        there = ", ".join(sorted(known)) or "none yet; the console adds them"
        raise ApiKeyError(f"There is no shop {unknown[0]}. Shops: {there}.")
    row = {
        "id": key.key_id,
        "name": key.name,
        "prefix": key.prefix,
        "hash": _hash(text),
        "scopes": sorted(key.scopes),
        "shops": sorted(key.shops),
        "created_at": now,
        "created_by": by.staff_id,
        "expires_at": expires_at,
    }
    await batch.insert(connection, api_keys, [row])
    details = {"scopes": sorted(key.scopes), "shops": sorted(key.shops)}
    await audit(connection, by, "api_key.add", f"api_key:{prefix}", now=now, details=details)
    return key, text


async def find(connection: AsyncConnection, text: str) -> ApiKey | None:
    """Return the key of a text, good or not."""
    if not text.startswith(f"{MARK}_") or len(text) > _LONGEST:
        return None
    rows = await _BY_HASH.rows(connection, hash=_hash(text))
    return _key(rows[0]) if rows else None


async def by_prefix(connection: AsyncConnection, prefix: str) -> ApiKey | None:
    """Return the key of a prefix."""
    rows = await _BY_PREFIX.rows(connection, prefix=prefix)
    return _key(rows[0]) if rows else None


async def list_all(connection: AsyncConnection) -> list[ApiKey]:
    """Return every key, the oldest in front; those that were revoked, too."""
    return [_key(row) for row in await _ALL.rows(connection)]


async def revoke(connection: AsyncConnection, prefix: str, *, by: Actor, now: datetime) -> bool:
    """Let a key open nothing any more; False: there is none, or it was revoked before."""
    if not await _REVOKE.count(connection, prefix=prefix, now=now):
        return False
    await audit(connection, by, "api_key.revoke", f"api_key:{prefix}", now=now)
    return True


async def note_use(connection: AsyncConnection, key: ApiKey, *, now: datetime) -> None:
    """Write down that a key was used, once a minute at most."""
    if key.last_used_at is None or key.last_used_at + _NOTED_EVERY <= now:
        await _USED.count(connection, id=key.key_id, now=now)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _key(row: Any) -> ApiKey:
    scopes, shops = (orjson.loads(v) if isinstance(v, str) else v for v in (row[3], row[4]))
    known = set(Scope)
    return ApiKey(
        key_id=row[0],
        name=row[1],
        prefix=row[2],
        scopes=frozenset(Scope(scope) for scope in scopes if scope in known),
        shops=frozenset(shops),
        created_at=batch.instant(row[5]),
        expires_at=_instant(row[6]),
        revoked_at=_instant(row[7]),
        last_used_at=_instant(row[8]),
        created_by=row[9],
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else batch.instant(value)
