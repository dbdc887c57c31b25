"""Webhooks out: who is told of what, and the secret that signs it.

    API, console -> add -> Endpoint      event -> relay.py -> deliveries -> sender

A secret is made from the install's own key and stored nowhere; a new one follows a new generation.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import arrival, batch
from bot.store.batch import Query
from bot.store.tables.api import webhook_endpoints

#: Of one key, and of staff; more of them are a mistake.
MOST: Final = 10

_ENDPOINT: Final = (
    "SELECT id, key_id, url, kinds, generation, is_active, created_at, stopped_at, stopped_why "
    "FROM webhook_endpoints "
)
#: A key that was revoked, or is over, hears nothing either.
_GOOD_KEYS: Final = (
    "(SELECT id FROM api_keys WHERE revoked_at IS NULL "
    "AND (expires_at IS NULL OR expires_at > :now))"
)
_ACTIVE: Final = Query(
    f"{_ENDPOINT} WHERE is_active AND (key_id IS NULL OR key_id IN {_GOOD_KEYS}) ORDER BY id"
)
_ALL: Final = Query(_ENDPOINT + "ORDER BY id")
_OF_KEY: Final = Query(_ENDPOINT + "WHERE key_id = :key_id ORDER BY id")
_OF_STAFF: Final = Query(_ENDPOINT + "WHERE key_id IS NULL ORDER BY id")
_BY_ID: Final = Query(_ENDPOINT + "WHERE id = :id")
_STOP: Final = Query(
    "UPDATE webhook_endpoints SET is_active = false, stopped_at = :now, stopped_why = :why "
    "WHERE id = :id AND is_active"
)
_RESUME: Final = Query(
    "UPDATE webhook_endpoints SET is_active = true, stopped_at = NULL, stopped_why = NULL "
    "WHERE id = :id"
)
_RENEW: Final = Query("UPDATE webhook_endpoints SET generation = generation + 1 WHERE id = :id")
_DELETE: Final = Query("DELETE FROM webhook_endpoints WHERE id = :id")
_DELETE_DELIVERIES: Final = Query("DELETE FROM webhook_deliveries WHERE endpoint_id = :id")


@unique
class EventKind(StrEnum):
    """What can be told."""

    MEMBER_JOINED = "member.joined"
    MEMBER_RANKED = "member.ranked"
    POINTS_CHANGED = "points.changed"
    COUPON_ISSUED = "coupon.issued"
    COUPON_REDEEMED = "coupon.redeemed"
    COUPON_UNDONE = "coupon.undone"


class EndpointError(Exception):
    """An endpoint cannot be like this; the message says what to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where events are told."""

    endpoint_id: int
    #: The API key that made it; None: staff.
    key_id: int | None
    url: str
    kinds: frozenset[str]
    generation: int
    is_active: bool
    created_at: datetime
    stopped_at: datetime | None = None
    stopped_why: str | None = None

    def secret(self, secret_key: str) -> str:
        """Return what deliveries are signed with now."""
        said = f"webhook:{self.endpoint_id}:{self.generation}".encode()
        digest = hmac.new(secret_key.encode(), said, hashlib.sha256).digest()
        return "whsec_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def signature(secret: str, *, at: int, body: bytes) -> str:
    """Return what a receiver checks: HMAC-SHA256 of the second it was sent, a point and the body.

    Args:
        secret: of the endpoint.
        at: seconds since 1970, as the header names them.
        body: as it is sent.
    """
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


async def add(
    connection: AsyncConnection,
    *,
    key_id: int | None,
    url: str,
    kinds: Iterable[EventKind],
    now: datetime,
) -> Endpoint:
    """Tell an address of events from now on.

    Raises:
        EndpointError: the key, or staff, have enough of them.
    """
    if len(await of_key(connection, key_id)) >= MOST:
        raise EndpointError(f"The key has {MOST} endpoints; delete one of them.")
    endpoint = Endpoint(
        endpoint_id=arrival.number(),
        key_id=key_id,
        url=url,
        kinds=frozenset(kinds),
        generation=1,
        is_active=True,
        created_at=now,
    )
    row = {
        "id": endpoint.endpoint_id,
        "key_id": key_id,
        "url": url,
        "kinds": sorted(endpoint.kinds),
        "generation": 1,
        "is_active": True,
        "created_at": now,
    }
    await batch.insert(connection, webhook_endpoints, [row])
    return endpoint


async def of_key(connection: AsyncConnection, key_id: int | None) -> list[Endpoint]:
    """Return the endpoints that a key made; None: those that staff made."""
    if key_id is None:
        return [_endpoint(row) for row in await _OF_STAFF.rows(connection)]
    return [_endpoint(row) for row in await _OF_KEY.rows(connection, key_id=key_id)]


async def list_all(connection: AsyncConnection) -> list[Endpoint]:
    """Return every endpoint, the oldest in front."""
    return [_endpoint(row) for row in await _ALL.rows(connection)]


async def list_active(connection: AsyncConnection, *, now: datetime) -> list[Endpoint]:
    """Return the endpoints that are told of things."""
    return [_endpoint(row) for row in await _ACTIVE.rows(connection, now=now)]


async def by_id(connection: AsyncConnection, endpoint_id: int) -> Endpoint | None:
    """Return an endpoint."""
    rows = await _BY_ID.rows(connection, id=endpoint_id)
    return _endpoint(rows[0]) if rows else None


async def stop(connection: AsyncConnection, endpoint_id: int, *, why: str, now: datetime) -> None:
    """Tell it nothing more; what waits goes on waiting until it is resumed or too old."""
    await _STOP.count(connection, id=endpoint_id, why=why, now=now)


async def resume(connection: AsyncConnection, endpoint_id: int) -> None:
    """Tell it of things again."""
    await _RESUME.count(connection, id=endpoint_id)


async def renew_secret(connection: AsyncConnection, endpoint_id: int) -> None:
    """Sign with another secret from now on."""
    await _RENEW.count(connection, id=endpoint_id)


async def delete(connection: AsyncConnection, endpoint_id: int) -> None:
    """Forget an endpoint, and what it was told."""
    await _DELETE_DELIVERIES.count(connection, id=endpoint_id)
    await _DELETE.count(connection, id=endpoint_id)


def _endpoint(row: Any) -> Endpoint:
    kinds = orjson.loads(row[3]) if isinstance(row[3], str) else row[3]
    return Endpoint(
        endpoint_id=row[0],
        key_id=row[1],
        url=row[2],
        kinds=frozenset(kinds),
        generation=row[4],
        is_active=bool(row[5]),
        created_at=batch.instant(row[6]),
        stopped_at=None if row[7] is None else batch.instant(row[7]),
        stopped_why=row[8],
    )
