"""Checking ID tokens the way LINE's verify endpoint does."""

from typing import Any

from bot.emulator.oauth_errors import invalid_request
from bot.emulator.platform import Platform
from bot.emulator.rules import jws, logins, p256


def verified(platform: Platform, form: dict[str, str], now: float) -> dict[str, Any]:
    """Return the claims of a valid ID token.

    Raises:
        OAuthError: 400 naming the first thing wrong with it.
    """
    try:
        header, claims, signed, signature = jws.read(form.get("id_token", ""))
    except jws.InvalidJwsError:
        raise invalid_request("Invalid IdToken.") from None
    if not _signed_here(platform, header, signed, signature):
        raise invalid_request("Invalid IdToken.")
    if claims.get("iss") != logins.ISSUER:
        raise invalid_request("Invalid IdToken Issuer.")
    if claims.get("exp", 0) <= now:
        raise invalid_request("IdToken expired.")
    if claims.get("aud") != form.get("client_id"):
        raise invalid_request("Invalid IdToken Audience.")
    if "nonce" in form and claims.get("nonce") != form["nonce"]:
        raise invalid_request("Invalid IdToken Nonce.")
    if "user_id" in form and claims.get("sub") != form["user_id"]:
        raise invalid_request("Invalid IdToken Subject Identifier.")
    return claims


def _signed_here(
    platform: Platform, header: dict[str, Any], signed: bytes, signature: bytes
) -> bool:
    if header.get("alg") == "HS256":
        return jws.checks_hs256(signed, signature, platform.keys.login_channel_secret)
    if header.get("alg") == "ES256":
        return p256.verify(logins.public_key(platform), signed, signature)
    return False
