"""The signature over a webhook's raw bytes."""

import base64
import hashlib
import hmac
import re

import orjson

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_FOUR_BYTE_LEAD = b"\xf0"[0]


def sign(secret: str, body: bytes) -> str:
    """Return Base64 of HMAC-SHA256 over the body, keyed with the channel secret."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def render(body: object, *, escape_non_bmp: bool) -> bytes:
    r"""Return a webhook body; emoji may leave as ``\uD83E\uDD28`` escapes."""
    data = orjson.dumps(body)
    if escape_non_bmp and max(data) >= _FOUR_BYTE_LEAD:
        return _BEYOND_BMP.sub(_escaped, data.decode()).encode()
    return data


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    high, low = int.from_bytes(units[:2]), int.from_bytes(units[2:])
    return f"\\u{high:04X}\\u{low:04X}"
