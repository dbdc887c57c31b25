"""The picture of a rich menu: one rounded tile for each area.

    Menu + Brand -> Image -> images/<key>.png        python -m richmenus.draw

Sizes are pixels of LINE's largest pictures, 2,500 across. A phone shows them at about a sixth, so
a title of 200 is read as 30 points and a caption of 92 as 14.
"""

import io
from pathlib import Path
from typing import Final

from PIL import Image

from bot import content
from bot.content.brand import Brand
from bot.line import limits
from richmenus.definition import FOLDER, Area, Bounds, Menu, load_all
from richmenus.tile import tile_image

IMAGES: Final = FOLDER / "images"

_GAP: Final = 32


def draw(menu: Menu, brand: Brand) -> Image.Image:
    """Draw a menu at its exact size."""
    image = Image.new("RGB", menu.pixels, brand.soft)
    for area in menu.areas:
        bounds = _inner(area, menu)
        tile = tile_image(area.tile, (bounds.width, bounds.height), brand)
        image.paste(tile, (bounds.x, bounds.y), tile)
    return image


def png(image: Image.Image) -> bytes:
    """Write a picture as LINE takes it.

    Raises:
        ValueError: it weighs more than LINE takes.
    """
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    weight = len(written.getvalue())
    if weight > limits.RICH_MENU_IMAGE_BYTES:
        raise ValueError(
            f"the picture has {weight} bytes, LINE takes {limits.RICH_MENU_IMAGE_BYTES}"
        )
    return written.getvalue()


def write_all(folder: Path = IMAGES) -> list[Path]:
    """Draw every menu of the sample account into a folder."""
    folder.mkdir(exist_ok=True)
    brand = content.account().brand
    written = []
    for menu in load_all().values():
        path = folder / f"{menu.key}.png"
        path.write_bytes(png(draw(menu, brand)))
        written.append(path)
    return written


def _inner(area: Area, menu: Menu) -> Bounds:
    """Shrink an area to its tile: a gap at the picture's edges, half of it between tiles."""
    width, height = menu.pixels
    bounds = area.bounds
    left = bounds.x + (_GAP if bounds.x == 0 else _GAP // 2)
    top = bounds.y + (_GAP if bounds.y == 0 else _GAP // 2)
    right = bounds.right - (_GAP if bounds.right == width else _GAP // 2)
    bottom = bounds.bottom - (_GAP if bounds.bottom == height else _GAP // 2)
    return Bounds(x=left, y=top, width=right - left, height=bottom - top)


if __name__ == "__main__":
    for path in write_all():
        print(path)  # noqa: T201 -- a command says what it wrote
