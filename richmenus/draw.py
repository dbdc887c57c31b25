"""The picture of a rich menu that brings none: one rounded tile for each area.

    Menu + Brand -> Image -> images/<key>.png        python -m richmenus.draw

Sizes are pixels of LINE's largest pictures, 2,500 across; smaller menus are drawn so and made
small. A phone shows them at about a sixth: a title of 200 is read as 30 points, a caption of 92
as 14.
"""

import io
from contextlib import suppress
from pathlib import Path
from typing import Final

from PIL import Image, PngImagePlugin

from bot import content
from bot.content.brand import Brand
from bot.line import limits
from richmenus.definition import FOLDER, Menu, load_all
from richmenus.layout import Bounds
from richmenus.recipe import IMAGES, recipe, tile_of
from richmenus.tile import tile_image

_WIDTH: Final = 2_500
_GAP: Final = 32
_RECIPE: Final = "recipe"


def draw(menu: Menu, brand: Brand) -> Image.Image:
    """Draw a menu at its exact size."""
    width, height = menu.pixels
    scale = _WIDTH / width
    size = (_WIDTH, round(height * scale))
    image = Image.new("RGB", size, brand.soft)
    for placed in menu.placed:
        bounds = _inner(_scaled(placed.bounds, scale), size)
        tile = tile_image(tile_of(placed.area), (bounds.width, bounds.height), brand)
        image.paste(tile, (bounds.x, bounds.y), tile)
    if image.size != menu.pixels:
        image = image.resize(menu.pixels, Image.Resampling.LANCZOS)
    return image


def png(image: Image.Image, *, recipe: str = "") -> bytes:
    """Write a picture as LINE takes it.

    Raises:
        ValueError: it weighs more than LINE takes.
    """
    written = io.BytesIO()
    notes = PngImagePlugin.PngInfo()
    if recipe:
        notes.add_text(_RECIPE, recipe)
    image.save(written, "PNG", optimize=True, pnginfo=notes)
    weight = len(written.getvalue())
    if weight > limits.RICH_MENU_IMAGE_BYTES:
        raise ValueError(
            f"the picture has {weight} bytes, LINE takes {limits.RICH_MENU_IMAGE_BYTES}"
        )
    return written.getvalue()


def drawn(menu: Menu, brand: Brand, kept: Path) -> bytes:
    """Return a menu's picture: the one kept in a folder if its recipe is this, else a new one.

    A new one is kept there, where that may be written: drawing takes longer than all the rest.
    """
    wanted = recipe(menu, brand)
    path = kept / f"{menu.key}.png"
    if path.is_file():
        found = path.read_bytes()
        if recipe_in(found) == wanted:
            return found
    picture = png(draw(menu, brand), recipe=wanted)
    with suppress(OSError):
        kept.mkdir(exist_ok=True)
        path.write_bytes(picture)
    return picture


def recipe_in(picture: bytes) -> str | None:
    """Return the recipe that a picture of ours was drawn by."""
    with Image.open(io.BytesIO(picture), formats=("PNG",)) as image:
        found = image.info.get(_RECIPE)
    return found if isinstance(found, str) else None


def write_all(folder: Path = IMAGES, menus: Path = FOLDER) -> list[Path]:
    """Draw every menu of a folder that brings no picture, unless it is drawn there already."""
    brand = content.account().brand
    written = []
    for menu in load_all(menus).values():
        if menu.image is None:
            drawn(menu, brand, folder)
            written.append(folder / f"{menu.key}.png")
    return written


def _scaled(bounds: Bounds, scale: float) -> Bounds:
    left, top = round(bounds.x * scale), round(bounds.y * scale)
    right, bottom = round(bounds.right * scale), round(bounds.bottom * scale)
    return Bounds(x=left, y=top, width=right - left, height=bottom - top)


def _inner(bounds: Bounds, size: tuple[int, int]) -> Bounds:
    """Shrink an area to its tile: a gap at the picture's edges, half of it between tiles."""
    width, height = size
    left = bounds.x + (_GAP if bounds.x == 0 else _GAP // 2)
    top = bounds.y + (_GAP if bounds.y == 0 else _GAP // 2)
    right = bounds.right - (_GAP if bounds.right >= width else _GAP // 2)
    bottom = bounds.bottom - (_GAP if bounds.bottom >= height else _GAP // 2)
    return Bounds(x=left, y=top, width=max(1, right - left), height=max(1, bottom - top))


if __name__ == "__main__":
    for path in write_all():
        print(path)  # noqa: T201 -- a command says what it wrote
