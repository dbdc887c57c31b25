"""What staff may give to friends: looked at by its content, and its name has to agree with that.

    bytes -> LINE's own message (picture, video, sound)      or a file behind an address
          -> refused: programs, pages, pictures with scripts in them, and what nobody knows

Only what is listed is given: a new kind of program is refused before anybody has heard of it.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.files.boxes import Media, MediaError, read_media
from bot.files.kinds import LINE_PICTURES, type_of

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_HEAD: Final = 512
_TEXT_PIECE: Final = 1_000_000
_LONGEST_NAME: Final = 80
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTENTS: Final = "[Content_Types].xml"
_MACROS: Final = "vbaproject.bin"

#: What an address gives out, by the end of the name; each has to look like it, too.
GIVEN: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "csv": "text/csv",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
}
_NEW_OFFICE: Final = frozenset({"docx", "xlsx", "pptx"})
_BEFORE_OFFICE: Final = frozenset({"doc", "xls", "ppt"})
_TEXTS: Final = frozenset({"csv", "txt"})


class Kind(StrEnum):
    """How it is shown in the talk; the values are stored."""

    PICTURE = "image"
    VIDEO = "video"
    SOUND = "audio"
    FILE = "file"


class GivenError(ValueError):
    """Not to be given; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Look:
    """What a file turned out to be."""

    kind: Kind
    content_type: str
    name: str
    size: int
    duration_ms: int | None = None


def look_at(path: Path, name: str, *, at_most: Mapping[Kind, int]) -> Look:
    """Look at a file.

    Args:
        path: of its bytes.
        name: as it was called.
        at_most: bytes by kind.

    Raises:
        GivenError: it cannot be given.
    """
    size, name = path.stat().st_size, plain_name(name)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    content_type, media = type_of(head), None
    if content_type in {"video/mp4", "audio/mp4"}:
        media = _media(path)
    kind = _of_line(content_type, media)
    if size > at_most[kind] and kind is not Kind.PICTURE:
        raise GivenError("too_large_file")
    if kind is not Kind.FILE and size <= at_most[kind]:
        duration = None if media is None else media.duration_ms
        return Look(kind, content_type, name, size, duration)
    if size > at_most[Kind.FILE]:
        raise GivenError("too_large_file")
    end = name.rpartition(".")[2].lower()
    if end not in GIVEN or not _is_like(path, head, end, content_type):
        raise GivenError("unfit_file")
    return Look(Kind.FILE, GIVEN[end], name, size)


def plain_name(name: str) -> str:
    """Leave of a name what any screen and any disk can bear; its end stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = " ".join("".join(c for c in last if c.isprintable()).split()).lstrip(".")
    stem, dot, end = plain.rpartition(".")
    if len(plain) > _LONGEST_NAME and dot and len(end) < _LONGEST_NAME // 2:
        return f"{stem[: _LONGEST_NAME - len(end) - 2]}….{end}"
    return plain[:_LONGEST_NAME] or "file"


def _of_line(content_type: str, media: Media | None) -> Kind:
    """Return as what LINE itself would show it."""
    if content_type in LINE_PICTURES:
        return Kind.PICTURE
    if media is not None and media.has_pictures:
        return Kind.VIDEO
    # LINE wants to know how long a sound lasts.
    return Kind.SOUND if media is not None and media.duration_ms else Kind.FILE


def _media(path: Path) -> Media:
    try:
        media = read_media(path)
    except MediaError:
        raise GivenError("broken_media") from None
    if not (media.has_pictures or media.has_sound):
        raise GivenError("broken_media")
    return media


def _is_like(path: Path, head: bytes, end: str, content_type: str) -> bool:
    if end in _NEW_OFFICE:
        return content_type == "application/zip" and _is_office(path)
    if end in _BEFORE_OFFICE:
        return head.startswith(_OLD_OFFICE)
    if end in _TEXTS:
        return _is_text(path)
    return content_type == GIVEN[end]


def _is_office(path: Path) -> bool:
    """Whether an archive is a document, and has no program in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    return _CONTENTS in names and not any(each.lower().endswith(_MACROS) for each in names)


def _is_text(path: Path) -> bool:
    """Whether a file is plain words in any encoding of Japan, and no page."""
    with path.open("rb") as file:
        first = file.read(_TEXT_PIECE)
        if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", b"#!", b"%!")):
            return False
        piece = first
        while piece:
            if b"\0" in piece:
                return False
            piece = file.read(_TEXT_PIECE)
    return True
