"""A rich menu as its author writes it: areas, what a tap on each does, and how each is drawn.

    richmenus/<key>.yaml -> Menu -> draw.py (the picture), publish.py (the object LINE takes)

A picture shows only what works: every tile is an area with an action.
"""

from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from bot.content.words import BarText, Key, Label, Words
from bot.content.yaml_source import Content, Several, parse_folder
from bot.line import limits
from bot.line.messages import Action, postback
from bot.postbacks import PostbackData, ShowCard, ShowHelp, StartSurvey

FOLDER: Final = Path(__file__).parent

#: LINE's two shapes in their largest size: a half screen, and a quarter.
SIZES: Final = {"large": (2_500, 1_686), "compact": (2_500, 843)}


class StartsSurvey(Content):
    """Ask the first question, or go on where the friend stopped."""

    do: Literal["start_survey"]
    survey: Key

    def data(self) -> PostbackData:
        """Return what the tap tells the bot."""
        return StartSurvey(survey=self.survey)


class ShowsCard(Content):
    """Show the member card."""

    do: Literal["show_card"]

    def data(self) -> PostbackData:
        """Return what the tap tells the bot."""
        return ShowCard()


class ShowsHelp(Content):
    """Say what can be done here."""

    do: Literal["show_help"]

    def data(self) -> PostbackData:
        """Return what the tap tells the bot."""
        return ShowHelp()


Does: TypeAlias = Annotated[StartsSurvey | ShowsCard | ShowsHelp, Field(discriminator="do")]


class Bounds(Content):
    """A rectangle on the picture, in pixels."""

    x: Annotated[int, Field(ge=0)]
    y: Annotated[int, Field(ge=0)]
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]

    @property
    def right(self) -> int:
        """The first pixel to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first pixel below it."""
        return self.y + self.height

    def overlaps(self, other: "Bounds") -> bool:
        """Tell whether a tap could mean both."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


class Look(StrEnum):
    """Grounds of a tile, by the colours of the brand."""

    PRIMARY = "primary"
    MEMBER = "member"
    PLAIN = "plain"


class Icon(StrEnum):
    """Pictures that icons.py can draw."""

    SURVEY = "survey"
    CARD = "card"
    HELP = "help"


class Tile(Content):
    """What is drawn in an area."""

    look: Annotated[Look, Field(strict=False)]
    icon: Annotated[Icon, Field(strict=False)]
    title: Words
    caption: Words | None = None
    #: Drawn as a button, to invite; the whole area is tapped all the same.
    button: Words | None = None


class Area(Content):
    """One place to tap."""

    bounds: Bounds
    #: Read out by screen readers, and shown in the talk as what the friend said.
    label: Label
    action: Does
    tile: Tile

    def as_line(self) -> dict[str, Any]:
        """Return the area as LINE takes it."""
        tap: Action = postback(self.label, self.action.data(), display_text=self.label)
        return {"bounds": self.bounds.model_dump(), "action": tap}


class Menu(Content):
    """One rich menu."""

    #: Short enough for an alias on LINE.
    key: Annotated[Key, Field(max_length=24)]
    bar_text: BarText
    size: Literal["large", "compact"]
    areas: Several[Area]

    @field_validator("areas")
    @classmethod
    def _apart(cls, areas: tuple[Area, ...]) -> tuple[Area, ...]:
        if not 1 <= len(areas) <= limits.RICH_MENU_AREAS:
            raise ValueError(f"{len(areas)} areas; LINE takes 1 to {limits.RICH_MENU_AREAS}")
        for one, other in combinations(areas, 2):
            if one.bounds.overlaps(other.bounds):
                raise ValueError(f"{one.label} and {other.label} overlap; move one")
        return areas

    @model_validator(mode="after")
    def _inside(self) -> "Menu":
        width, height = self.pixels
        for area in self.areas:
            if area.bounds.right > width or area.bounds.bottom > height:
                raise ValueError(f"{area.label} leaves the {width}x{height} picture; shrink it")
        return self

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return SIZES[self.size]

    def as_line(self, name: str) -> dict[str, Any]:
        """Return the menu as LINE takes it; friends never see the name."""
        width, height = self.pixels
        return {
            "size": {"width": width, "height": height},
            "selected": True,
            "name": name,
            "chatBarText": self.bar_text,
            "areas": [area.as_line() for area in self.areas],
        }


def load_all(folder: Path = FOLDER) -> dict[str, Menu]:
    """Read every menu of a folder, by key.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    return {menu.key: menu for menu in parse_folder(folder, Menu)}
