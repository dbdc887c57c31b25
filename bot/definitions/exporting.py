"""The account as the files of a folder: definitions in their authors' words, and pictures.

definitions, definition_files, rich_menu_pictures (or the sample's) -> bytes by path
"""

from collections.abc import AsyncIterator, Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content import RICH_MENUS, folder, writing
from bot.content.model import Document
from bot.content.stored import Stored
from bot.definitions.building import build
from bot.definitions.pictures import path_of
from bot.definitions.plan import account
from richmenus import pictures
from richmenus.pictures import Origin


async def files_of(connection: AsyncConnection, found: Stored) -> dict[str, bytes]:
    """Return every file by its path; what did not change keeps its author's words."""
    documents = account(found)
    texts = found.texts if found.is_whole else folder.sample().texts
    written = writing.files(documents, texts)
    shown = {path: data async for path, data in _pictures(connection, documents)}
    return {**{path: text.encode() for path, text in written.items()}, **shown}


async def _pictures(
    connection: AsyncConnection, documents: Iterable[Document]
) -> AsyncIterator[tuple[str, bytes]]:
    """List the pictures that menus name, and those given by hand."""
    contents = build(documents)
    kept = await pictures.kept(connection)
    for named, one in kept.items():
        if named[0] is not Origin.DRAWN:
            found = await pictures.picture(connection, named)
            yield path_of(named, one.content_type), found or b""
    for menu in contents.menus.values():
        if menu.image is not None and (Origin.FILE, menu.image) not in kept:
            path = RICH_MENUS / menu.image  # of the sample
            if path.is_file():
                yield path_of((Origin.FILE, menu.image), ""), path.read_bytes()
