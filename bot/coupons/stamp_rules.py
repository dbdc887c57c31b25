"""stamps.yaml: how many places a card has, how often it is stamped, and what that brings.

stamps.yaml -> StampRules -> bot.coupons.stamps, the friend's page
"""

from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from bot import content
from bot.content.crosschecked import CrossChecked, Found, items, number
from bot.content.words import Key, Words
from bot.content.yaml_source import Content, ContentError, Several, Source

#: Places of the largest card.
_LARGEST: Final = 50


class Bonus(Content):
    """What comes with a stamp: points or a coupon."""

    at: Annotated[int, Field(ge=1, le=100)]
    points: Annotated[int | None, Field(ge=1, le=100_000)] = None
    #: Key of a campaign.
    coupon: Key | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.points is None) == (self.coupon is None):
            raise ValueError("points and a coupon, or neither; give either one")
        return self

    @property
    def written(self) -> str:
        """As the record of a visit has it."""
        return f"coupon:{self.coupon}" if self.points is None else f"points:{self.points}"


class StampRules(CrossChecked):
    """The stamp card of an account."""

    key: Key
    name: Words
    size: Annotated[int, Field(ge=2, le=_LARGEST)]
    interval_hours: Annotated[int | float, Field(ge=0, le=24 * 31)] = 0
    per_day: Annotated[int | None, Field(ge=1, le=24)] = 1
    bonuses: Several[Bonus] = ()

    @classmethod
    def contradictions(cls, values: Mapping[str, Any]) -> Iterator[Found]:
        """List bonuses of places that the card has not, or that have one already."""
        size, seen = number(values, "size") or _LARGEST, set[float]()
        for n, bonus in enumerate(items(values, "bonuses")):
            place = number(bonus, "at")
            if place is None:
                continue
            if place > size:
                yield ("bonuses", n, "at"), f"the card has {size} places; lower it"
            if place in seen:
                said = f"place {place} has a bonus already; choose another place"
                yield ("bonuses", n, "at"), said
            seen.add(place)

    def bonus(self, stamps: int) -> Bonus | None:
        """Return what comes with a stamp."""
        return next((bonus for bonus in self.bonuses if bonus.at == stamps), None)

    def next_bonus(self, stamps: int) -> Bonus | None:
        """Return what comes next."""
        ahead = [bonus for bonus in self.bonuses if bonus.at > stamps]
        return min(ahead, key=lambda bonus: bonus.at, default=None)


def load(folder: Path = content.FOLDER, *, campaigns: Container[str] | None = None) -> StampRules:
    """Read ``stamps.yaml`` of a content folder.

    Args:
        folder: of an account.
        campaigns: keys of those that a bonus can give; None: whatever is written.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    source = Source.open(folder / "stamps.yaml")
    rules = source.parse(StampRules)
    unknown = [
        source.problem(
            ("bonuses", place, "coupon"),
            f"there is no coupon campaign {bonus.coupon}; write one, or name another",
        )
        for place, bonus in enumerate(rules.bonuses)
        if campaigns is not None and bonus.coupon and bonus.coupon not in campaigns
    ]
    if unknown:
        raise ContentError(tuple(unknown))
    return rules
