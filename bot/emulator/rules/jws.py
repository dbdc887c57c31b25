"""JSON Web Signatures: HS256 and ES256 made and checked, RS256 checked."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Final

import orjson

from bot.emulator.rules import p256

#: DER prefix of a SHA-256 digest in PKCS #1 v1.5 signatures (RFC 8017, 9.2).
_SHA256_PREFIX: Final = bytes.fromhex("3031300d060960864801650304020105000420")
_PARTS: Final = 3


class InvalidJwsError(Exception):
    """The token is not a signed JSON object."""


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Read base64url without padding.

    Raises:
        InvalidJwsError: it is not.
    """
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise InvalidJwsError(str(error)) from None


def make(claims: dict[str, Any], header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """Return a token."""
    signed = f"{b64(orjson.dumps(header))}.{b64(orjson.dumps(claims))}"
    return f"{signed}.{b64(sign(signed.encode()))}"


def make_hs256(claims: dict[str, Any], secret: str) -> str:
    """Return a token signed with a shared secret."""
    header = {"typ": "JWT", "alg": "HS256"}
    return make(claims, header, lambda data: _mac(secret, data))


def make_es256(claims: dict[str, Any], private: int, kid: str) -> str:
    """Return a token signed with a P-256 key."""
    header = {"typ": "JWT", "alg": "ES256", "kid": kid}
    return make(claims, header, lambda data: p256.sign(private, data))


def read(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Take a token apart, unchecked: header, claims, signed bytes, signature.

    Raises:
        InvalidJwsError: it is none.
    """
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise InvalidJwsError("a token has three parts")
    try:
        header, claims = (orjson.loads(unb64(part)) for part in parts[:2])
    except orjson.JSONDecodeError as error:
        raise InvalidJwsError(str(error)) from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidJwsError("a token holds JSON objects")
    return header, claims, ".".join(parts[:2]).encode(), unb64(parts[2])


def checks_hs256(signed: bytes, signature: bytes, secret: str) -> bool:
    """Tell whether a shared secret made the signature."""
    return hmac.compare_digest(_mac(secret, signed), signature)


def checks_rs256(signed: bytes, signature: bytes, jwk: dict[str, Any]) -> bool:
    """Tell whether the private half of an RSA key made the signature."""
    modulus, exponent = (int.from_bytes(unb64(jwk[key])) for key in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    if len(signature) != size:
        return False
    opened = pow(int.from_bytes(signature), exponent, modulus).to_bytes(size)
    digest = _SHA256_PREFIX + hashlib.sha256(signed).digest()
    padding = b"\xff" * (size - len(digest) - 3)
    return opened == b"\x00\x01" + padding + b"\x00" + digest


def _mac(secret: str, data: bytes) -> bytes:
    return hmac.new(secret.encode(), data, hashlib.sha256).digest()
