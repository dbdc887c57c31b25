"""Channel access tokens: the four kinds, how they are issued, and who may call."""

import secrets
from typing import Any

from bot.emulator import limits
from bot.emulator.errors import LineError
from bot.emulator.model import ChannelToken
from bot.emulator.platform import Platform
from bot.emulator.rules import jws

_MISSING = (
    "Authorization header required. Must follow the scheme, 'Authorization: Bearer <ACCESS TOKEN>'"
)
_INVALID = (
    "Authentication failed. Confirm that the access token in the authorization header is valid."
)


def bearer(authorization: str | None) -> str:
    """Return the token of an ``Authorization`` header.

    Raises:
        LineError: 401, there is none.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise LineError(401, _MISSING)
    return token.strip()


def require(platform: Platform, authorization: str | None, now: float) -> None:
    """Check the ``Authorization`` header of a Messaging API call.

    Raises:
        LineError: 401; the header is missing or its token is not valid now.
    """
    token = bearer(authorization)
    if is_long_lived(platform, token) or _alive(platform, token, now) == platform.keys.channel_id:
        return
    raise invalid()


def is_long_lived(platform: Platform, token: str) -> bool:
    """Tell whether a token is the channel's long-lived one."""
    tokens = platform.world.tokens
    if token == platform.keys.channel_access_token:
        return not tokens.long_lived_revoked
    return token in tokens.reissued


def reissue(platform: Platform, token: str, *, keep_old: bool) -> None:
    """Issue another long-lived token, as the console does; the old one may live on."""
    tokens = platform.world.tokens
    if not keep_old:
        tokens.long_lived_revoked = True
        tokens.reissued.clear()
    if token == platform.keys.channel_access_token:
        tokens.long_lived_revoked = False
    else:
        tokens.reissued.append(token)
    platform.on_change()


def require_login_channel(platform: Platform, authorization: str | None, now: float) -> None:
    """Check the ``Authorization`` header of a LIFF server call.

    Raises:
        LineError: 401; the token is not the login channel's.
    """
    if _alive(platform, bearer(authorization), now) != platform.keys.login_channel_id:
        raise invalid()


def invalid() -> LineError:
    """Answer 401 for a token that is none."""
    return LineError(401, _INVALID)


def _alive(platform: Platform, token: str, now: float) -> str | None:
    """Return the channel of an issued token that is valid now."""
    kept = platform.world.tokens.channel.get(token)
    return kept.client_id if kept is not None and now < kept.expires_at else None


def issue_jwt(platform: Platform, key_id: str, lifetime: int, now: float) -> dict[str, Any]:
    """Issue a v2.1 token.

    Raises:
        LineError: 400, thirty are out already.
    """
    mine = _of_kind(platform, "jwt", platform.keys.channel_id, now)
    if len(mine) >= limits.JWT_TOKENS_MAX:
        raise LineError(400, "The maximum number of access tokens has already been issued")
    token = ChannelToken("jwt", platform.keys.channel_id, now, now + lifetime, key_id)
    return {**_issue(platform, _jwt_like(), token), "key_id": key_id}


def issue_stateless(platform: Platform, client_id: str, now: float) -> dict[str, Any]:
    """Issue a stateless token; any number of them, none revocable."""
    token = ChannelToken("stateless", client_id, now, now + limits.STATELESS_SECONDS)
    return _issue(platform, _jwt_like(), token)


def issue_short_lived(platform: Platform, client_id: str, now: float) -> dict[str, Any]:
    """Issue a short-lived token; the oldest of thirty is revoked in silence."""
    mine = _of_kind(platform, "short", client_id, now)
    if len(mine) >= limits.SHORT_LIVED_MAX:
        del platform.world.tokens.channel[mine[0]]
    token = ChannelToken("short", client_id, now, now + limits.SHORT_LIVED_SECONDS)
    return _issue(platform, secrets.token_urlsafe(120), token)


def _issue(platform: Platform, value: str, token: ChannelToken) -> dict[str, Any]:
    platform.world.tokens.channel[value] = token
    platform.on_change()
    expires_in = int(token.expires_at - token.issued_at)
    return {"access_token": value, "expires_in": expires_in, "token_type": "Bearer"}


def _of_kind(platform: Platform, kind: str, client_id: str, now: float) -> list[str]:
    """Return the living tokens of a kind, oldest first."""
    return [
        value
        for value, token in platform.world.tokens.channel.items()
        if token.kind == kind and token.client_id == client_id and now < token.expires_at
    ]


def key_ids(platform: Platform, now: float) -> list[str]:
    """Return the key ids of the living v2.1 tokens."""
    mine = _of_kind(platform, "jwt", platform.keys.channel_id, now)
    kept = platform.world.tokens.channel
    return list(dict.fromkeys(kept[value].key_id or "" for value in mine))


def revoke(platform: Platform, value: str) -> None:
    """Take a token back; stateless ones cannot be, and unknown ones do not matter."""
    tokens = platform.world.tokens
    if value == platform.keys.channel_access_token:
        tokens.long_lived_revoked = True
    if value in tokens.reissued:
        tokens.reissued.remove(value)
    kept = tokens.channel.get(value)
    if kept is not None and kept.kind != "stateless":
        del tokens.channel[value]
    platform.on_change()


def _jwt_like() -> str:
    """Return an opaque token of a JWS' shape."""
    header = jws.b64(b'{"alg":"HS256"}')
    return f"{header}.{secrets.token_urlsafe(48)}.{secrets.token_urlsafe(32)}"
