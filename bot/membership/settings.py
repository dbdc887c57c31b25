"""membership.yaml: numbers of members, and the cards they had before.

membership.yaml -> Cards -> numbers, drawing, linking
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, WithJsonSchema

from bot import content
from bot.content.crosschecked import CrossChecked, Found, items, number
from bot.content.words import Words
from bot.content.yaml_source import Content, Several, Source
from bot.membership.number import check_digit, luhn

Barcode: TypeAlias = Literal["ean13", "code128", "nw7", "qr"]


#: A number of ours is an EAN-13.
_OWN_DIGITS: Final = 13


def _digits(text: str) -> str:
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError('not digits alone; write such as "77", in quotes')
    return text


_Digits: TypeAlias = Annotated[
    str, AfterValidator(_digits), WithJsonSchema({"type": "string", "pattern": "^[0-9]*$"})
]


class NumberRules(Content):
    """How our own numbers look."""

    prefix: Literal["20", "21", "22", "23", "24", "25", "26", "27", "28", "29"] = "20"
    barcode: Barcode = "ean13"


class OlderCard(Content):
    """A kind of card that customers carry already."""

    name: Words
    digits: Annotated[int, Field(ge=4, le=20)]
    #: The first digits of every such card.
    starts: _Digits = ""
    check: Literal["luhn", "ean13"] | None = None

    def fits(self, number: str) -> bool:
        """Whether digits can be the number of such a card."""
        if len(number) != self.digits or not number.startswith(self.starts):
            return False
        match self.check:
            case "luhn":
                return luhn(number[:-1]) == number[-1]
            case "ean13":
                return check_digit(number[:-1]) == number[-1]
            case None:
                return True


class CardRules(CrossChecked):
    """The cards of an account."""

    number: NumberRules = NumberRules()
    cards: Several[OlderCard] = ()

    @classmethod
    def contradictions(cls, values: Mapping[str, Any]) -> Iterator[Found]:
        """List older cards that cannot be, or that nobody could tell from others."""
        own = values.get("number")
        prefix = str(own.get("prefix", "20")) if isinstance(own, Mapping) else "20"
        seen = set[tuple[object, str]]()
        for n, card in enumerate(items(values, "cards")):
            digits, starts = number(card, "digits"), str(card.get("starts", ""))
            if digits is not None and len(starts) >= digits:
                said = f"a card of {digits} digits cannot start so; shorten it"
                yield ("cards", n, "starts"), said
            if digits == _OWN_DIGITS and prefix.startswith(starts[: len(prefix)]):
                said = f"numbers of ours start with {prefix} and are as long"
                yield ("cards", n, "digits"), f"{said}; choose another prefix for ours"
            if (digits, starts) in seen:
                said = "another card has as many digits and the same first ones; remove one"
                yield ("cards", n), said
            seen.add((digits, starts))

    def older(self, number: str) -> OlderCard | None:
        """Return the kind of card that digits can be of."""
        return next((card for card in self.cards if card.fits(number)), None)


def load(folder: Path = content.FOLDER) -> CardRules:
    """Read ``membership.yaml`` of a content folder.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Source.open(folder / "membership.yaml").parse(CardRules)
