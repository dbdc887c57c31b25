"""The floor under every webhook: the same server and loop, the signature checked, 200."""

import asyncio
import os

import uvloop
from aiohttp import web

from bot.bench.path.webhooks import PATH
from bot.line.signature import is_valid


async def webhook(request: web.Request) -> web.Response:
    """Check the signature and answer."""
    body = await request.read()
    claimed = request.headers.get("x-line-signature", "")
    secret = os.environ["LINE_CHANNEL_SECRET"]
    return web.Response(status=200 if is_valid(secret, body, claimed) else 401)


async def healthz(_: web.Request) -> web.Response:
    """Say that the process runs."""
    return web.Response()


async def main() -> None:
    """Serve until stopped."""
    app = web.Application()
    app.add_routes([web.post(PATH, webhook), web.get("/healthz", healthz)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
