"""What an MP4 or M4A holds, by its boxes: names and first bytes alone would let a torso through.

file -> ftyp, moov, mdat … -> moov: how long it lasts, whether there are pictures and sound

Nothing is decoded: a phone plays it or does not. A file that was cut off on its way is found out.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

#: An index of hours of video weighs less.
_LARGEST_INDEX: Final = 32_000_000
_MOST_BOXES: Final = 10_000
_NAMED: Final = frozenset({b"ftyp", b"moov", b"mdat"})
_HEAD: Final = 8
_LONG_HEAD: Final = 16
#: Of mvhd, by its version: where the units of a second and their number are.
_TIMES: Final = {0: (12, ">II"), 1: (20, ">IQ")}


class MediaError(ValueError):
    """Not a whole MP4 or M4A."""


@dataclass(frozen=True, slots=True)
class Media:
    """What there is to see and to hear."""

    #: None: the file does not say, as those that were recorded piece by piece.
    duration_ms: int | None
    has_pictures: bool
    has_sound: bool


def read_media(path: Path) -> Media:
    """Look into a file.

    Raises:
        MediaError: it is none, or not whole.
    """
    found: dict[bytes, bytes] = {}
    with path.open("rb") as file:
        for kind, size in _outer(file, path.stat().st_size):
            if not found and kind != b"ftyp":
                raise MediaError("does not begin with ftyp")
            if kind in _NAMED:
                found[kind] = _index(file, size) if kind == b"moov" else b""
    if missing := _NAMED - found.keys():
        raise MediaError(f"lacks {sorted(missing)!r}")
    return _media(found[b"moov"])


def _outer(file: BinaryIO, end: int) -> Iterator[tuple[bytes, int]]:
    """Walk the outermost boxes: each one's kind and the bytes of its content, which come next."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at == end:
            return
        file.seek(at)
        head = file.read(_LONG_HEAD)
        size, kind, before = _head(head, end - at)
        if at + size > end:
            raise MediaError("is cut off")
        file.seek(at + before)
        yield kind, size - before
        at += size
    raise MediaError("has too many boxes")


def _head(head: bytes, rest: int) -> tuple[int, bytes, int]:
    """Return the size of a box, its kind, and the bytes before its content."""
    if len(head) < _HEAD:
        raise MediaError("is cut off")
    size, before = int.from_bytes(head[:4]), _HEAD
    if size == 0:
        size = rest
    elif size == 1:
        size, before = int.from_bytes(head[8:16]), _LONG_HEAD
    if size < before:
        raise MediaError("has a box without a size")
    return size, head[4:8], before


def _index(file: BinaryIO, size: int) -> bytes:
    if size > _LARGEST_INDEX:
        raise MediaError("has an index without end")
    return file.read(size)


def _inner(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_MOST_BOXES):
        if len(data) - at < _HEAD:
            return
        size, kind, before = _head(data[at : at + _LONG_HEAD], len(data) - at)
        yield kind, data[at + before : at + size]
        at += size


def _media(moov: bytes) -> Media:
    duration, handlers = None, set()
    for kind, content in _inner(moov):
        if kind == b"mvhd":
            duration = _duration(content)
        elif kind == b"trak":
            handlers |= {
                each[8:12]
                for inner, track in _inner(content)
                if inner == b"mdia"
                for what, each in _inner(track)
                if what == b"hdlr"
            }
    return Media(duration, b"vide" in handlers, b"soun" in handlers)


def _duration(mvhd: bytes) -> int | None:
    at, form = _TIMES.get(mvhd[0] if mvhd else 0, _TIMES[0])
    try:
        a_second, units = struct.unpack_from(form, mvhd, at)
    except struct.error:
        return None
    is_known = a_second > 0 and 0 < units < 2 ** (8 * struct.calcsize(form[2])) - 1
    return units * 1000 // a_second or 1 if is_known else None
