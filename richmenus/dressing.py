"""The account's menus with their pictures: given by hand, of a file, or drawn.

    definitions + what rich_menu_pictures has -> outlines: nothing is read or drawn
                                              -> versions: with pictures, each drawn once

Pictures of the sample come with the program; those of everybody else are in the database.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock
from bot.content import RICH_MENUS
from bot.content.brand import Brand
from richmenus import pictures
from richmenus.definition import Menu
from richmenus.pictures import Kept, Named, Origin
from richmenus.recipe import IMAGES, recipe
from richmenus.version import Outline, Version, digest_of, filled, outline_of, with_picture

#: Who keeps what was drawn.
_SOURCE: Final = "drawing"


@dataclass(frozen=True, slots=True)
class Changes:
    """Pictures that are about to be kept, or to go."""

    put: Mapping[Named, bytes] = field(default_factory=dict)
    gone: Collection[Named] = ()


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """Which pictures there are at one moment."""

    kept: Mapping[Named, Kept]
    changes: Changes = Changes()

    def named(self, menu: Menu, brand: Brand) -> Named:
        """Return the picture that a menu shows."""
        by_hand = (Origin.GIVEN, menu.key)
        if self._digest(by_hand) is not None:
            return by_hand
        if menu.image is not None:
            return Origin.FILE, menu.image
        return Origin.DRAWN, recipe(menu, brand)

    def outline(self, menu: Menu, brand: Brand) -> Outline:
        """Return the version that a definition describes, without its picture."""
        origin, name = named = self.named(menu, brand)
        looks = name if origin is Origin.DRAWN else self._digest(named)
        if looks is None:
            found = _shipped(menu, named)
            looks = "" if found is None else digest_of(found)
        return outline_of(menu, looks)

    def _digest(self, named: Named) -> str | None:
        if named in self.changes.put:
            return digest_of(self.changes.put[named])
        if named in self.changes.gone or named not in self.kept:
            return None
        return self.kept[named].digest


async def wardrobe(connection: AsyncConnection, changes: Changes | None = None) -> Wardrobe:
    """Look which pictures there are."""
    return Wardrobe(await pictures.kept(connection), changes or Changes())


async def versions(
    engine: AsyncEngine,
    menus: Iterable[Menu],
    brand: Brand,
    *,
    clock: Clock,
    changes: Changes | None = None,
) -> list[Version]:
    """Return the versions that definitions describe, with their pictures.

    Args:
        engine: what is drawn is kept there.
        menus: the definitions.
        brand: colours of what we draw.
        clock: says when it was drawn.
        changes: pictures that are about to change.
    """
    found = []
    async with engine.connect() as connection:
        known = await wardrobe(connection, changes)
    for menu in menus:
        picture = await _picture(engine, menu, brand, known, clock)
        found.append(filled(known.outline(menu, brand), picture))
    return found


async def given_to(engine: AsyncEngine, wanted: Iterable[Version]) -> list[Version]:
    """Return the versions of files, with the pictures that were given to their menus by hand."""
    found = []
    async with engine.connect() as connection:
        for version in wanted:
            picture = await pictures.picture(connection, (Origin.GIVEN, version.key))
            found.append(version if picture is None else with_picture(version, picture))
    return found


async def _picture(
    engine: AsyncEngine, menu: Menu, brand: Brand, known: Wardrobe, clock: Clock
) -> bytes:
    """Return a menu's picture; an empty one where a file is missing, so that the lint says it."""
    named = known.named(menu, brand)
    if named in known.changes.put:
        return known.changes.put[named]
    if named in known.kept:
        async with engine.connect() as connection:
            found = await pictures.picture(connection, named)
        if found is not None:
            return found
    found = await asyncio.to_thread(_shipped, menu, named)
    if found is not None or named[0] is not Origin.DRAWN:
        return found or b""
    drawn = await asyncio.to_thread(_drawn, menu, brand)
    async with engine.begin() as connection:
        await pictures.put(connection, named, drawn, source=_SOURCE, now=clock())
    return drawn


def _drawn(menu: Menu, brand: Brand) -> bytes:
    from richmenus.draw import draw, png  # noqa: PLC0415 - what draws pictures is slow to load

    return png(draw(menu, brand), recipe=recipe(menu, brand))


def _shipped(menu: Menu, named: Named) -> bytes | None:
    """Return the picture if it came with the program."""
    origin, name = named
    path: Path = IMAGES / f"{menu.key}.png" if origin is Origin.DRAWN else RICH_MENUS / name
    if not path.is_file():
        return None
    from richmenus.draw import recipe_in  # noqa: PLC0415 - as above

    found = path.read_bytes()
    return found if origin is Origin.FILE or recipe_in(found) == name else None
