"""What every page of menus begins with: all menus, one of them, the reader's language."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys
from bot.console.pages.menus.overview import MenuLine, Overview, overview
from bot.console.rendering import language_of
from bot.console.visitor import clock_of
from bot.menus.choosing import Choice
from bot.people.bilingual import Language
from richmenus.findings import Finding
from richmenus.lint import lint_version
from richmenus.version import Version


async def look(request: web.Request, connection: AsyncConnection) -> Overview:
    """Look at every menu, in the reader's language."""
    service = request.config_dict[keys.MENUS]
    return await overview(connection, service, reader_of(request), now=clock_of(request)())


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


async def checked(version: Version) -> Sequence[Finding]:
    """Return what the lint finds of a version; once it was looked at, that is remembered."""
    return await asyncio.to_thread(lint_version, version)
