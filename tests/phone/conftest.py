"""Chromium, the emulator and a shop's bot for tests of the phone page.

One browser serves all tests; each has its own emulator, bot and window. $CHROMIUM names
the browser, else it is looked for on the PATH.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.emulator import LineEmulator
from tests.phone.support import PUBLIC, SECRET, TOKEN, Line, Phone, Shop

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

OpenPage = Callable[..., Awaitable[Page]]


def find_chromium() -> str:
    named = os.environ.get("CHROMIUM")
    for candidate in (named,) if named else NAMES:
        if path := shutil.which(candidate):
            return path
    message = "the phone page needs a browser: apt-get install chromium (or name it: CHROMIUM=…)"
    if os.environ.get("ENISHI_TEST_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        await browser.close()


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    """Serve an app on a free port; the caller cleans the runner up."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncIterator[Shop]:
    """The bot, the emulator it speaks through at ``shop.line``, and its own pages."""
    shop = Shop()
    bot_runner, bot_url = await serve(shop.app)
    emulator = LineEmulator(
        channel_secret=SECRET,
        channel_access_token=TOKEN,
        webhook_url=f"{bot_url}/webhook",
        origins={PUBLIC: bot_url},
    )
    emulator.world.behaviour.redelivery = False
    line_runner, line_url = await serve(emulator.app)
    async with ClientSession() as http:
        shop.line = Line(emulator, line_url, http)
        yield shop
    await line_runner.cleanup()
    await bot_runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, shop: Shop) -> AsyncIterator[OpenPage]:
    """Open the phone page; at the end no script may have failed or been refused."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP")
    troubles: list[str] = []

    async def open_page(path: str = "/", *, width: int = 1280, height: int = 900) -> Page:
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: troubles.append(line.text) if "Security Policy" in line.text else None,
        )
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(shop.line.url + path)
        return page

    yield open_page
    await context.close()
    assert troubles == []


@pytest_asyncio.fixture(loop_scope="session")
async def mei(shop: Shop, open_page: OpenPage) -> Phone:
    """The phone of Mei, a friend of the account, alone on the page."""
    user_id = await shop.line.friend("メイ")
    mei = Phone(await open_page(), "メイ", user_id)
    await expect(mei.input).to_be_visible()
    return mei
