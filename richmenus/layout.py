"""Where the areas of a menu lie: named layouts, cut into rows and columns.

    layout: campaign, split: {rows: [3, 2]}  ->  cells(layout, split, 2500, 1686)  ->  Bounds, …

The cells of a layout cover the picture without a gap, whatever the ratios: every cut line is
rounded once, and both neighbours end at it.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator, Field, field_validator

from bot.content.yaml_source import Content, Several
from bot.line import limits

#: Width to height; wider pictures are LINE's low menus, where three or four stand side by side.
_LOW: Final = 2.0

#: Cells a row, from above: in a tall picture, and in a low one where that differs.
NAMED: Final[dict[str, tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "1": ((1,), (1,)),
    "2": ((2,), (2,)),
    "3": ((1, 2), (3,)),
    "4": ((2, 2), (4,)),
    "6": ((3, 3), (3, 3)),
    # A campaign above, card and coupon below it.
    "campaign_card_coupon": ((1, 2), (1, 2)),
}
#: Heights of the rows where a layout has its own idea of them.
_HEIGHTS: Final = {"campaign_card_coupon": (2, 1)}
_ROWS: Final = re.compile(r"[1-9](?:\+[1-9])+")


def _named(value: object) -> object:
    """Take ``layout: 3`` as ``layout: "3"``, and refuse names that mean nothing."""
    name = str(value) if isinstance(value, int) else value
    if isinstance(name, str) and name not in NAMED and not _ROWS.fullmatch(name):
        raise ValueError(
            f"there is no layout {name}; choose {', '.join(NAMED)}, rows such as 1+4, "
            "or leave it out and give every area its bounds"
        )
    return name


Layout: TypeAlias = Annotated[str, BeforeValidator(_named, json_schema_input_type=str | int)]
Weight: TypeAlias = Annotated[int | float, Field(gt=0, le=100)]


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


class Split(Content):
    """Ratios of a layout's rows, and of the cells in each row."""

    rows: Several[Weight] | None = None
    columns: Several[Several[Weight]] | None = None

    @field_validator("columns")
    @classmethod
    def _no_empty_row(
        cls, columns: tuple[tuple[float, ...], ...] | None
    ) -> tuple[tuple[float, ...], ...] | None:
        if columns is not None and not all(columns):
            raise ValueError("a row without columns; write one number a cell, such as [2, 1]")
        return columns


def rows_of(layout: str, width: int, height: int) -> tuple[int, ...]:
    """Return how many cells each row of a layout has, from above."""
    if layout not in NAMED:
        return tuple(int(count) for count in layout.split("+"))
    tall, low = NAMED[layout]
    return low if width / height >= _LOW else tall


def cells(layout: str, split: Split | None, width: int, height: int) -> list[Bounds]:
    """Cut a picture into the cells of a layout, row by row from the upper left.

    Raises:
        ValueError: the ratios do not fit the layout, or there are more cells than LINE takes.
    """
    counts = rows_of(layout, width, height)
    if sum(counts) > limits.RICH_MENU_AREAS:
        raise ValueError(f"{sum(counts)} areas; LINE takes {limits.RICH_MENU_AREAS}")
    heights = (split and split.rows) or _HEIGHTS.get(layout) or (1,) * len(counts)
    columns = (split and split.columns) or tuple((1,) * count for count in counts)
    if len(heights) != len(counts):
        raise ValueError(f"split.rows has {len(heights)} numbers for {len(counts)} rows")
    if tuple(len(row) for row in columns) != counts:
        raise ValueError(f"split.columns must have rows of {' and '.join(map(str, counts))} cells")
    found = []
    for (top, bottom), weights in zip(pairwise(_cuts(heights, height)), columns, strict=True):
        for left, right in pairwise(_cuts(weights, width)):
            found.append(Bounds(x=left, y=top, width=right - left, height=bottom - top))
    return found


def _cuts(weights: Sequence[float], length: int) -> list[int]:
    total = sum(weights)
    return [0, *(round(length * reached / total) for reached in accumulate(weights))]
