"""Pictures that were given to menus by hand, in the place of what the definitions draw or name.

    console -> put -> rich_menu_pictures -> dressed -> plan, apply, back

A picture changes nothing on LINE before the next apply, and every process finds it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch
from bot.store.batch import Query
from bot.store.tables.rich_menus import rich_menu_pictures
from bot.store.types import from_ms
from richmenus.version import Version, with_picture

_LIST = Query("SELECT key, source, changed_at FROM rich_menu_pictures")
_PICTURES = Query("SELECT key, picture, content_type FROM rich_menu_pictures")
_REMOVE = Query("DELETE FROM rich_menu_pictures WHERE key = :key")


@dataclass(frozen=True, slots=True)
class Given:
    """Who gave a menu its picture, and when."""

    source: str
    changed_at: datetime


async def given(connection: AsyncConnection) -> Mapping[str, Given]:
    """Return which menus have a picture given by hand, by key."""
    return {row[0]: Given(row[1], from_ms(row[2])) for row in await _LIST.rows(connection)}


async def put(
    connection: AsyncConnection,
    key: str,
    picture: bytes,
    content_type: str,
    *,
    source: str,
    now: datetime,
) -> None:
    """Give a menu a picture that the lint has found no error in.

    Args:
        connection: in a transaction.
        key: of the menu.
        picture: PNG or JPEG.
        content_type: by its content.
        source: such as ``staff:12``.
        now: the moment.
    """
    await _REMOVE.count(connection, key=key)
    row: dict[str, Any] = {"key": key, "picture": picture, "content_type": content_type}
    await batch.insert(
        connection, rich_menu_pictures, [row | {"source": source, "changed_at": now}]
    )


async def remove(connection: AsyncConnection, key: str) -> bool:
    """Go by the definition's picture again; False: it was so already."""
    return await _REMOVE.count(connection, key=key) == 1


async def dressed(connection: AsyncConnection, versions: Sequence[Version]) -> list[Version]:
    """Return the versions with the pictures that were given to them."""
    given = {row[0]: (bytes(row[1]), row[2]) for row in await _PICTURES.rows(connection)}
    return [
        with_picture(version, *given[version.key]) if version.key in given else version
        for version in versions
    ]
