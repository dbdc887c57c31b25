"""The whole bot with one more button, whose handler has a bug.

python -m bot.bench.path.failing
"""

import asyncio
import os
from dataclasses import dataclass
from typing import ClassVar, Final

import uvloop
from aiohttp import web

import handlers
from bot import logging
from bot.app import create_app
from bot.postbacks import PostbackData
from bot.routing import Context, Messages, Router
from bot.settings import Settings

router: Final = Router("failing")


@dataclass(frozen=True, slots=True)
class Fail(PostbackData):
    """The button with the bug."""

    action: ClassVar[str] = "bench.fail"


@router.postback(Fail)
async def failed(_ctx: Context, _data: Fail) -> Messages:
    """Fail, this time and every other."""
    raise RuntimeError("a bug")


async def main() -> None:
    """Serve until stopped."""
    logging.set_up(json=True)
    settings = Settings.from_env(os.environ)
    app = create_app(settings, root=Router("bench", router, handlers.root))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", settings.port, backlog=1024).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(main())
