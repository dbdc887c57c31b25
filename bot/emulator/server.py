"""The emulator: one aiohttp app that is LINE's API, the control API and the phone page.

LINE's operations + control views + page -> web.Application, owning its background tasks
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.emulator.api import gate
from bot.emulator.clock import VirtualClock
from bot.emulator.control import machinery
from bot.emulator.control.views import Json, Order, respond, served
from bot.emulator.model import LiffApp, World
from bot.emulator.platform import (
    DEFAULT_CHANNEL_ID,
    DEFAULT_LOGIN_CHANNEL_ID,
    DEFAULT_LOGIN_CHANNEL_SECRET,
    Keys,
    Platform,
)
from bot.emulator.routes import API, CONTROL
from bot.emulator.rules.menu_links import apply_due
from bot.emulator.rules.narrowcasts import advance
from bot.emulator.saving import Saver
from bot.emulator.webhooks.courier import Courier

PAGE: Final = Path(__file__).parent / "page"
#: The largest body of all operations, an audience file.
_MAX_BODY: Final = 64 * 1024 * 1024
#: How often what became due is done while nobody asks, in machine seconds.
_TICK_SECONDS: Final = 0.2


class LineEmulator:
    """An emulated LINE platform for one Official Account.

    Args:
        channel_secret: signs webhooks.
        channel_access_token: the long-lived token that calls must bear.
        webhook_url: where events go; None drops them until one is set.
        clock: virtual time; a running one when not given.
        state_path: the file that outlives a restart; None keeps all in memory.
        origins: public addresses that this machine serves elsewhere.
        rate_scale: scales LINE's rate limits; 0 lifts them.
        monthly_limit: the quota; None for no ceiling.
        channel_id: the Messaging API channel's id, for token endpoints.
        login_channel_id: the login channel's id, of the same provider.
        login_channel_secret: the login channel's secret.
    """

    def __init__(
        self,
        *,
        channel_secret: str,
        channel_access_token: str,
        webhook_url: str | None = None,
        clock: VirtualClock | None = None,
        state_path: Path | str | None = None,
        origins: Mapping[str, str] | None = None,
        rate_scale: float = 1.0,
        monthly_limit: int | None = 5000,
        channel_id: str = DEFAULT_CHANNEL_ID,
        login_channel_id: str = DEFAULT_LOGIN_CHANNEL_ID,
        login_channel_secret: str = DEFAULT_LOGIN_CHANNEL_SECRET,
    ) -> None:
        path = Path(state_path) if state_path is not None else None
        self.clock = clock or VirtualClock()
        self.platform = Platform(
            keys=Keys(
                channel_secret=channel_secret,
                channel_access_token=channel_access_token,
                channel_id=channel_id,
                login_channel_id=login_channel_id,
                login_channel_secret=login_channel_secret,
            ),
            clock=self.clock,
            origins=origins or {},
            media=path,
        )
        self._rate_scale, self._monthly_limit = rate_scale, monthly_limit
        self.platform.courier = Courier(self.platform)
        self.platform.chores += [apply_due, advance]
        self.clock.on_change(self._time_moved)
        self._start_over(None)
        self._saver = Saver(self.platform, path) if path else None
        if self._saver is not None and self._saver.restore():
            self.platform.world.behaviour.rate_scale = rate_scale
        if webhook_url is not None:
            self.platform.world.webhook_url = webhook_url
        self.app = self._build()

    @property
    def webhook_url(self) -> str | None:
        """Where events go."""
        return self.platform.world.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.platform.world.webhook_url = url

    @property
    def world(self) -> World:
        """The platform's state, for tests in the same process."""
        return self.platform.world

    def add_liff_app(self, liff_id: str, url: str) -> None:
        """Register a LIFF app under an id of your choice, for pages that want an ID token.

        Args:
            liff_id: the login channel's id, a hyphen and eight letters or digits.
            url: https address of the app's page.
        """
        app = LiffApp(liff_id, {"type": "full", "url": url}, {"scope": ["openid"]})
        self.platform.world.tokens.liff[liff_id] = app
        self.platform.on_change()

    async def settle(self, timeout_seconds: float = machinery.SETTLE_SECONDS) -> bool:
        """Wait until no webhook is pending or in flight; False when that takes too long."""
        return await self.platform.courier.settle(timeout_seconds)

    async def reset(self) -> None:
        """Forget everything but the keys, the webhook address and the time."""
        await self.platform.courier.abandon()
        self._start_over(self.webhook_url)
        self.platform.faults.clear()
        self.platform.buckets.clear()
        self.platform.requests.clear()
        self.platform.stream.publish({"type": "reset"})
        self.platform.on_change()

    def _start_over(self, webhook_url: str | None) -> None:
        world = self.platform.world = World(webhook_url=webhook_url)
        world.behaviour.rate_scale = self._rate_scale
        world.ledger.limit = self._monthly_limit

    def _time_moved(self) -> None:
        self.platform.catch_up()
        self.platform.stream.publish({"type": "clock", "now": self.clock.ms()})
        self.platform.on_change()

    def _build(self) -> web.Application:
        app = web.Application(client_max_size=_MAX_BODY)
        add = app.router.add_route
        for operations in API:
            for operation in operations.table:
                add(operation.method, operation.path, gate.guarded(self.platform, operation))
        for views in CONTROL:
            for method, path, view in views.table:
                add(method, path, served(self.platform, view))
        add("POST", "/_emulator/reset", served(self.platform, self._reset_view))
        add("GET", "/", _page_view)
        add("GET", "/page/{path:.*}", _page_view)
        add("*", "/_emulator/{path:.*}", _no_such_control)
        add("GET", "/favicon.ico", _icon_view)
        add("*", "/{path:.*}", gate.unknown(self.platform))
        app.cleanup_ctx.append(self._background)
        app.on_shutdown.append(self._close)
        return app

    async def _reset_view(self, _order: Order) -> Json:
        await self.reset()
        return {}

    async def _background(self, _app: web.Application) -> AsyncIterator[None]:
        """Run the courier, the saver and the ticker while the app runs."""
        self.platform.closing = False
        self.platform.courier.start()
        tasks = [asyncio.create_task(self._tick())]
        if self._saver is not None:
            tasks.append(asyncio.create_task(self._saver.run()))
        yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._saver is not None:
            self._saver.save()
        await self.platform.courier.stop()

    async def _close(self, _app: web.Application) -> None:
        """End what would keep the server from stopping: streams, and calls hanging on purpose."""
        self.platform.closing = True
        self.platform.stream.close()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            self.platform.catch_up()


async def _no_such_control(request: web.Request) -> web.StreamResponse:
    """Answer for what the control API does not have."""
    return respond({"message": f"there is no {request.method} {request.path}"}, 404)


async def _icon_view(_request: web.Request) -> web.StreamResponse:
    """Serve the page's icon to browsers that ask for it by habit."""
    return web.FileResponse(PAGE / "icon.svg", headers=_PAGE_HEADERS)


async def _page_view(request: web.Request) -> web.StreamResponse:
    """Serve the phone page."""
    path = (PAGE / (request.match_info.get("path") or "index.html")).resolve()
    if not path.is_relative_to(PAGE) or not path.is_file():
        raise web.HTTPNotFound(text="There is no phone page here (yet).")
    return web.FileResponse(path, headers=_PAGE_HEADERS)


#: The page draws what strangers write: its own scripts and styles only. index.html says it too.
_PAGE_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; img-src * data: blob:; media-src * blob:; frame-src http: https:;"
        " object-src 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}
