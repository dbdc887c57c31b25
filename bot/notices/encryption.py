"""Web push: what the browser alone can read (RFC 8291), and who it is from (RFC 8292).

    payload, the device's keys -> aes128gcm body          SECRET_KEY -> VAPID key -> Authorization

The only module that knows ``cryptography``; where no wheel of it exists, nobody is offered pushes.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

import orjson

#: Whether pushes can be made here.
IS_AT_HAND: Final = find_spec("cryptography") is not None

if IS_AT_HAND:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
#: RFC 8188: the size of a record; RFC 8291: there is one only.
_RECORD: Final = 4_096
_TAG: Final = 16
_POINT: Final = 65
_AUTH: Final = 16
#: What fits into the record beside its header, delimiter and tag.
LONGEST: Final = _RECORD - 86 - 1 - _TAG
#: RFC 8292: a day at most.
_TOKEN_LASTS: Final = timedelta(hours=12)


class UnfitKeysError(ValueError):
    """What a browser gave as its keys is none."""


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """What a browser gave with its subscription."""

    public: bytes
    auth: bytes

    @classmethod
    def read(cls, public_key: str, auth: str) -> "DeviceKeys":
        """Read them from base64url.

        Raises:
            UnfitKeysError: they are none.
        """
        try:
            keys = cls(unshown(public_key), unshown(auth))
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys.public)
        except ValueError as error:
            raise UnfitKeysError from error
        if len(keys.public) != _POINT or len(keys.auth) != _AUTH:
            raise UnfitKeysError
        return keys


def encrypt(payload: bytes, keys: DeviceKeys) -> bytes:
    """Return a body with ``Content-Encoding: aes128gcm`` that one browser can read."""
    ours = ec.generate_private_key(ec.SECP256R1())
    ours_public = _point(ours)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys.public)
    shared = ours.exchange(ec.ECDH(), theirs)
    secret = _derive(shared, keys.auth, b"WebPush: info\0" + keys.public + ours_public, 32)
    salt = os.urandom(16)
    key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD.to_bytes(4, "big") + bytes([_POINT]) + ours_public
    return header + AESGCM(key).encrypt(nonce, payload + b"\x02", None)


def public_key(secret_key: str) -> str:
    """Return what browsers are given as ``applicationServerKey``."""
    return shown(_point(_signer(secret_key)))


def authorization(secret_key: str, endpoint: str, *, contact: str, now: datetime) -> str:
    """Return the header that tells a push service who asks.

    Args:
        secret_key: of this install.
        endpoint: of the subscription; its origin is the audience.
        contact: a ``mailto:`` or ``https:`` address of whoever runs this.
        now: the token is good for half a day from here.
    """
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _TOKEN_LASTS).timestamp()),
        "sub": contact,
    }
    said = ".".join(shown(orjson.dumps(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    signed = _signer(secret_key).sign(said.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(signed)
    signature = shown(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={said}.{signature}, k={public_key(secret_key)}"


def shown(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unshown(text: str) -> bytes:
    """Return the bytes of base64url, padded or not.

    Raises:
        ValueError: it is none.
    """
    stripped = text.rstrip("=")
    return base64.b64decode(stripped + "=" * (-len(stripped) % 4), altchars=b"-_", validate=True)


@cache
def _signer(secret_key: str) -> "ec.EllipticCurvePrivateKey":
    """Return the install's own key: made from its secret, stored nowhere."""
    drawn = hashlib.sha512(b"enishi web push\0" + secret_key.encode()).digest()
    return ec.derive_private_key(int.from_bytes(drawn, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: "ec.EllipticCurvePrivateKey") -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
