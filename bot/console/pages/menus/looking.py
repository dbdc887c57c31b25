"""What every page of menus begins with: all menus, one of them, the reader's language."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.pages.menus.overview import MenuLine, Overview, overview
from bot.console.rendering import language_of
from bot.console.visitor import clock_of
from bot.menus.choosing import Choice
from bot.people.bilingual import Language
from richmenus import dressing, repository
from richmenus.findings import Finding
from richmenus.lint import lint_version
from richmenus.version import Outline, Version


async def look(request: web.Request, connection: AsyncConnection) -> Overview:
    """Look at every menu, in the reader's language."""
    app, now = request.config_dict, clock_of(request)()
    menus, brand = app[keys.LIBRARY].contents.menus, app[keys.ACCOUNT].brand
    return await overview(connection, menus, app[keys.MENUS], brand, reader_of(request), now=now)


async def described(app: Mapping[Any, Any], *menus: str) -> list[Version]:
    """Return what the definitions describe, with pictures.

    Args:
        app: this process.
        menus: keys; by default of all.
    """
    known = app[keys.LIBRARY].contents.menus
    wanted = [known[key] for key in menus or known]
    engine, brand = app[resources.ENGINE], app[keys.ACCOUNT].brand
    return await dressing.versions(engine, wanted, brand, clock=app[resources.CLOCK])


def found(seen: Overview, request: web.Request) -> MenuLine:
    """Return the menu that an address names.

    Raises:
        HTTPNotFound: there is none.
    """
    line = seen.menu(request.match_info["key"])
    if line is None:
        raise web.HTTPNotFound
    return line


def reader_of(request: web.Request) -> Language:
    """Return the language of whoever looks, as rules and actions are said in it."""
    return "en" if language_of(request) == "en" else "ja"


def heads_of(choice: Choice, counts: Sequence[int]) -> dict[str, int]:
    """Return how many friends the rules give each menu, by key."""
    menus = [*(one.rule.menu for one in choice.asked), choice.default]
    heads = dict.fromkeys(menus, 0)
    for menu, count in zip(menus, counts, strict=True):
        heads[menu] += count
    return heads


async def version_of(request: web.Request, key: str, fingerprint: str) -> Version | None:
    """Return a version that was published or is prepared; None: there is none."""
    app = request.config_dict
    async with app[resources.ENGINE].connect() as connection:
        kept = await repository.find(connection, key, fingerprint)
    if kept is not None or key not in app[keys.LIBRARY].contents.menus:
        return kept
    async with app[resources.ENGINE].connect() as connection:
        line = (await look(request, connection)).menu(key)
    if line is None or line.version.fingerprint != fingerprint:
        return None  # what was never is not drawn for whoever asks
    (version,) = await described(app, key)
    return version if version.fingerprint == fingerprint else None


async def checked(request: web.Request, wanted: Outline) -> Sequence[Finding]:
    """Return what the lint finds of a version; once it was looked at, that is remembered."""
    version = await version_of(request, wanted.key, wanted.fingerprint)
    return () if version is None else await asyncio.to_thread(lint_version, version)
