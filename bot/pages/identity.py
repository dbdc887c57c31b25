"""Who opened a page in the LIFF app: an ID token, as LINE itself reads it.

    page -> ID token -> POST /oauth2/v2.1/verify -> claims -> user id -> the friend's person

What a browser says of itself is never believed: only LINE's word on the token is. A LIFF login is
begun by the SDK, without a nonce of ours; a token is good for its hour and this one login channel.
"""

import base64
import binascii
import re
from datetime import datetime
from typing import Any, Final

import orjson

from bot.line import limits
from bot.line.account import Account
from bot.line.answers import Outcome

_TOKEN: Final = re.compile(r"[\w-]{1,1024}\.[\w-]{1,4096}\.[\w-]{1,1024}")
_USER: Final = re.compile(r"U[0-9a-f]{32}")


class IdentityError(Exception):
    """Nobody is known by the token."""


class ExpiredTokenError(IdentityError):
    """It was good once; a new login brings another."""


class LineAwayError(IdentityError):
    """LINE does not say now."""


async def user_of(account: Account, token: str, *, liff_id: str, now: datetime) -> str:
    """Return the user id that an ID token was issued for.

    Raises:
        ExpiredTokenError: its time is over.
        LineAwayError: LINE could not be asked.
        IdentityError: it is no token of LINE's for this app.
    """
    channel = liff_id.partition("-")[0]
    # What is plainly wrong goes no further, so that nobody can have us call LINE with rubbish.
    _require(_unverified(token), channel=channel, now=now)
    answer = await account.verify_id_token(token, client_id=channel)
    if answer.outcome is Outcome.REFUSED:
        if "expired" in answer.message.lower():
            raise ExpiredTokenError
        raise IdentityError
    if not answer.ok:
        raise LineAwayError
    return _require(answer.body, channel=channel, now=now)


def _require(claims: dict[str, Any], *, channel: str, now: datetime) -> str:
    user_id, expires = claims.get("sub"), claims.get("exp")
    if claims.get("iss") != limits.LOGIN_ISSUER or claims.get("aud") != channel:
        raise IdentityError
    if not isinstance(user_id, str) or not _USER.fullmatch(user_id):
        raise IdentityError
    if not isinstance(expires, int):
        raise IdentityError
    if expires <= now.timestamp():
        raise ExpiredTokenError
    return user_id


def _unverified(token: str) -> dict[str, Any]:
    if not _TOKEN.fullmatch(token):
        raise IdentityError
    part = token.split(".")[1]
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        raise IdentityError from None
    if not isinstance(claims, dict):
        raise IdentityError
    return claims
