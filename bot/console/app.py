"""The console as one application, mounted at /console."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot import resources
from bot.console import assets
from bot.console.access import DECLARED, Declared, Routes
from bot.console.attempts import Attempts
from bot.console.gate import gate
from bot.console.headers import add_headers
from bot.console.navigation import Entry
from bot.console.pages import (
    account,
    audit,
    components,
    home,
    installed,
    second_step,
    shops,
    sign_in,
    staff,
    welcome,
)
from bot.console.rendering import ENTRIES
from bot.console.sessions import Sessions
from bot.console.trouble import trouble
from bot.console.visitor import SESSIONS

PATH: Final = "/console"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a page module brings: its routes, and its line in the menu, if it has one."""

    routes: Routes
    entry: Entry | None = None


TOPICS: Final = (
    Topic(assets.routes),
    Topic(installed.routes),
    Topic(components.routes),
    Topic(sign_in.routes),
    Topic(second_step.routes),
    Topic(welcome.routes),
    Topic(account.routes),
    Topic(home.routes, home.ENTRY),
    Topic(staff.routes, staff.ENTRY),
    Topic(shops.routes, shops.ENTRY),
    Topic(audit.routes, audit.ENTRY),
)


def create_console(parent: web.Application) -> web.Application:
    """Build it; the parent has opened everything before it starts."""
    app = web.Application(middlewares=[trouble, gate])
    app[DECLARED] = Declared()
    for topic in TOPICS:
        app[DECLARED].add(app, topic.routes)
    entries = [topic.entry for topic in TOPICS if topic.entry is not None]
    app[ENTRIES] = sorted(entries, key=lambda entry: entry.position)
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(_opened(parent))
    return app


def mount(parent: web.Application) -> None:
    """Serve the console as a part of the web process."""
    parent.router.add_get(PATH, _to_the_start)
    parent.add_subapp(PATH, create_console(parent))


def _opened(parent: web.Application) -> Callable[[web.Application], AsyncIterator[None]]:
    async def opened(app: web.Application) -> AsyncIterator[None]:
        app[DECLARED].require_all(app)
        redis = parent[resources.REDIS]
        app[SESSIONS] = Sessions(redis)
        app[sign_in.ATTEMPTS] = Attempts(redis)
        yield

    return opened


async def _to_the_start(_: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther(f"{PATH}/")
