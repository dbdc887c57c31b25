"""What a form of the composer says, as messages for LINE."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from bot import keys
from bot.console.pages.talk import uploads
from bot.console.pages.talk.uploads import Upload
from bot.console.visitor import member_of
from bot.conversations.handing import handed
from bot.conversations.model import ConversationError
from bot.files.given import Kind
from bot.files.links import GivenFile
from bot.line.limits import MESSAGES_PER_CALL, SENDER_NAME_UNITS
from bot.line.messages import Message, Sender, audio, image, sent_by, text, video
from bot.line.messages import sticker as sticker_message
from bot.store.unit import Unit

_ENDS: Final = {"pay": "push_at", "drop": "until"}
_SPANS: Final = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


class UnfitMessageError(ConversationError):
    """An answer that says nothing, or more than fits."""

    code = "unfit_message"


class UnfitStickerError(ConversationError):
    """A sticker that LINE lets no account send, or that was left out here."""

    code = "unfit_sticker"


class UnfitQuoteError(ConversationError):
    """Pictures cannot quote."""

    code = "unfit_quote"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer."""

    content: list[Message]
    upload: Upload | None


async def read(
    request: web.Request,
    unit: Unit,
    friend_id: int,
    given: MultiMapping[Any],
    *,
    opens_from: datetime,
) -> Outgoing:
    """Return what a form says.

    Args:
        request: of the form.
        unit: reads only.
        friend_id: whom it is for.
        given: the form.
        opens_from: when it can have arrived at the latest: a file can be opened so long after.

    Raises:
        UnfitMessageError: nothing, or too much.
        UnfitPictureError: what it sends was not taken up here.
        UnfitStickerError: its sticker cannot be sent.
    """
    package, _, sticker = str(given.get("sticker", "")).partition(":")
    words = [str(value).strip().replace("\r\n", "\n") for value in given.getall("text", [])]
    content, upload = [text(each) for each in words if each], None
    if token := str(given.get("upload", "")):
        staff_id = member_of(request).staff_id
        upload = await uploads.find(unit.connection, token, friend_id, staff_id=staff_id)
        content.append(_message(request, upload, opens_from))
    if package:
        if not request.config_dict[keys.STICKERS].has(package, sticker):
            raise UnfitStickerError
        content.append(sticker_message(package, sticker))
    if not 0 < len(content) <= MESSAGES_PER_CALL:
        raise UnfitMessageError
    return Outgoing(content, upload)


def _message(request: web.Request, upload: Upload, opens_from: datetime) -> Message:
    """Return how LINE shows it; of a file, which it does not, a bubble that opens it."""
    if upload.kind is Kind.FILE:
        talk = request.config_dict[keys.TALK_RULES].now
        until = opens_from + timedelta(days=talk.file_days)
        url = request.config_dict[keys.FILE_LINKS].url(GivenFile(upload.key, upload.name, until))
        account, name, size = request.config_dict[keys.ACCOUNT], upload.name, upload.size
        return handed(account, talk, name=name, size=size, url=url, until=until)
    links = request.config_dict[keys.PICTURE_LINKS]
    url, small_url = links.urls(links.token(upload.key, upload.small_key or upload.key))
    if upload.kind is Kind.VIDEO:
        return video(url, small_url)
    if upload.kind is Kind.SOUND:
        return audio(url, upload.duration_ms or 1)
    return image(url, small_url)


def waits(given: MultiMapping[Any], *, now: datetime) -> dict[str, datetime]:
    """Return until when an answer waits for the friend, and whether it is paid for then."""
    what, _, how_long = str(given.get("waits", "")).partition("-")
    name, span = _ENDS.get(what), _SPANS.get(how_long)
    return {} if name is None or span is None else {name: now + span}


def quoting(content: Sequence[Message], token: str) -> list[Message]:
    """Let the first bubble that can quote point back.

    Raises:
        UnfitQuoteError: none of them can.
    """
    for number, message in enumerate(content):
        if message["type"] in {"text", "sticker"}:
            return [
                *content[:number],
                {**message, "quoteToken": token},
                *content[number + 1 :],
            ]
    raise UnfitQuoteError


def sender_of(request: web.Request, given: MultiMapping[Any]) -> Sender | None:
    """Name the staff member as the sender, where the rules or the form say so."""
    followed = request.config_dict[keys.TALK_RULES]
    chosen = followed.now.speaks_as
    if chosen == "account" or (chosen == "either" and given.get("as_me") != "yes"):
        return None
    token = followed.changes.icon
    icon_url = None if token is None else request.config_dict[keys.PICTURE_LINKS].urls(token)[0]
    return sent_by(_cut(member_of(request).name, SENDER_NAME_UNITS), icon_url)


def _cut(name: str, units: int) -> str:
    """Shorten a name to so many UTF-16 units, never within a character of two."""
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
