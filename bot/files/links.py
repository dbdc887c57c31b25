"""Addresses of what staff send: LINE and phones fetch it without signing in.

Of a picture, video or sound it holds the keys of the bytes and of the small picture, signed.
Nobody can guess one; it works as long as the bytes are kept: a talk is read again long after.
That of a file names its day, after which it opens no more: a file is saved where it is of use.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

PATH: Final = "/media/talk"
FILE_PATH: Final = "/media/file"
_KEY_BYTES: Final = 32
_MAC_BYTES: Final = 16
_TIME_BYTES: Final = 8


class PictureLinkError(Exception):
    """Not an address of ours."""


class PictureLinks:
    """Makes and reads addresses of what LINE shows by itself."""

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


@dataclass(frozen=True, slots=True)
class GivenFile:
    """What the address of a file stands for."""

    key: str
    name: str
    until: datetime


class FileLinks:
    """Makes and reads addresses of files that staff give; each works for a while only."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        self._key = hashlib.sha256(b"file-link:" + secret_key.encode()).digest()
        self._public_url = public_url

    def url(self, file: GivenFile) -> str:
        """Return the https address; LINE opens it in the phone's own browser, which can save."""
        until = int(file.until.timestamp()).to_bytes(_TIME_BYTES)
        content = bytes.fromhex(file.key) + until + file.name.encode()
        mac = hmac.new(self._key, content, hashlib.sha256).digest()[:_MAC_BYTES]
        token = base64.urlsafe_b64encode(content + mac).decode().rstrip("=")
        return f"{self._public_url}{FILE_PATH}/{token}?openExternalBrowser=1"

    def read(self, token: str) -> GivenFile:
        """Return what a token stands for, expired or not.

        Raises:
            PictureLinkError: it was not made here, or somebody changed it.
        """
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise PictureLinkError from None
        content, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        known = hmac.new(self._key, content, hashlib.sha256).digest()[:_MAC_BYTES]
        if not hmac.compare_digest(mac, known):
            raise PictureLinkError
        at = _KEY_BYTES + _TIME_BYTES
        until = datetime.fromtimestamp(int.from_bytes(content[_KEY_BYTES:at]), UTC)
        return GivenFile(content[:_KEY_BYTES].hex(), content[at:].decode(), until)
