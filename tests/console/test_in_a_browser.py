"""The console in Chromium: what only a browser can tell."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.app import Role as Process
from bot.console.pages.trouble import many
from bot.staff.rights import Role
from tests.console.support import PASSWORD, hire
from tests.console.test_trouble import fail
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = (
    "", "staff", "staff/new", "shops", "shops/new", "audit",
    "settings/api", "settings/api/new", "settings/api/webhooks", "settings/api/webhooks/new",
    "account", "account/second-step", "notices", "notices/sent", "doubles", "coupons",
    "trouble", "trouble/events",
)  # fmt: skip

#: Presses a button twice, and says of each time whether the page kept the form from being sent.
PRESS_TWICE = """(button) => {
  const kept = [];
  addEventListener("submit", (event) => kept.push(event.defaultPrevented));
  button.click();
  button.click();
  return kept;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(
        sqlite_url, redis_url, tmp_path, roles=Process.WEB, publishes=False
    ) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, shop: Shop) -> AsyncIterator[Page]:  # noqa: F811
    """A window in which nothing may fail or be refused by the policy."""
    context = await chromium.new_context(locale="ja-JP", viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda line: troubles.append(line.text) if "Security Policy" in line.text else None,
    )
    await page.goto(f"{shop.bot_url}/console/")
    yield page
    await context.close()
    assert troubles == []


async def sign_in(page: Page, login: str) -> None:
    await page.get_by_label("ログインID").fill(login)
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("お疲れさまです")


async def test_everything_can_be_reached_by_keyboard_and_thumb(shop: Shop, page: Page) -> None:
    await hire(shop, "owner", Role.OWNER, name="中村 縁")
    await sign_in(page, "owner")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    await expect(page.locator("[data-shortcut]")).to_have_text("Ctrl K")  # the scripts are there
    await page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="移動・検索")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("ｓｔａｆｆ")
    await expect(dialog.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="スタッフ", level=1)).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    for path in PAGES:
        await page.goto(f"{shop.bot_url}/console/{path}")
        await expect(page.get_by_role("main")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390, path
    await page.get_by_role("button", name="メニューを開く").click()
    menu = page.get_by_role("navigation", name="メニュー")
    await expect(menu.get_by_role("link", name="ホーム")).to_be_focused()
    await menu.get_by_role("link", name="監査ログ").click()
    await expect(page.get_by_role("heading", name="監査ログ")).to_be_visible()


async def test_cookies_that_demand_https_are_kept_on_this_machine(shop: Shop, page: Page) -> None:
    await hire(shop, "sato")
    await sign_in(page, "sato")
    kept = {cookie["name"]: cookie for cookie in await page.context.cookies()}
    assert kept["__Host-enishi"]["secure"]
    assert kept["__Host-enishi"]["httpOnly"]
    await page.get_by_text("sato", exact=True).first.click()
    await page.get_by_role("button", name="サインアウト").click()
    await expect(page.get_by_role("heading", name="サインイン")).to_be_visible()


async def test_what_was_typed_is_sent_once_and_outlives_line_and_session(
    shop: Shop, page: Page
) -> None:
    await hire(shop, "owner", Role.OWNER)
    await sign_in(page, "owner")
    await page.goto(f"{shop.bot_url}/console/shops/new")
    await page.get_by_label("店舗名").fill("駅前店")
    await page.get_by_label("キー").fill("ekimae")
    await page.get_by_label("月曜日").fill("9:00-18:00")
    save = page.get_by_role("button", name="保存")
    await page.context.set_offline(True)
    await save.click()
    await expect(page.get_by_text("つながってから、もう一度押してください。")).to_be_visible()
    await page.context.set_offline(False)
    await page.context.clear_cookies()
    await save.click()
    await expect(page.get_by_role("heading", name="サインイン")).to_be_visible()
    await page.get_by_label("ログインID").fill("owner")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("入力していた内容を戻しました。")).to_be_visible()
    await expect(page.get_by_label("月曜日")).to_have_value("9:00-18:00")
    assert await save.evaluate(PRESS_TWICE) == [False, True]
    await expect(page.get_by_role("link", name="駅前店")).to_be_visible()
    await page.goto(f"{shop.bot_url}/console/shops/new")
    await expect(page.get_by_label("店舗名")).to_have_value("")


async def test_troubles_are_walked_by_keys_and_closed_all_at_once(shop: Shop, page: Page) -> None:
    await hire(shop, "sato", Role.ADMIN)
    await sign_in(page, "sato")
    count = many.PIECE + 3
    await fail(shop, count)
    await page.goto(f"{shop.bot_url}/console/trouble")
    for key in ("j", "j", "e"):
        await page.keyboard.press(key)
    second = page.locator("li.need").nth(1)
    await second.get_by_label("理由").select_option(label="別の方法で連絡した")
    await second.get_by_role("button", name="対応済みにする", exact=True).click()
    await expect(page.get_by_text("対応済みにしました")).to_be_visible()
    await page.get_by_role("link", name="まとめて対応済み").click()
    await page.get_by_label("対応済みにする理由").select_option(label="もう必要ない")
    await page.get_by_role("button", name="まとめて対応済みにする").click()
    await expect(page.get_by_text(f"{count - 1}件を対応済みにしました")).to_be_visible()
    await page.goto(f"{shop.bot_url}/console/trouble")
    await expect(page.get_by_text("すべて順調です")).to_be_visible()
    await expect(page.get_by_text("LINEとの接続は正常です")).to_be_visible()
