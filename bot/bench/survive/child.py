"""The private entry of every process that the bench may kill.

    python -m bot.bench.survive.child --role worker --clock FILE [--break NAME]

The bot's roles run what production runs; what differs is the clock, the root router and, on
request, one breakage.
"""

import argparse
import asyncio
import ctypes
import os
import signal
import sys
from collections import deque
from pathlib import Path
from typing import Final

from aiohttp import web

from bot import logging
from bot.app import ALL, Role, create_app
from bot.bench.proxy import HOST
from bot.bench.survive import breakages, echo
from bot.bench.survive.shared_clock import SharedClock
from bot.errors import SetupError
from bot.settings import Settings

ROLES: Final = {
    "web": Role.WEB,
    "worker": Role.WORKER,
    "dispatcher": Role.DISPATCHER,
    "scheduler": Role.SCHEDULER,
    "serve": ALL,
}
#: Roles that listen.
_LISTENS: Final = Role.WEB
_PR_SET_PDEATHSIG: Final = 1


def main() -> None:
    """Run one process until it is killed or asked to stop."""
    _die_with_the_bench()
    read = argparse.ArgumentParser()
    read.add_argument("--role", choices=[*ROLES, "line"], required=True)
    read.add_argument("--clock", type=Path, required=True)
    read.add_argument("--break", dest="breakage", choices=list(breakages.ALL))
    asked = read.parse_args()
    if asked.role == "line":
        run_line()
        return
    logging.set_up(json=True)
    if asked.breakage:
        breakages.apply(asked.breakage)
    clock = SharedClock(asked.clock)
    try:
        asyncio.run(run_bot(Settings.from_env(os.environ), ROLES[asked.role], clock))
    except SetupError as error:
        print(f"enishi: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


async def run_bot(settings: Settings, roles: Role, clock: SharedClock) -> None:
    """Run some roles of the bot until asked to stop."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    app = create_app(settings, roles=roles, clock=clock.now, root=echo.root)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        if roles & _LISTENS:
            await web.TCPSite(runner, HOST, settings.port, backlog=1024).start()
        await stopped.wait()
    finally:
        await runner.cleanup()


def run_line() -> None:
    """Run the emulated LINE, which forgets no delivery."""
    from bot.emulator import LineEmulator

    settings = Settings.from_env(os.environ)
    line = LineEmulator(
        channel_secret=settings.channel_secret,
        channel_access_token=settings.channel_access_token,
        monthly_limit=None,
    )
    line.platform.courier.book = deque()
    web.run_app(line.app, host=HOST, port=settings.port, print=None, access_log=None)


def _die_with_the_bench() -> None:
    """On Linux the kernel ends us when the bench is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(1)


if __name__ == "__main__":
    main()
