"""stickers.yaml: what staff can send of what LINE lets an account send."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.words import Label
from bot.content.yaml_source import Content, Several


class StickerSet(Content):
    """Stickers of one package, in a row of ids."""

    package: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]
    name: Label
    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _is_a_row(self) -> Self:
        if not self.first <= self.last < self.first + 200:  # a set has 16 to 40
            raise ValueError("last: write the id of the last sticker of this set")
        return self

    @property
    def ids(self) -> range:
        """The ids of the stickers."""
        return range(self.first, self.last + 1)


class Stickers(Content):
    """The sets, in the order in which they are offered."""

    sets: Several[StickerSet] = ()

    def has(self, package: str, sticker: str) -> bool:
        """Whether a sticker is one of them."""
        if not (sticker.isascii() and sticker.isdecimal()):
            return False
        return any(each.package == package and int(sticker) in each.ids for each in self.sets)
