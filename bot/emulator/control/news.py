"""The live stream for the phone page and other watchers."""

import asyncio
from contextlib import suppress
from typing import Final

from aiohttp import web

from bot.emulator.control.views import Order, Views

views = Views()

_STILL_THERE_SECONDS: Final = 15.0


@views.get("/stream")
async def stream(order: Order) -> web.StreamResponse:
    """Stream what happens as server-sent events."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    )
    with order.platform.stream.subscription() as queue:
        await response.prepare(order.request)
        with suppress(ConnectionError):  # the watcher is gone
            await _relay(queue, response)
    return response


async def _relay(queue: asyncio.Queue[bytes | None], response: web.StreamResponse) -> None:
    """Pass news on until the stream ends; now and then a comment finds out who is gone."""
    await response.write(b": welcome\n\n")
    while True:
        try:
            data = await asyncio.wait_for(queue.get(), _STILL_THERE_SECONDS)
        except TimeoutError:
            data = b": still there\n\n"
        if data is None:
            return
        await response.write(data)
