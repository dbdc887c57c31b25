"""A throw-away RSA key for channel assertions, and assertions signed with it."""

import functools
import hashlib
import math
import random
from typing import Any

from bot.emulator.rules import jws

Json = dict[str, Any]
_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_SIZE = 64


@functools.cache
def _key() -> tuple[int, int, int]:
    """Return modulus, public and private exponent, of a repeatable dice."""
    dice = random.Random(1)  # noqa: S311 - a key for tests only
    e = 65537
    while True:
        p, q = _prime(dice), _prime(dice)
        phi = (p - 1) * (q - 1)
        if math.gcd(e, phi) == 1 and (p * q).bit_length() == _SIZE * 8:
            return p * q, e, pow(e, -1, phi)


def _prime(dice: random.Random) -> int:
    while True:
        candidate = dice.getrandbits(_SIZE * 4) | 1 | 1 << (_SIZE * 4 - 1)
        if all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7)):
            return candidate


def jwk() -> Json:
    n, e, _ = _key()
    return {"kty": "RSA", "n": jws.b64(n.to_bytes(_SIZE)), "e": jws.b64(e.to_bytes(3))}


def _sign(data: bytes) -> bytes:
    n, _, d = _key()
    digest = _PREFIX + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (_SIZE - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(padded), d, n).to_bytes(_SIZE)


def assertion(kid: str, channel_id: str, now: float, **claims: Any) -> str:
    body = {
        "iss": channel_id,
        "sub": channel_id,
        "aud": "https://api.line.me/",
        "exp": int(now) + 1800,
        "token_exp": 86400,
        **claims,
    }
    return jws.make(body, {"alg": "RS256", "typ": "JWT", "kid": kid}, _sign)
