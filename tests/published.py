"""Rich menus that are on LINE already: published for real once, then put where that left them.

first shop: publish_menus, kept -> every other one: rows and LINE's menus as they were then
"""

import copy
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.richmenus import publish_menus
from bot.emulator import LineEmulator
from bot.emulator.model.menus import RichMenus
from bot.resources import ENGINE, database
from bot.settings import Settings
from bot.store.engine import open_engine
from bot.store.tables import metadata
from bot.store.tables.menus import menu_progress, menu_repoints, menus
from bot.store.tables.rich_menus import rich_menu_steps, rich_menu_versions
from richmenus.version import versions

_WRITTEN: Final = (rich_menu_versions, rich_menu_steps, menus, menu_progress, menu_repoints)


@dataclass(frozen=True, slots=True)
class _Published:
    """What publishing leaves behind."""

    rows: dict[str, list[dict[str, Any]]]
    menus: RichMenus
    pictures: list[bytes]


_kept: dict[tuple[str, ...], _Published] = {}


async def put_menus(app: web.Application, line: LineEmulator, settings: Settings) -> None:
    """Let the menus be on LINE when the app has opened its database."""
    wanted = tuple(one.fingerprint for one in versions())
    kept = _kept.get(wanted)
    if kept is None:
        await publish_menus(settings, clock=line.clock.now)
        engine = open_engine(str(settings.database_url))
        _kept[wanted] = await _what_is_there(engine, line)
        await engine.dispose()
        return
    line.world.menus = copy.deepcopy(kept.menus)
    for picture in kept.pictures:
        line.platform.media.put(picture)
    steps = app.cleanup_ctx
    steps.insert(steps.index(database) + 1, _writing(kept))


async def _what_is_there(engine: AsyncEngine, line: LineEmulator) -> _Published:
    async with engine.connect() as connection:
        rows = {
            table.name: [
                dict(row) for row in (await connection.execute(table.select())).mappings()
            ]
            for table in metadata.sorted_tables
        }
    written = {table.name for table in _WRITTEN}
    others = [name for name, found in rows.items() if found and name not in written]
    assert not others, f"publishing also writes {others}: keep these here, too"
    media = line.platform.media
    keys = [menu.media_key for menu in line.world.menus.menus.values()]
    pictures = [found for key in keys if key and (found := media.get(key))]
    return _Published(rows, copy.deepcopy(line.world.menus), pictures)


def _writing(kept: _Published) -> Callable[[web.Application], AsyncIterator[None]]:
    async def writing(app: web.Application) -> AsyncIterator[None]:
        async with app[ENGINE].begin() as connection:
            for table in _WRITTEN:
                if kept.rows[table.name]:
                    await connection.execute(table.insert(), kept.rows[table.name])
        yield

    return writing
