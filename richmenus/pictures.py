"""The pictures of menus, as the database keeps them.

    content apply -> file     console -> given, in the place of what a definition draws or names
    tiles -> drawn, so that nobody draws them twice          -> rich_menu_pictures -> dressing.py

A picture changes nothing on LINE before the next apply, and every process finds it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query
from bot.store.types import from_ms
from richmenus.picture import content_type_of
from richmenus.version import digest_of


class Origin(StrEnum):
    """Where a picture comes from, and what it is called by."""

    #: A definition's ``image``: its path below ``richmenus/``.
    FILE = "file"
    #: By hand: the menu's key.
    GIVEN = "given"
    #: By us: its recipe.
    DRAWN = "drawn"


#: Origin and name.
Named: TypeAlias = tuple[Origin, str]

_KEPT: Final = Query(
    "SELECT origin, name, digest, content_type, source, changed_at FROM rich_menu_pictures"
)
_PICTURE: Final = Query(
    "SELECT picture FROM rich_menu_pictures WHERE origin = :origin AND name = :name"
)
_PUT: Final = Query(
    "INSERT INTO rich_menu_pictures "
    "(origin, name, digest, picture, content_type, source, changed_at) "
    "VALUES (:origin, :name, :digest, :picture, :content_type, :source, :now) "
    "ON CONFLICT (origin, name) DO UPDATE SET digest = excluded.digest, "
    "picture = excluded.picture, content_type = excluded.content_type, "
    "source = excluded.source, changed_at = excluded.changed_at"
)
_REMOVE: Final = Query("DELETE FROM rich_menu_pictures WHERE origin = :origin AND name = :name")
_FORGET: Final = Query(
    "DELETE FROM rich_menu_pictures WHERE origin = 'drawn' AND NOT name = ANY(:names::text[])"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture without its bytes: what it is, who gave it, and when."""

    #: SHA-256, hexadecimal.
    digest: str
    content_type: str
    source: str
    changed_at: datetime


async def kept(connection: AsyncConnection) -> dict[Named, Kept]:
    """Return which pictures there are."""
    return {
        (Origin(row[0]), row[1]): Kept(row[2], row[3], row[4], from_ms(row[5]))
        for row in await _KEPT.rows(connection)
    }


async def picture(connection: AsyncConnection, named: Named) -> bytes | None:
    """Return one picture."""
    origin, name = named
    for row in await _PICTURE.rows(connection, origin=origin.value, name=name):
        return bytes(row[0])
    return None


async def put(
    connection: AsyncConnection, named: Named, picture: bytes, *, source: str, now: datetime
) -> None:
    """Keep a picture that the lint has found no error in.

    Args:
        connection: in a transaction.
        named: what it is called by; an earlier one of that name goes.
        picture: PNG or JPEG.
        source: such as ``staff:12``.
        now: the moment.

    Raises:
        PictureError: it is neither.
    """
    await _PUT.count(
        connection,
        origin=named[0].value,
        name=named[1],
        digest=digest_of(picture),
        picture=picture,
        content_type=content_type_of(picture),
        source=source,
        now=now,
    )


async def remove(connection: AsyncConnection, named: Named) -> bool:
    """Go without it; False: it was so already."""
    origin, name = named
    return await _REMOVE.count(connection, origin=origin.value, name=name) == 1


async def forget_drawn(connection: AsyncConnection, recipes: Collection[str]) -> None:
    """Forget all that was drawn by other recipes than these."""
    await _FORGET.count(connection, names=list(recipes))


def given(kept: Mapping[Named, Kept]) -> dict[str, Kept]:
    """Return which menus have a picture given by hand, by key."""
    return {name: one for (origin, name), one in kept.items() if origin is Origin.GIVEN}
