"""A rich menu as its author writes it: areas, what a tap on each does, and how it looks.

    richmenus/<key>.yaml, or a stored definition -> Menu -> its picture (drawn by us, or a file),
    and the object LINE takes

A picture shows only what works: every tile is an area with an action.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from bot.content.words import BarText, Label, Words
from bot.content.yaml_source import (
    Content,
    ContentError,
    MistakesError,
    Problem,
    Several,
    Source,
)
from bot.content.yaml_tree import Loc
from bot.line import limits
from richmenus.actions import AnAction, MenuKey, SwitchesTab
from richmenus.layout import Bounds, Layout, Split, cells
from richmenus.looks import Tile

FOLDER: Final = Path(__file__).parent
#: Beside definitions: pictures by hand, named like the menu, in the place of what it draws.
GIVEN: Final = "given"

#: LINE's two shapes, in the sizes its own tools use.
SIZES: Final = {
    "large": (2_500, 1_686),
    "compact": (2_500, 843),
    "medium": (1_200, 810),
    "medium_compact": (1_200, 405),
    "small": (800, 540),
    "small_compact": (800, 270),
}


class OwnSize(Content):
    """Any size that LINE takes."""

    width: Annotated[int, Field(ge=limits.RICH_MENU_MIN_WIDTH, le=limits.RICH_MENU_MAX_WIDTH)]
    height: Annotated[int, Field(ge=limits.RICH_MENU_MIN_HEIGHT)]

    @model_validator(mode="after")
    def _wide(self) -> "OwnSize":
        if self.width / self.height < limits.RICH_MENU_MIN_RATIO:
            most = int(self.width / limits.RICH_MENU_MIN_RATIO)
            raise ValueError(f"too high for its width; make height {most} or less")
        return self


def _known_size(value: object) -> object:
    if isinstance(value, str):
        if value not in SIZES:
            raise ValueError(
                f"no size of that name; choose {', '.join(SIZES)}, or {{width, height}}"
            )
        width, height = SIZES[value]
        return {"width": width, "height": height}
    return value


Size: TypeAlias = Annotated[
    OwnSize, BeforeValidator(_known_size, json_schema_input_type=str | OwnSize)
]


def _inside(value: str) -> str:
    """Keep a path within its folder: it is written again elsewhere."""
    path = PurePosixPath(value)
    is_plain = value.isprintable() and not set(value) & set('\\:*?"<>|')
    if not is_plain or path.is_absolute() or ".." in path.parts or str(path) != value:
        raise ValueError("no plain path within this folder; write one such as photos/spring.jpg")
    if path.parts[0].lower() == GIVEN:  # one folder where letters have no case
        raise ValueError(
            f"in {GIVEN}/ is what was given by hand; write another path, such as photos/spring.jpg"
        )
    return value


class Area(Content):
    """One place to tap."""

    #: Without a layout only: a layout knows where its areas lie.
    bounds: Bounds | None = None
    #: Read out by screen readers, and shown in the talk as what the friend said.
    label: Label
    action: AnAction
    tile: Tile | None = None


class Placed(Content):
    """An area and where it lies."""

    bounds: Bounds
    area: Area

    @property
    def label(self) -> str:
        """The area's label."""
        return self.area.label

    def as_line(self) -> dict[str, Any]:
        """Return the area as LINE takes it."""
        action = self.area.action.as_line(self.area.label)
        return {"bounds": self.bounds.model_dump(), "action": action}


