"""The live stream for the phone page and other watchers."""

from aiohttp import web

from bot.emulator.control.views import Order, Views

views = Views()


@views.get("/stream")
async def stream(order: Order) -> web.StreamResponse:
    """Stream what happens as server-sent events."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    )
    with order.platform.stream.subscription() as queue:
        await response.prepare(order.request)
        await response.write(b": welcome\n\n")
        while (data := await queue.get()) is not None:
            await response.write(data)
    return response
