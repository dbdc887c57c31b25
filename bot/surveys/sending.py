"""Questions answered by sending something else than words: where one is, or a picture."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from bot.surveys.base import BaseQuestion, NotAChoiceError

_PLACE: Final = re.compile(r"-?\d{1,3}\.\d{6},-?\d{1,3}\.\d{6}(?: .{1,300})?", re.DOTALL)
_MESSAGE_ID: Final = re.compile(r"\d{1,40}", re.ASCII)
_LONGEST: Final = 300


class LocationQuestion(BaseQuestion):
    """A place; stored as ``latitude,longitude address``."""

    has_buttons: ClassVar[bool] = False
    is_sent_as: ClassVar[str | None] = "location"

    kind: Literal["location"]

    def place(self, message: Mapping[str, Any]) -> str:
        """Return the answer that a location message is.

        Raises:
            NotAChoiceError: LINE sent no place.
        """
        try:
            spot = f"{float(message['latitude']):.6f},{float(message['longitude']):.6f}"
        except (KeyError, TypeError, ValueError):
            raise NotAChoiceError(f"{self.key}: the message has no place") from None
        words = str(message.get("address") or message.get("title") or "").strip()[:_LONGEST]
        return f"{spot} {words}" if words else spot

    def check(self, value: str) -> None:
        """Take a place as it is stored.

        Raises:
            NotAChoiceError: it is something else.
        """
        if not _PLACE.fullmatch(value):
            raise NotAChoiceError(f"{self.key}: not a place")

    def say(self, value: str) -> str:
        """Name the address; without one, the point on the map."""
        spot, _, words = value.partition(" ")
        return words or spot

    def _samples(self) -> list[Any]:
        return ["35.681236,139.767125 " + "あ" * _LONGEST]


class ImageQuestion(BaseQuestion):
    """A picture; stored as LINE's id of the message that brought it."""

    has_buttons: ClassVar[bool] = False
    is_sent_as: ClassVar[str | None] = "image"

    kind: Literal["image"]

    def check(self, value: str) -> None:
        """Take the id of a message.

        Raises:
            NotAChoiceError: it is something else.
        """
        if not _MESSAGE_ID.fullmatch(value):
            raise NotAChoiceError(f"{self.key}: not the id of a message")

    def say(self, value: str) -> str:
        """Say that there is one; staff see it in the talk."""
        del value
        return "写真を受け取りました"

    def _samples(self) -> list[Any]:
        return ["900001"]
