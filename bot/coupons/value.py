"""What a coupon is worth: yen off, percent off, a thing, a gift, or what a text says."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from bot.content.words import Words
from bot.content.yaml_source import Content

Thing: TypeAlias = Annotated[Words, StringConstraints(max_length=40)]


class YenOff(Content):
    """So many yen less."""

    kind: Literal["yen_off"]
    yen: Annotated[int, Field(ge=1, le=1_000_000)]
    #: Of a bill of at least so much.
    from_yen: Annotated[int | None, Field(ge=1)] = None


class PercentOff(Content):
    """So many percent less."""

    kind: Literal["percent_off"]
    percent: Annotated[int, Field(ge=1, le=100)]
    #: At most so many yen less.
    most_yen: Annotated[int | None, Field(ge=1)] = None


class FreeItem(Content):
    """Something of the shop's for nothing."""

    kind: Literal["item"]
    item: Thing


class Gift(Content):
    """Something that is not sold."""

    kind: Literal["gift"]
    gift: Thing


class Text(Content):
    """Whatever the text says."""

    kind: Literal["text"]
    says: Thing


Value: TypeAlias = Annotated[
    YenOff | PercentOff | FreeItem | Gift | Text, Field(discriminator="kind")
]


def off(value: Value, bill_yen: int) -> int:
    """Return how many yen a bill gets less; 0 where that is not what the coupon gives."""
    match value:
        case YenOff(yen=yen, from_yen=least):
            return min(yen, bill_yen) if least is None or bill_yen >= least else 0
        case PercentOff(percent=percent, most_yen=most):
            less = bill_yen * percent // 100
            return less if most is None else min(less, most)
        case _:
            return 0
