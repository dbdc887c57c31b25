"""What a form of the composer says, as messages for LINE, and what is kept of its picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from bot import keys, resources
from bot.console.visitor import member_of
from bot.conversations.model import ConversationError
from bot.files.kinds import type_of
from bot.files.links import PictureLinkError
from bot.line.limits import MESSAGES_PER_CALL, SENDER_NAME_UNITS
from bot.line.messages import Message, Sender, image, sent_by, text
from bot.line.messages import sticker as sticker_message
from bot.store.tables.conversations import talk_files
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


class UnfitPictureError(ConversationError):
    """A picture that was not taken up here, or is here no more."""

    code = "unfit_picture"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the file store that is about to be sent."""

    key: str
    small_key: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer."""

    content: list[Message]
    picture: Picture | None


async def read(request: web.Request, given: MultiMapping[Any]) -> Outgoing:
    """Return what a form says.

    Raises:
        UnfitMessageError: nothing, or too much.
        UnfitPictureError: its picture is not one of ours.
        UnfitStickerError: its sticker cannot be sent.
    """
    package, _, sticker = str(given.get("sticker", "")).partition(":")
    words = [str(value).strip().replace("\r\n", "\n") for value in given.getall("text", [])]
    content, picture = [text(each) for each in words if each], None
    if token := str(given.get("picture", "")):
        picture = await _picture(request, token)
        content.append(image(*request.config_dict[keys.PICTURE_LINKS].urls(token)))
    if package:
        if not request.config_dict[keys.STICKERS].has(package, sticker):
            raise UnfitStickerError
        content.append(sticker_message(package, sticker))
    if not 0 < len(content) <= MESSAGES_PER_CALL:
        raise UnfitMessageError
    return Outgoing(content, picture)


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


def keep(unit: Unit, message_id: int, friend_id: int, picture: Picture, *, now: datetime) -> None:
    """Keep the picture of an answer with it."""
    unit.add(
        talk_files,
        {
            "message_id": message_id,
            "friend_id": friend_id,
            "line_id": None,
            "kind": "image",
            "state": "stored",
            "name": None,
            "key": picture.key,
            "thumbnail_key": picture.small_key,
            "content_type": picture.content_type,
            "size": picture.size,
            "attempts": 0,
            "due_at": now,
        },
    )


def _cut(name: str, units: int) -> str:
    """Shorten a name to so many UTF-16 units, never within a character of two."""
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


async def _picture(request: web.Request, token: str) -> Picture:
    try:
        key, small_key = request.config_dict[keys.PICTURE_LINKS].read(token)
    except PictureLinkError:
        raise UnfitPictureError from None
    data = await request.config_dict[resources.FILES].get(key)
    if data is None:
        raise UnfitPictureError
    return Picture(key, small_key, type_of(data), len(data))
