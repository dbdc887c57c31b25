"""What a drawn picture follows from: whoever knows it need not draw, nor load what draws.

Menu + Brand -> recipe -> draw.py, or a picture that was drawn by it before
"""

import hashlib
from typing import Final

import orjson

from bot.content.brand import Brand
from richmenus.definition import FOLDER, Area, Menu
from richmenus.looks import Tile

#: The sample's pictures come with the program.
IMAGES: Final = FOLDER / "images"

#: Raise it when tiles are drawn another way: menus are then published anew.
DRAWING: Final = 1


def tile_of(area: Area) -> Tile:
    """Return an area's tile with everything that its author left out."""
    tile = area.tile or Tile()
    given = tile.model_dump(exclude_none=True)
    return Tile.model_validate({"icon": area.action.drawn_as(), "title": area.label, **given})


def recipe(menu: Menu, brand: Brand) -> str:
    """Return what a drawn picture follows from; other machines draw the same recipe alike.

    Pictures themselves are not compared: another build of the drawing library may round an edge
    another way, and no friend should get a new menu for that.
    """
    tiles = [
        [placed.bounds.model_dump(), tile_of(placed.area).model_dump(mode="json")]
        for placed in menu.placed
    ]
    drawn = [DRAWING, menu.pixels, brand.model_dump(mode="json"), tiles]
    return hashlib.sha256(orjson.dumps(drawn, option=orjson.OPT_SORT_KEYS)).hexdigest()
