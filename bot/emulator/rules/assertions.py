"""Assertions: JWTs that a channel signs with its own key to get a token."""

from typing import Any

from bot.emulator import limits
from bot.emulator.errors import LineError
from bot.emulator.oauth_errors import invalid_client, invalid_request
from bot.emulator.platform import Platform
from bot.emulator.rules import jws

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def require(platform: Platform, form: dict[str, str], now: float) -> tuple[str, dict[str, Any]]:
    """Return the key id and the claims of a valid assertion.

    Raises:
        LineError: 400 in the shape of token endpoints; 404 for an unknown key.
    """
    if form.get("client_assertion_type") != TYPE:
        raise invalid_request("Invalid client_assertion_type")
    try:
        header, claims, signed, signature = jws.read(form.get("client_assertion", ""))
    except jws.InvalidJwsError:
        raise invalid_request("Invalid client_assertion") from None
    kid = str(header.get("kid"))
    jwk = platform.world.tokens.assertion_keys.get(kid)
    if jwk is None:
        raise LineError(404, "Cannot find channel key that satisfies the conditions")
    if header.get("alg") != "RS256" or not jws.checks_rs256(signed, signature, jwk):
        raise invalid_client("Invalid client_assertion")
    channel_id = platform.keys.channel_id
    if claims.get("iss") != channel_id or claims.get("sub") != channel_id:
        raise invalid_client("iss and clientId of key do not match")
    _require_exp(claims.get("exp"), now)
    return kid, claims


def _require_exp(exp: Any, now: float) -> None:
    if not isinstance(exp, int) or not now < exp <= now + limits.ASSERTION_LIFE_SECONDS:
        raise invalid_client("Invalid exp")
