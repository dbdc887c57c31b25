"""What staff take up to send: looked at as it comes, sent with the answer that names it.

the browser's frame of a video, then the bytes -> store -> talk_uploads -> token
"""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from aiohttp import BodyPartReader, MultipartReader, web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_, translations
from bot.console.pages.talk import looking, wording
from bot.console.rendering import language_of
from bot.console.visitor import clock_of, member_of
from bot.conversations.model import ConversationError
from bot.files.given import GivenError, Kind, Look, look_at
from bot.files.pictures import PictureError, Thumbnail, blank_frame, thumbnail
from bot.line import limits
from bot.staff.rights import Right
from bot.store import batch
from bot.store.batch import Query
from bot.store.tables.conversations import talk_uploads
from bot.store.unit import Unit

routes: Final = Routes()
#: LINE takes no files, so nothing of theirs says how large one may be.
FILE_BYTES: Final = 50_000_000
_AT_MOST: Final = {
    Kind.PICTURE: limits.IMAGE_BYTES,
    Kind.VIDEO: limits.VIDEO_BYTES,
    Kind.SOUND: limits.AUDIO_BYTES,
    Kind.FILE: FILE_BYTES,
}
_MOST: Final = max(_AT_MOST.values())
_PIECE: Final = 256 * 1024
_FORM_BYTES: Final = _MOST + 2 * limits.PREVIEW_BYTES
#: Of a video before it is played.
_FRAME_SIDE: Final = 1_024
_READ: Final = Query(
    "SELECT kind, name, key, thumbnail_key, content_type, size, width, height, duration_ms "
    "FROM talk_uploads WHERE token = :token AND friend_id = :friend_id AND staff_id = :staff_id"
)


class UnfitPictureError(ConversationError):
    """Something that was not taken up here, or is here no more."""

    code = "unfit_picture"


@dataclass(frozen=True, slots=True)
class Upload:
    """Something of the file store that is about to be sent."""

    kind: Kind
    name: str
    key: str
    small_key: str | None
    content_type: str
    size: int
    width: int | None
    height: int | None
    duration_ms: int | None


@routes.post(r"/talk/upload/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER, max_bytes=_FORM_BYTES)
async def upload(request: web.Request) -> web.Response:
    """Take something up."""
    member, now = member_of(request), clock_of(request)()
    words = translations(language_of(request))
    async with request.config_dict[resources.ENGINE].connect() as connection:
        friend_id = looking.friend_id_of(request)
        await looking.find(Unit(connection), friend_id, member)
    try:
        taken = await _take(request)
    except GivenError as error:
        said = words.gettext(wording.refusal(error.code))
        return web.json_response({"problem": said}, status=422)
    token = secrets.token_urlsafe(16)
    row = {"token": token, "friend_id": friend_id, "staff_id": member.staff_id, "at": now}
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await batch.insert(connection, talk_uploads, [row | _row(taken)])
    days = request.config_dict[keys.TALK_RULES].now.file_days
    note = words.gettext(N_("「開く」ボタンのリンクとして届きます（%(days)s日間）")) % {
        "days": days
    }
    return web.json_response(
        {
            "token": token,
            "kind": taken.kind,
            "name": taken.name,
            "size": wording.size(taken.size),
            "note": note if taken.kind is Kind.FILE else "",
        }
    )


async def find(
    connection: AsyncConnection, token: str, friend_id: int, *, staff_id: int
) -> Upload:
    """Return what a staff member took up for a friend.

    Raises:
        UnfitPictureError: there is no such thing.
    """
    rows = await _READ.rows(connection, token=token, friend_id=friend_id, staff_id=staff_id)
    if not rows:
        raise UnfitPictureError
    return Upload(Kind(rows[0][0]), *rows[0][1:])


def file_row(taken: Upload, message_id: int, friend_id: int, *, now: datetime) -> dict[str, Any]:
    """Return how it is kept with its message."""
    return {
        "message_id": message_id,
        "friend_id": friend_id,
        "line_id": None,
        "kind": taken.kind.value,
        "state": "stored",
        "name": None if taken.kind is Kind.PICTURE else taken.name,
        "key": taken.key,
        "thumbnail_key": taken.small_key,
        "content_type": taken.content_type,
        "size": taken.size,
        "width": taken.width,
        "height": taken.height,
        "attempts": 0,
        "due_at": now,
    }


def _row(taken: Upload) -> dict[str, Any]:
    return {
        "kind": taken.kind.value,
        "name": taken.name,
        "key": taken.key,
        "thumbnail_key": taken.small_key,
        "content_type": taken.content_type,
        "size": taken.size,
        "width": taken.width,
        "height": taken.height,
        "duration_ms": taken.duration_ms,
    }


async def _take(request: web.Request) -> Upload:
    """Read the form; the frame comes before the video it is of."""
    if not request.content_type.startswith("multipart/"):
        raise GivenError("unfit_file")
    store = request.config_dict[resources.FILES]
    frame: bytes | None = None
    reader = await request.multipart()
    async for part in _parts(reader):
        if part.name == "frame":
            frame = await _whole(part, limits.PREVIEW_BYTES)
        elif part.name == "file":
            look = partial(look_at, name=part.filename or "", at_most=_AT_MOST)
            key, seen = await store.take(_to_the_end(reader, part), look)
            return await _with_small(request, key, seen, frame)
    raise GivenError("unfit_file")


async def _with_small(request: web.Request, key: str, seen: Look, frame: bytes | None) -> Upload:
    """Add the small picture that LINE and the console show before the whole."""
    store, made = request.config_dict[resources.FILES], None
    if seen.kind is Kind.PICTURE:
        try:
            made = await thumbnail(await store.get(key) or b"")
        except PictureError:
            raise GivenError("broken_media") from None
    elif seen.kind is Kind.VIDEO:
        made = await _frame(frame)
    return Upload(
        kind=seen.kind,
        name=seen.name,
        key=key,
        small_key=None if made is None else await store.put(made.jpeg),
        content_type=seen.content_type,
        size=seen.size,
        width=None if made is None else made.width,
        height=None if made is None else made.height,
        duration_ms=seen.duration_ms,
    )


async def _frame(data: bytes | None) -> Thumbnail:
    """Make what LINE shows of a video; a browser that cannot look into it leaves a drawn one."""
    if data:
        try:
            made = await thumbnail(data, side=_FRAME_SIDE)
        except PictureError:
            return await blank_frame()
        if len(made.jpeg) <= limits.PREVIEW_BYTES:
            return made
    return await blank_frame()


async def _parts(reader: MultipartReader) -> AsyncIterator[BodyPartReader]:
    while (part := await reader.next()) is not None:
        if isinstance(part, BodyPartReader):
            yield part


async def _whole(part: BodyPartReader, at_most: int) -> bytes | None:
    try:
        return b"".join([piece async for piece in _pieces(part, at_most)])
    except GivenError:
        return None


async def _to_the_end(reader: MultipartReader, part: BodyPartReader) -> AsyncIterator[bytes]:
    """Yield a part that was sent whole: what was torn on its way lacks what ends it."""
    async for piece in _pieces(part, _MOST):
        yield piece
    try:
        await reader.next()
    except ValueError:
        raise GivenError("broken_media") from None


async def _pieces(part: BodyPartReader, at_most: int) -> AsyncIterator[bytes]:
    total = 0
    while piece := await part.read_chunk(_PIECE):
        total += len(piece)
        if total > at_most:
            raise GivenError("too_large_file")
        yield bytes(piece)
