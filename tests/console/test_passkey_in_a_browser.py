"""A passkey in Chromium, on a device that DevTools plays; the console as the demo serves it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot.app import Role as Process
from bot.app import create_app
from bot.emulator import LineEmulator
from bot.settings import Settings
from bot.staff.rights import Role
from tests.console.support import PASSWORD, hire
from tests.demo.conftest import free_ports
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import NOON, SECRET, TOKEN, Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A demo: its port is in its settings, for a key belongs to an address."""
    port, _ = free_ports()
    line = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN)
    line.clock.freeze(NOON)
    async with TestServer(line.app) as line_server:
        line_url = str(line_server.make_url("")).rstrip("/")
        settings = Settings(
            channel_secret=SECRET,
            channel_access_token=TOKEN,
            secret_key="test-secret-key",
            line_api_base=line_url,
            database_url=sqlite_url,
            redis_url=redis_url,
            data=tmp_path,
            is_demo=True,
            port=port,
        )
        app = create_app(settings, roles=Process.WEB, clock=line.clock.now)
        async with TestServer(app, port=port), aiohttp.ClientSession() as http:
            url = f"http://localhost:{port}"
            yield Shop(app=app, line=line, line_url=line_url, bot_url=url, http=http)


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:  # noqa: F811
    """A window on a device that knows its user's finger."""
    context = await chromium.new_context(locale="ja-JP")
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    device: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda line: troubles.append(line.text) if "Security Policy" in line.text else None,
    )
    yield page
    await context.close()
    assert troubles == []


async def test_registered_once_it_comes_in_alone(shop: Shop, page: Page) -> None:
    await hire(shop, "owner", Role.OWNER, name="中村 縁")
    await page.goto(shop.bot_url.replace("localhost", "127.0.0.1") + "/console/sign-in")
    await expect(page.get_by_role("button", name="パスキーでサインイン")).to_be_hidden()
    await page.get_by_role("link", name=shop.bot_url).click()  # a key needs a name of a host
    await page.get_by_label("ログインID").fill("owner")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("お疲れさまです")

    await page.goto(f"{shop.bot_url}/console/account")
    card = page.locator("#passkeys")
    await card.get_by_label("この端末の名前").fill("本店のタブレット")
    await card.get_by_label("今のパスワード").fill("違います違います")
    await card.get_by_role("button", name="パスキーを登録").click()
    await expect(card.get_by_role("alert")).to_have_text("今のパスワードが違います。")
    await card.get_by_label("今のパスワード").fill(PASSWORD)
    await card.get_by_role("button", name="パスキーを登録").click()
    await expect(card.get_by_role("listitem")).to_contain_text("本店のタブレット")
    await card.locator("form[data-passkey]").get_by_label("今のパスワード").fill(PASSWORD)
    await card.get_by_role("button", name="パスキーを登録").click()
    await expect(card.get_by_role("alert")).to_have_text("この端末は登録済みです。")

    await page.get_by_text("中村 縁").first.click()
    await page.get_by_role("button", name="サインアウト").first.click()
    await page.get_by_role("button", name="パスキーでサインイン").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("お疲れさまです")

    await page.goto(f"{shop.bot_url}/console/account")
    await card.get_by_text("削除する").click()
    await card.get_by_role("listitem").get_by_label("今のパスワード").fill(PASSWORD)
    await card.get_by_role("button", name="このパスキーを削除").click()
    await expect(card.get_by_role("listitem")).to_have_count(0)
    await page.get_by_text("中村 縁").first.click()
    await page.get_by_role("button", name="サインアウト").first.click()
    await page.get_by_role("button", name="パスキーでサインイン").click()
    await expect(page.get_by_role("alert").first).to_contain_text("パスキーを確認できませんでした")
