"""A process that dies at the n-th point of handling an event, or a call of the API.

    a post arrives -> the fuse is lit -> before and after every statement, commit and HTTP call
    to LINE: one point -> at point n: exit, with no finally and no farewell

A run without an end counts the points and writes the number down.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import resources
from bot.app import Role, create_app
from bot.bench.proxy import HOST
from bot.bench.survive import echo
from bot.line.client import LineClient
from bot.settings import Settings
from bot.store import batch
from bot.store.engine import open_engine

#: What a killed process answers its parent.
KILLED: Final = 137
#: Nothing happens for this long: the event is through. The nets look again once a second.
QUIET_SECONDS: Final = 0.6
_MOST_SECONDS: Final = 15.0


class Fuse:
    """Counts points once it is lit, and ends the process at one of them."""

    def __init__(self, *, at: int | None) -> None:
        self._at = at
        self._lit = False
        self.points: list[str] = []

    def light(self) -> None:
        """Count from here."""
        self._lit = True

    def point(self, name: str) -> None:
        """Pass a point, or end at it."""
        if not self._lit:
            return
        self.points.append(name)
        if len(self.points) == self._at:
            os._exit(KILLED)


def watch_engine(engine: AsyncEngine, fuse: Fuse) -> None:
    """Make points of everything that is asked of the database."""
    sync: Any = engine.sync_engine

    def before(*arguments: Any) -> None:
        fuse.point(f"before {_short(arguments[2])}")

    def after(*arguments: Any) -> None:
        fuse.point(f"after {_short(arguments[2])}")

    event.listen(sync, "before_cursor_execute", before)
    event.listen(sync, "after_cursor_execute", after)
    for name in ("rows_of", "count_of"):  # what goes past SQLAlchemy
        _watch_driver(name, fuse)
    commit = sync.dialect.do_commit

    def do_commit(connection: Any) -> None:
        fuse.point("before COMMIT")
        commit(connection)
        fuse.point("after COMMIT")

    sync.dialect.do_commit = do_commit


def _watch_driver(name: str, fuse: Fuse) -> None:
    asked: Callable[..., Awaitable[Any]] = getattr(batch, name)

    async def watched(*arguments: Any) -> Any:
        fuse.point(f"before {_short(arguments[2])}")
        answer = await asked(*arguments)
        fuse.point(f"after {_short(arguments[2])}")
        return answer

    setattr(batch, name, watched)


def watch_line(fuse: Fuse) -> None:
    """Make points of every call to LINE, before it leaves and once it is answered."""
    for name in ("send", "ask", "call"):
        _watch(name, fuse)


def _watch(name: str, fuse: Fuse) -> None:
    asked: Callable[..., Awaitable[Any]] = getattr(LineClient, name)

    async def watched(self: LineClient, *arguments: Any, **more: Any) -> Any:
        where = " ".join(each for each in arguments if isinstance(each, str))
        fuse.point(f"before {where}")
        answer = await asked(self, *arguments, **more)
        fuse.point(f"after {where}")
        return answer

    setattr(LineClient, name, watched)


def run_with_fuse(
    settings: Settings,
    *,
    at: int | None,
    count_into: Path | None,
    roles: Role = Role.WEB | Role.WORKER,
) -> None:
    """Run some roles until what was posted is through, or until point ``at``; never returns."""
    asyncio.run(_run(settings, roles, Fuse(at=at), count_into))


async def _run(settings: Settings, roles: Role, fuse: Fuse, count_into: Path | None) -> None:
    def opened(url: str) -> AsyncEngine:
        engine = open_engine(url)
        watch_engine(engine, fuse)
        return engine

    setattr(resources, "open_engine", opened)  # noqa: B010 - the module's own name for it
    watch_line(fuse)
    app = create_app(settings, roles=roles, root=echo.root)
    app.middlewares.append(_lighting(fuse))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, settings.port).start()
    await _until_quiet(fuse)
    if count_into is not None:
        await asyncio.to_thread(count_into.write_text, "\n".join(fuse.points))
    os._exit(0)


def _lighting(fuse: Fuse) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def light(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.method == "POST":
            fuse.light()
            fuse.point("it arrives")
        response = await handler(request)
        fuse.point("it is answered")
        return response

    return light


async def _until_quiet(fuse: Fuse) -> None:
    """Return when nothing has happened for a while since the fuse was lit."""
    loop = asyncio.get_running_loop()
    latest, since = 0, loop.time()
    while loop.time() - since < (QUIET_SECONDS if latest else _MOST_SECONDS):
        await asyncio.sleep(0.01)
        if len(fuse.points) != latest:
            latest, since = len(fuse.points), loop.time()


def _short(statement: str) -> str:
    return " ".join(statement.split())[:60]
