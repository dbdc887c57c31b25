"""membership.yaml: numbers of members, and the cards they had before.

membership.yaml -> Cards -> numbers, drawing, linking
"""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from bot import content
from bot.content.words import Words
from bot.content.yaml_source import Content, Several, Source
from bot.membership.number import check_digit, luhn

Barcode: TypeAlias = Literal["ean13", "code128", "nw7", "qr"]


class NumberRules(Content):
    """How our own numbers look."""

    prefix: Annotated[str, StringConstraints(pattern=r"^2[0-9]$")] = "20"
    barcode: Barcode = "ean13"


class OlderCard(Content):
    """A kind of card that customers carry already."""

    name: Words
    digits: Annotated[int, Field(ge=4, le=20)]
    starts: Annotated[str, StringConstraints(pattern=r"^[0-9]*$")] = ""
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


class CardRules(Content):
    """The cards of an account."""

    number: NumberRules = NumberRules()
    cards: Several[OlderCard] = ()

    def older(self, number: str) -> OlderCard | None:
        """Return the kind of card that digits can be of."""
        return next((card for card in self.cards if card.fits(number)), None)


def load(folder: Path = content.FOLDER) -> CardRules:
    """Read ``membership.yaml`` of a content folder.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    return Source.open(folder / "membership.yaml").parse(CardRules)
