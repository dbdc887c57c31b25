"""A picture dropped on a menu, mended, registered and shown, in Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.staff.rights import Role
from tests.console.support import PASSWORD, hire
from tests.console.test_menus import picture
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")
_PATIENCE = 20_000


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(sqlite_url, redis_url, tmp_path) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, shop: Shop) -> AsyncIterator[Page]:  # noqa: F811
    """A window in which no script may fail, and nothing be refused by the policy."""
    context = await chromium.new_context(locale="ja-JP", viewport={"width": 390, "height": 844})
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda line: troubles.append(line.text) if "Security Policy" in line.text else None,
    )
    await page.goto(f"{shop.bot_url}/console/menus")
    yield page
    await context.close()
    assert troubles == []


async def test_a_picture_is_mended_registered_and_shown(shop: Shop, page: Page) -> None:
    expect.set_options(timeout=_PATIENCE)
    await hire(shop, "admin", Role.ADMIN)
    mei = await shop.friend("Mei")
    before = await mei.menu()
    await page.get_by_label("ログインID").fill("admin")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-heads=guest]")).to_have_text("1")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("link", name="未登録用").last.click()
    await expect(page.locator(".area").first).to_be_visible()
    await page.get_by_label("タップする領域を表示").uncheck()
    await expect(page.locator(".area").first).to_be_hidden()
    small = {"name": "p.png", "mimeType": "image/png", "buffer": picture(1_200, 810)}
    await page.set_input_files("#picture", small)  # type: ignore[arg-type] # one of its kinds
    await page.get_by_role("button", name="メニューの大きさに合わせて使う").click()
    await expect(page.get_by_text("画像を下書きに保存しました")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("link", name="変更点を見る").click()
    await expect(page.get_by_text("1人 → 未登録用")).to_be_visible()
    await page.get_by_role("button", name="LINEに登録").click()
    await expect(page.get_by_text("LINEに登録しました")).to_be_visible()
    assert await mei.menu() == before
    await shop.advance(1)  # LINE lists menus ten times a second
    await page.get_by_role("button", name="友だちに表示").click()
    await expect(page.get_by_text("友だちに表示しました")).to_be_visible()
    await shop.settle()
    assert await mei.menu() != before
