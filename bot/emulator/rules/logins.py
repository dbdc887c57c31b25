"""LINE Login: codes, access tokens, refresh tokens and ID tokens."""

import base64
import hashlib
import secrets
from typing import Any

from bot.emulator import limits
from bot.emulator.model import LoginCode, LoginToken, User
from bot.emulator.oauth_errors import invalid_grant
from bot.emulator.platform import Platform
from bot.emulator.rules import jws, p256

ISSUER = "https://access.line.me"


def redeem(platform: Platform, form: dict[str, str], now: float) -> dict[str, Any]:
    """Exchange an authorization code.

    Raises:
        OAuthError: it is unknown, used or old, or the request does not fit the login.
    """
    code = platform.world.tokens.codes.pop(form.get("code", ""), None)
    if code is None or now - code.issued_at > limits.LOGIN_CODE_SECONDS:
        raise invalid_grant("invalid authorization code")
    if form.get("redirect_uri") != code.redirect_uri:
        raise invalid_grant("redirect_uri does not match")
    if code.challenge is not None and _challenge(form.get("code_verifier")) != code.challenge:
        raise invalid_grant("code_verifier does not match")
    answer = issue(platform, code, now)
    if "openid" in code.scopes:
        claims = id_claims(platform, code, now)
        secret = platform.keys.login_channel_secret
        answer["id_token"] = jws.make_hs256(claims, secret)
    return answer


def _challenge(verifier: str | None) -> str:
    digest = hashlib.sha256((verifier or "").encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def issue(platform: Platform, code: LoginCode, now: float) -> dict[str, Any]:
    """Issue an access token and a refresh token."""
    refresh = secrets.token_urlsafe(15)
    kept = LoginToken(
        code.user_id,
        code.client_id,
        code.scopes,
        now + limits.LOGIN_TOKEN_SECONDS,
        refresh,
        now + limits.REFRESH_TOKEN_SECONDS,
    )
    return _answer(platform, kept)


def refresh(platform: Platform, value: str, now: float) -> dict[str, Any]:
    """Issue another access token; the refresh token stays and is not prolonged.

    Raises:
        OAuthError: the refresh token is unknown or expired.
    """
    for kept in platform.world.tokens.login.values():
        if kept.refresh_token == value and now < kept.refresh_until and not kept.revoked:
            expires_at = now + limits.LOGIN_TOKEN_SECONDS
            again = LoginToken(
                kept.user_id, kept.client_id, kept.scopes, expires_at, value, kept.refresh_until
            )
            return _answer(platform, again)
    raise invalid_grant("invalid refresh token")


def _answer(platform: Platform, kept: LoginToken) -> dict[str, Any]:
    access_token = secrets.token_urlsafe(90)
    platform.world.tokens.login[access_token] = kept
    platform.on_change()
    return {
        "access_token": access_token,
        "expires_in": limits.LOGIN_TOKEN_SECONDS,
        "refresh_token": kept.refresh_token,
        "scope": " ".join(scope for scope in kept.scopes if scope != "email"),
        "token_type": "Bearer",
    }


def id_claims(platform: Platform, code: LoginCode, now: float) -> dict[str, Any]:
    """Return the claims of an ID token, by the scopes agreed to."""
    user = platform.world.users[code.user_id]
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": code.user_id,
        "aud": code.client_id,
        "exp": int(now) + limits.ID_TOKEN_SECONDS,
        "iat": int(now),
        "auth_time": int(now),
        "amr": ["linesso"],
    }
    optional = {"nonce": code.nonce}
    if "profile" in code.scopes:
        optional |= {"name": user.display_name, "picture": user.picture_url}
    if "email" in code.scopes:
        optional["email"] = user.email
    return claims | {key: value for key, value in optional.items() if value is not None}


def es256_key(platform: Platform) -> tuple[int, str]:
    """Return the private key that signs LIFF's tokens, and its id; the same after a restart."""
    digest = hashlib.sha256(b"es256 " + platform.keys.login_channel_secret.encode()).digest()
    return int.from_bytes(digest) % (p256.N - 1) + 1, hashlib.sha256(digest).hexdigest()


def es256_jwk(platform: Platform) -> dict[str, str]:
    """Return the public key."""
    private, kid = es256_key(platform)
    point = p256.multiply(private, p256.G)
    x, y = point or (0, 0)
    coordinates = {"x": jws.b64(x.to_bytes(32)), "y": jws.b64(y.to_bytes(32))}
    return {"kty": "EC", "alg": "ES256", "use": "sig", "crv": "P-256", "kid": kid, **coordinates}


def public_key(platform: Platform) -> p256.Point:
    """Return the public key as a point."""
    return p256.multiply(es256_key(platform)[0], p256.G)


def owner(platform: Platform, access_token: str, now: float) -> tuple[User, LoginToken] | None:
    """Return whose access token it is, while it is valid."""
    kept = platform.world.tokens.login.get(access_token)
    if kept is None or kept.revoked or now >= kept.expires_at:
        return None
    return platform.world.users[kept.user_id], kept
