"""The shop, its pictures, its account and a browser, for programs outside of the tests."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import ClientSession
from playwright.async_api import Browser, async_playwright

from bot.emulator import LineEmulator
from tests.phone.conftest import ARGUMENTS, find_chromium, serve
from tests.phone.gallery import gallery
from tests.phone.support import PUBLIC, SECRET, TOKEN, Line, Shop


@asynccontextmanager
async def stage() -> AsyncIterator[tuple[Shop, Browser]]:
    """Open everything; no rate limit and no quota stand in the way."""
    shop = Shop()
    shop.app.add_subapp("/pictures", gallery())
    async with AsyncExitStack() as stack:
        bot_runner, bot_url = await serve(shop.app)
        stack.push_async_callback(bot_runner.cleanup)
        emulator = LineEmulator(
            channel_secret=SECRET,
            channel_access_token=TOKEN,
            webhook_url=f"{bot_url}/webhook",
            origins={PUBLIC: bot_url},
            rate_scale=0,
            monthly_limit=None,
        )
        emulator.world.account.display_name = "縁茶屋"
        emulator.world.account.basic_id = "@enishi-chaya"
        line_runner, line_url = await serve(emulator.app)
        stack.push_async_callback(line_runner.cleanup)
        http = await stack.enter_async_context(ClientSession())
        shop.line = Line(emulator, line_url, http)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=list(ARGUMENTS)
        )
        stack.push_async_callback(browser.close)
        yield shop, browser