class Menu(Content):
    """One rich menu."""

    key: MenuKey
    #: For the people who choose menus, never seen by friends.
    title: Words | None = None
    bar_text: BarText
    size: Size
    #: Whether it is open when the friend opens the talk.
    opened: bool = True
    layout: Layout | None = None
    split: Split | None = None
    areas: Several[Area]
    #: A picture made elsewhere, relative to this file; without one we draw the tiles.
    image: Annotated[Words, AfterValidator(_inside)] | None = None

    @field_validator("areas")
    @classmethod
    def _so_many(cls, areas: tuple[Area, ...]) -> tuple[Area, ...]:
        if not 1 <= len(areas) <= limits.RICH_MENU_AREAS:
            raise ValueError(f"{len(areas)} areas; LINE takes 1 to {limits.RICH_MENU_AREAS}")
        return areas

    @model_validator(mode="after")
    def _placed(self) -> "Menu":
        mistakes = [*self._misplaced(), *self._misdrawn()]
        if mistakes:
            raise MistakesError(mistakes)
        return self

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.size.width, self.size.height

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The areas, each with its bounds."""
        if self.layout is None:
            return tuple(
                Placed(bounds=area.bounds, area=area) for area in self.areas if area.bounds
            )
        bounds = cells(self.layout, self.split, *self.pixels)
        return tuple(
            Placed(bounds=cell, area=area) for cell, area in zip(bounds, self.areas, strict=True)
        )

    @property
    def tabs(self) -> frozenset[str]:
        """Keys of the menus that a tap here switches to."""
        actions = (area.action for area in self.areas)
        return frozenset(does.tab for does in actions if isinstance(does, SwitchesTab))

    def as_line(self, name: str) -> dict[str, Any]:
        """Return the menu as LINE takes it; friends never see the name."""
        width, height = self.pixels
        return {
            "size": {"width": width, "height": height},
            "selected": self.opened,
            "name": name,
            "chatBarText": self.bar_text,
            "areas": [placed.as_line() for placed in self.placed],
        }

    def _misplaced(self) -> Iterator[tuple[Loc, str]]:
        if self.layout is not None:
            yield from self._unfit()
            return
        if self.split is not None:
            yield ("split",), "goes with a layout; remove it, or name a layout"
        for number, area in enumerate(self.areas):
            if area.bounds is None:
                what = f"{area.label} has no bounds; write them, or name a layout for all areas"
                yield ("areas", number), what
                continue
            width, height = self.pixels
            if area.bounds.right > width or area.bounds.bottom > height:
                what = f"{area.label} leaves the {width}x{height} picture; shrink it"
                yield ("areas", number, "bounds"), what
            for other in self.areas[:number]:
                if other.bounds is not None and area.bounds.overlaps(other.bounds):
                    what = f"{other.label} and {area.label} overlap; move one"
                    yield ("areas", number, "bounds"), what

    def _unfit(self) -> Iterator[tuple[Loc, str]]:
        for number, area in enumerate(self.areas):
            if area.bounds is not None:
                yield ("areas", number, "bounds"), "the layout knows them; remove them"
        try:
            wanted = len(cells(str(self.layout), self.split, *self.pixels))
        except ValueError as error:
            yield ("split",) if self.split else ("layout",), str(error)
            return
        if wanted != len(self.areas):
            what = f"layout {self.layout} has {wanted} areas, {len(self.areas)} are written"
            yield ("areas",), f"{what}; make them as many"

    def _misdrawn(self) -> Iterator[tuple[Loc, str]]:
        if self.image is not None:
            for number, area in enumerate(self.areas):
                if area.tile is not None:
                    yield ("areas", number, "tile"), "image: is drawn already; remove the tile"


def read(path: Path) -> Menu:
    """Read one menu.

    Raises:
        ContentError: lists the mistakes of the file.
    """
    source = Source.open(path)
    menu = source.parse(Menu)
    problems = [source.problem(*mistake) for mistake in misnamed(menu, path.name)]
    if menu.image is not None and not (path.parent / menu.image).is_file():
        what = f"there is no file {menu.image} beside {path.name}; correct the path"
        problems.append(source.problem(("image",), what))
    if problems:
        raise ContentError(tuple(problems))
    return menu


def load_all(folder: Path = FOLDER) -> dict[str, Menu]:
    """Read every menu of a folder, by key.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    menus: dict[str, Menu] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            menus[path.stem] = read(path)
        except ContentError as error:
            problems += error.problems
    problems = problems or [
        Source.open(folder / f"{key}.yaml").problem(*mistake)
        for key, menu in menus.items()
        for mistake in lost_tabs(menu, menus)
    ]
    if problems:
        raise ContentError(tuple(problems))
    return menus


def tab_sets(menus: Mapping[str, Menu]) -> dict[str, frozenset[str]]:
    """Return the tab set of every menu: itself, and all that taps lead to and fro."""
    sets = {key: frozenset({key}) for key in menus}
    for key, menu in menus.items():
        joined = sets[key].union(*(sets[tab] for tab in menu.tabs if tab in sets))
        sets |= dict.fromkeys(joined, joined)
    return sets


def misnamed(menu: Menu, name: str) -> Iterator[tuple[Loc, str]]:
    """Tell a file that is called like another menu."""
    if menu.key != PurePosixPath(name).stem:
        yield ("key",), f"is {menu.key} in {name}; give both the same name"


def lost_tabs(menu: Menu, known: Collection[str]) -> Iterator[tuple[Loc, str]]:
    """List the areas that lead to a menu that is not there."""
    for number, area in enumerate(menu.areas):
        does = area.action
        if isinstance(does, SwitchesTab) and does.tab not in known:
            what = f"there is no menu {does.tab}; choose {', '.join(sorted(known))}"
            yield ("areas", number, "action"), what
