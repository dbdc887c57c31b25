"""Pictures of the pages of notices; ``.venv/bin/python -m tests.notices.screenshots``.

A shop of its own, with a member who hears by everything -> docs/screenshots/
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.embedded.valkey import ValkeyServer
from bot.notices import choices, devices
from bot.notices.model import CHOSEN, Choices, Way
from bot.resources import CLOCK, ENGINE
from bot.staff.rights import Role
from bot.store import schema
from bot.store.engine import open_engine
from tests.checks.files import ROOT
from tests.console.support import PASSWORD, hire
from tests.conversations.support import asks
from tests.notices.mailbox import open_mailbox
from tests.notices.push_service import Device, open_push_service
from tests.notices.support import looks, open_shop_with_mail
from tests.phone.conftest import ARGUMENTS, find_chromium
from tests.support import Shop

FOLDER: Final = ROOT / "docs" / "screenshots"
SIZES: Final = {
    "desk": ViewportSize(width=1280, height=1000),
    "phone": ViewportSize(width=390, height=844),
}
IPHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1"


async def main() -> None:
    """Write them."""
    with tempfile.TemporaryDirectory(prefix="enishi-notices-") as data:
        folder = Path(data)
        valkey, url = ValkeyServer(folder), f"sqlite+aiosqlite:///{folder}/enishi.db"
        engine = open_engine(url)
        await schema.upgrade(engine)
        await engine.dispose()
        valkey.start()
        try:
            async with (
                open_mailbox() as mailbox,
                open_shop_with_mail(url, valkey.url, folder, mailbox) as shop,
                async_playwright() as playwright,
            ):
                await happen(shop)
                mailbox.answer = "451 4.7.1 Please try again later"
                await asks(shop, "鈴木 はな")
                await looks(shop)
                browser = await playwright.chromium.launch(
                    executable_path=find_chromium(), args=ARGUMENTS
                )
                for size in SIZES:
                    await shoot(browser, shop, size)
                await browser.close()
        finally:
            valkey.stop()


async def happen(shop: Shop) -> None:
    """Let somebody be told of something."""
    sato = await hire(shop, "sato", Role.ADMIN, name="佐藤 花子")
    await hire(shop, "suzuki", Role.STAFF, name="鈴木 一郎")
    chosen = Choices(
        ways={kind: frozenset({Way.BROWSER, Way.MAIL}) for kind in CHOSEN},
        mail="sato@mugi-to-tsubame.example",
        quiet_from=21 * 60,
        quiet_to=8 * 60,
        gather_minutes=0,
    )
    async with open_push_service() as service:
        device = Device(service, "").form
    async with shop.app[ENGINE].begin() as connection:
        now = shop.app[CLOCK]()
        await choices.keep(connection, sato.staff_id, chosen, now=now)
        keys = {"public_key": device["p256dh"], "auth": device["auth"], "agent": IPHONE}
        endpoint = "https://push.example.com/1"
        await devices.keep(connection, sato.staff_id, endpoint=endpoint, now=now, **keys)
    await asks(shop, "田中 めい")
    await looks(shop)


async def shoot(browser: Browser, shop: Shop, size: str) -> None:
    """Look at both pages."""
    page = await (await browser.new_context(viewport=SIZES[size], locale="ja-JP")).new_page()
    await page.goto(f"{shop.bot_url}/console/")
    await page.locator("#login").fill("sato")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    await take(page, f"{shop.bot_url}/console/notices", f"notices-{size}")
    await take(page, f"{shop.bot_url}/console/notices/sent", f"notices-sent-{size}")
    await page.context.close()


async def take(page: Page, url: str, name: str) -> None:
    """Write one picture."""
    await page.goto(url)
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
