"""How an area is drawn, where we draw the picture: a tile with an icon and words."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.content.words import Words
from bot.content.yaml_source import Content


class Look(StrEnum):
    """Grounds of a tile, by the colours of the brand."""

    PRIMARY = "primary"
    MEMBER = "member"
    PLAIN = "plain"


class Icon(StrEnum):
    """Pictures that icons.py can draw."""

    SURVEY = "survey"
    CARD = "card"
    COUPON = "coupon"
    STAFF = "staff"
    HELP = "help"
    LINK = "link"
    PHONE = "phone"
    CALENDAR = "calendar"
    TAB = "tab"
    TALK = "talk"
    BREAD = "bread"
    POINTS = "points"
    STAMPS = "stamps"


class Tile(Content):
    """What is drawn in an area; what is left out follows from the action and the label."""

    look: Annotated[Look, Field(strict=False)] = Look.PLAIN
    icon: Annotated[Icon | None, Field(strict=False)] = None
    title: Words | None = None
    caption: Words | None = None
    #: Drawn as a button, to invite; the whole area is tapped all the same.
    button: Words | None = None
