"""The customer beside a talk: what is known of them, and what they have."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.console.pages.talk.looking import Talking


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows."""

    talking: Talking


async def read_panel(request: web.Request, connection: AsyncConnection, talking: Talking) -> Panel:
    """Read it."""
    del request, connection
    return Panel(talking)
