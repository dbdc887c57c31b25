"""A browser that takes pushes, and the push service of its maker, on loopback."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """A browser with a subscription: it alone can read what is sent to it."""

    def __init__(self, service: "PushService", server_key: str) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        self._server_key = decoded(server_key)
        self.name = encoded(os.urandom(9))
        self.endpoint = f"{service.url}/push/{self.name}"
        service.devices[self.name] = self
        #: What the service answers for it.
        self.status = 201
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @property
    def form(self) -> dict[str, str]:
        """What its page tells the console."""
        return {
            "endpoint": self.endpoint,
            "p256dh": encoded(self._public),
            "auth": encoded(self._auth),
        }

    @property
    def _public(self) -> bytes:
        return self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    async def next(self) -> dict[str, Any]:
        """Return the next notice, once it is here."""
        async with asyncio.timeout(10):
            return await self.received.get()

    def take(self, body: bytes, authorization: str, origin: str) -> None:
        """Check who sends (RFC 8292) and read what (RFC 8291, the other way round)."""
        scheme, _, rest = authorization.partition(" ")
        said = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert scheme == "vapid"
        assert decoded(said["k"]) == self._server_key
        signed, _, signature = said["t"].rpartition(".")
        raw = decoded(signature)
        der = encode_dss_signature(
            int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        )
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self._server_key)
        key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
        claims = orjson.loads(decoded(signed.partition(".")[2]))
        assert claims["aud"] == origin
        assert claims["sub"] == "https://shop.example"
        self.received.put_nowait(orjson.loads(self._read(body)))

    def _read(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert int.from_bytes(body[16:20], "big") >= len(sealed)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self._private.exchange(ec.ECDH(), point)
        secret = _hkdf(shared, self._auth, b"WebPush: info\0" + self._public + theirs, 32)
        key = _hkdf(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(secret, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.endswith(b"\x02")
        return plain[:-1]


class PushService:
    """Takes what is for its browsers."""

    def __init__(self) -> None:
        self.url = ""
        self.devices: dict[str, Device] = {}

    async def take(self, request: web.Request) -> web.Response:
        device = self.devices[request.match_info["name"]]
        assert request.headers["Content-Encoding"] == "aes128gcm"
        assert int(request.headers["TTL"]) > 0
        if device.status == 201:
            device.take(await request.read(), request.headers["Authorization"], self.url)
        return web.Response(status=device.status)


@asynccontextmanager
async def open_push_service() -> AsyncIterator[PushService]:
    service = PushService()
    app = web.Application()
    app.router.add_post("/push/{name}", service.take)
    async with TestServer(app) as server:
        service.url = str(server.make_url("")).rstrip("/")
        yield service


def _hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)
