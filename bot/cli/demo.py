"""The demo: an emulated LINE, the whole bot and their stores, in one process on loopback."""

import sys
from contextlib import AsyncExitStack

from aiohttp import web

from bot import content, logging
from bot.app import ALL, create_app
from bot.cli import demo_staff
from bot.cli.demo_settings import HOST, demo_settings
from bot.cli.embedded import with_stores
from bot.cli.processes import asked_to_stop, listen, running
from bot.cli.richmenus import publish_menus
from bot.emulator import LineEmulator
from bot.resources import ENGINE
from bot.settings import Settings


async def run_demo() -> None:
    """Run until stopped."""
    stopped = asked_to_stop()
    settings = demo_settings()
    logging.set_up(json=not sys.stderr.isatty())
    async with AsyncExitStack() as stack:
        settings = await stack.enter_async_context(with_stores(settings))
        emulator = LineEmulator(
            channel_secret=settings.channel_secret,
            channel_access_token=settings.channel_access_token,
            webhook_url=settings.webhook_url,
            state_path=settings.data / "emulator.json",
            origins={settings.public_url: f"http://{HOST}:{settings.port}"},
        )
        emulator.world.account.display_name = content.account().shop.name
        emulator.world.account.chat_mode = "bot"  # what a friend writes is read at once
        if settings.liff_id is not None:
            emulator.add_liff_app(settings.liff_id, f"{settings.public_url}/p/liff")
        await stack.enter_async_context(_serving(emulator.app, settings.emulator_port))
        await publish_menus(settings, clock=emulator.clock.now)
        app = create_app(settings, clock=emulator.clock.now)
        await stack.enter_async_context(
            running(settings, ALL, port=settings.port, host=HOST, app=app)
        )
        await demo_staff.hire(app[ENGINE], now=emulator.clock.now())
        _welcome(settings)
        await stopped.wait()
        print("\nStopping…", flush=True)


class _serving:  # noqa: N801 - reads as a statement
    """Serve an app on loopback for a while."""

    def __init__(self, app: web.Application, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        self._port = port

    async def __aenter__(self) -> None:
        await self._runner.setup()
        await listen(self._runner, self._port, host=HOST)

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


def _welcome(settings: Settings) -> None:
    print(
        f"""
  Enishi is running, with an emulated LINE (not LINE's own, and not affiliated with it).

    Phone page   http://{HOST}:{settings.emulator_port}/
    Console      http://{HOST}:{settings.port}/console/
                 sign in as {demo_staff.OWNER} (or sato, takahashi) with {demo_staff.PASSWORD}
    Health       http://{HOST}:{settings.port}/readyz

  Open the phone page, add a person, add the account as a friend and answer the survey.
  Everything is kept in {settings.data}/. Ctrl-C stops it.
""",
        flush=True,
    )
