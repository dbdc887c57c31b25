"""The page that tries the API, in Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.app import Role as Process
from tests.api.support import a_till
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(
        sqlite_url, redis_url, tmp_path, roles=Process.WEB, publishes=False
    ) as shop:
        yield shop


async def test_a_call_is_tried_and_every_trouble_is_said(shop: Shop, chromium: Browser) -> None:  # noqa: F811
    till = await a_till(shop)
    number = await till.join()
    context = await chromium.new_context(locale="ja-JP", viewport={"width": 390, "height": 844})
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(f"{shop.bot_url}/api/v1/")
    await expect(page.get_by_role("heading", name="members", exact=True)).to_have_count(1)
    spend = page.locator("details", has_text="/members/{number}/points/spend")
    await spend.locator("summary").click()
    send, status = spend.get_by_role("button", name="送信"), spend.get_by_role("status")
    body, once = spend.get_by_label("本文"), spend.get_by_label("Idempotency-Key")
    await spend.get_by_label("number").fill(number)
    await send.click()
    await expect(status).to_have_text("先にAPIキーを入力してください。")
    await page.get_by_label("API key").fill(till.key)
    await body.fill('{"points": 5,')
    await send.click()
    await expect(status).to_contain_text("JSONとして読めません。")
    await body.fill('{"points": 5, "reason": "お会計"}')
    key = await once.input_value()
    await context.set_offline(True)
    await send.click()
    await expect(status).to_contain_text("同じ Idempotency-Key でもう一度送れます")
    assert await once.input_value() == key
    await context.set_offline(False)
    await send.click()
    await expect(status).to_contain_text("409 the balance is 0; take that or less. Spend")
    refused = await once.input_value()
    assert refused != key  # under the old one this refusal would come again
    await once.fill(key)
    await send.click()
    await expect(status).to_contain_text("Idempotent-Replayed")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert troubles == []
    await context.close()
