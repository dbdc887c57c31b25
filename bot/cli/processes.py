"""The processes: everything in one (demo, serve), or each part for itself (Procfile)."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.loop import keep_for_good, run

if TYPE_CHECKING:
    from aiohttp import web

    from bot.app import Role
    from bot.settings import Settings

_Port = Annotated[
    int | None, typer.Option(help="Serve health and metrics here; by default they are not served.")
]


def demo() -> None:
    """Run the whole bot with an emulated LINE: nothing to sign up for, all on this machine."""
    from bot.cli.demo import run_demo

    run(run_demo())


def serve() -> None:
    """Run everything in one process against the configured LINE account."""
    _run_until_asked(_serve())


def serve_web() -> None:
    """Take webhooks and serve pictures; needs DATABASE_URL and REDIS_URL."""
    _run_until_asked(_part("WEB", port=None))


def worker(port: _Port = None) -> None:
    """Handle received events and send their answers."""
    _run_until_asked(_part("WORKER", port=port or -1))


def dispatcher(port: _Port = None) -> None:
    """Send what waits in the outbox: paid messages, and what a dead worker left behind."""
    _run_until_asked(_part("DISPATCHER", port=port or -1))


def scheduler(port: _Port = None) -> None:
    """Erase what was kept long enough, give up what waited too long."""
    _run_until_asked(_part("SCHEDULER", port=port or -1))


def _run_until_asked(work: Coroutine[Any, Any, None]) -> None:
    """Run a process that may be asked to stop from its first moment on."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until its loop hears of it
    run(work)


async def _serve() -> None:
    stopped = asked_to_stop()
    from bot.app import ALL
    from bot.cli.embedded import with_stores

    settings = _settings()
    async with (
        with_stores(settings) as complete,
        running(complete, ALL, port=complete.port) as app,
    ):
        _say(
            f"Enishi serves on port {complete.port}; webhook path /line/webhook; console "
            f"{complete.public_url}/console/. Ctrl-C stops it."
        )
        if not await _has_staff(app):
            _say("Nobody can sign in yet: `./run enishi staff add LOGIN --role owner`.")
        await stopped.wait()


async def _has_staff(app: "web.Application") -> bool:
    from bot.resources import ENGINE
    from bot.staff import repository

    async with app[ENGINE].connect() as connection:
        return bool(await repository.list_all(connection))


async def _part(name: str, *, port: int | None) -> None:
    stopped = asked_to_stop()
    from bot.app import Role
    from bot.errors import SetupError

    settings = _settings()
    missing = [
        f"  {variable} is missing; the parts of the bot meet there. `enishi serve` needs none."
        for variable, value in (
            ("DATABASE_URL", settings.database_url),
            ("REDIS_URL", settings.redis_url),
        )
        if value is None
    ]
    if missing:
        raise SetupError("\n".join(["The settings are not complete:", *missing]))
    chosen = settings.port if port is None else port
    async with running(settings, Role[name], port=None if chosen < 0 else chosen):
        await stopped.wait()


def _settings() -> "Settings":
    from bot import logging
    from bot.settings import Settings

    settings = Settings.from_env(os.environ)
    logging.set_up(json=not sys.stderr.isatty())
    return settings


@asynccontextmanager
async def running(
    settings: "Settings",
    roles: "Role",
    *,
    port: int | None,
    host: str | None = None,
    app: "web.Application | None" = None,
) -> AsyncIterator["web.Application"]:
    """Run the app of some roles; with a port it also listens."""
    from aiohttp import web

    from bot.app import create_app

    app = app or create_app(settings, roles=roles)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    try:  # what was opened is closed again, too, when something after it cannot be
        await runner.setup()
        if port is not None:
            await listen(runner, port, host=host)
        keep_for_good()
        yield app
    finally:
        await runner.cleanup()


async def listen(runner: "web.AppRunner", port: int, *, host: str | None = None) -> None:
    """Open the port, or say who could be holding it.

    Raises:
        SetupError: the port is taken.
    """
    from aiohttp import web

    from bot.errors import SetupError

    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
    except OSError as error:
        raise SetupError(
            f"Port {port} cannot be opened ({error.strerror}). Stop what uses it, or choose "
            "another with PORT or EMULATOR_PORT."
        ) from error


def asked_to_stop() -> asyncio.Event:
    """Return what SIGTERM or Ctrl-C sets from now on: whoever starts is not cut off, but ends."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    return stopped


def _say(words: str) -> None:
    print(words, flush=True)
