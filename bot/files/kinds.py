"""What a file is, by its first bytes: names and declared types are what somebody says it is."""

from typing import Final

UNKNOWN: Final = "application/octet-stream"

_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"PK\x03\x04", "application/zip"),
)
#: ISO base media: the brand after "ftyp"; all others are videos.
_BRANDS: Final = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"avif": "image/avif",
}
#: What a browser may show by itself; all else is downloaded.
SHOWN: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "video/mp4",
        "audio/mp4",
        "audio/mpeg",
        "audio/wav",
    }
)
#: What LINE takes as a picture, and as a message at all.
LINE_PICTURES: Final = frozenset({"image/jpeg", "image/png"})
LINE_MEDIA: Final = LINE_PICTURES | {"video/mp4", "audio/mp4"}


def type_of(data: bytes) -> str:
    """Return the media type of bytes; ``application/octet-stream`` where nobody knows."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], UNKNOWN)
    return UNKNOWN
