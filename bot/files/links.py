"""Addresses of pictures that staff send: LINE and phones fetch them without signing in.

An address holds the keys of the picture and of its small one, signed. Nobody can guess one; it
works as long as the picture is kept, since a talk is read again long after.
"""

import base64
import hashlib
import hmac
from typing import Final

PATH: Final = "/media/talk"
_KEY_BYTES: Final = 32
_MAC_BYTES: Final = 16


class PictureLinkError(Exception):
    """Not an address of ours."""


class PictureLinks:
    """Makes and reads them."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        self._key = hashlib.sha256(b"picture-link:" + secret_key.encode()).digest()
        self._public_url = public_url

    def token(self, key: str, small_key: str) -> str:
        """Return what names a picture of the file store and its small one."""
        content = bytes.fromhex(key) + bytes.fromhex(small_key)
        return base64.urlsafe_b64encode(content + self._mac(content)).decode()

    def urls(self, token: str) -> tuple[str, str]:
        """Return the https addresses of a picture and of its small one."""
        return f"{self._public_url}{PATH}/{token}", f"{self._public_url}{PATH}/{token}/small"

    def read(self, token: str) -> tuple[str, str]:
        """Return the keys of a token.

        Raises:
            PictureLinkError: it was not made here, or somebody changed it.
        """
        try:
            raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        except ValueError:
            raise PictureLinkError from None
        content, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if len(content) != 2 * _KEY_BYTES or not hmac.compare_digest(mac, self._mac(content)):
            raise PictureLinkError
        return content[:_KEY_BYTES].hex(), content[_KEY_BYTES:].hex()

    def _mac(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()[:_MAC_BYTES]
