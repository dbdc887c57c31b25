"""A shop of its own and a browser in front of it, for what is run by hand."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.embedded.valkey import ValkeyServer
from bot.store import schema
from bot.store.engine import open_engine
from tests.phone.conftest import ARGUMENTS, find_chromium
from tests.support import Shop, open_shop


@asynccontextmanager
async def playing() -> AsyncIterator[tuple[Browser, Shop]]:
    """Open both on stores that go with them."""
    with tempfile.TemporaryDirectory(prefix="enishi-pages-") as folder:
        data = Path(folder)
        valkey = ValkeyServer(data / "valkey")
        await asyncio.to_thread(valkey.start)
        url = f"sqlite+aiosqlite:///{data / 'pages.db'}"
        engine = open_engine(url)
        await schema.upgrade(engine)
        await engine.dispose()
        try:
            async with open_shop(url, valkey.url, data) as shop, async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=find_chromium(), args=ARGUMENTS
                )
                yield browser, shop
                await browser.close()
        finally:
            await asyncio.to_thread(valkey.stop)
