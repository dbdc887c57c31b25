"""Channel access tokens: who may call."""

from bot.emulator.errors import LineError
from bot.emulator.platform import Platform

_MISSING = (
    "Authorization header required. Must follow the scheme, 'Authorization: Bearer <ACCESS TOKEN>'"
)
_INVALID = (
    "Authentication failed. Confirm that the access token in the authorization header is valid."
)


def require(platform: Platform, authorization: str | None, now: float) -> None:
    """Check the ``Authorization`` header of a call.

    Raises:
        LineError: 401; the header is missing or its token is not valid now.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise LineError(401, _MISSING)
    if not _valid(platform, token.strip(), now):
        raise LineError(401, _INVALID)


def _valid(platform: Platform, token: str, _now: float) -> bool:
    return token == platform.keys.channel_access_token
