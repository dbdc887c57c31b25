"""Notices as a phone shows them: what only a browser can tell."""

import asyncio
import json
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.staff.rights import Role
from tests.console.support import PASSWORD, hire
from tests.notices.push_service import Device, PushService, open_push_service
from tests.notices.support import looks
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: The push service of the browser's maker is out of reach here: ours stands in for it.
SUBSCRIBE = """(() => {
  const given = GIVEN;
  let kept = null;
  const { endpoint, ...keys } = given;
  const made = options => kept = {
    endpoint, options,
    toJSON: () => ({ endpoint, keys }),
    unsubscribe: async () => { sessionStorage.clear(); kept = null; return true; },
  };
  if (sessionStorage.subscribed) made({});
  PushManager.prototype.getSubscription = async () => kept;
  PushManager.prototype.subscribe = async options => {
    sessionStorage.subscribed = "yes";
    return made({ applicationServerKey: options.applicationServerKey.buffer });
  };
})()"""


@pytest_asyncio.fixture(loop_scope="session")
async def service() -> AsyncIterator[PushService]:
    async with open_push_service() as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    more = {"webhook_networks": (ip_network("127.0.0.0/8"),)}
    async with open_shop(
        sqlite_url, redis_url, tmp_path, publishes=False, settings_more=more
    ) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chromium: Browser, shop: Shop) -> AsyncIterator[Page]:  # noqa: F811
    """佐藤's phone, signed in; nothing may fail or be refused by the policy."""
    await hire(shop, "sato", Role.ADMIN, name="佐藤")
    context = await chromium.new_context(
        locale="ja-JP",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        permissions=["notifications"],
    )
    page, troubles = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(f"{shop.bot_url}/console/")
    await page.get_by_label("ログインID").fill("sato")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("お疲れさまです")
    yield page
    await context.close()
    assert troubles == []


async def test_a_phone_turns_notices_on_and_shows_what_is_pushed(
    shop: Shop, phone: Page, service: PushService
) -> None:
    await phone.goto(f"{shop.bot_url}/console/notices")
    key = await phone.locator("[data-push]").get_attribute("data-key")
    device = Device(service, key or "")
    await phone.add_init_script(SUBSCRIBE.replace("GIVEN", json.dumps(device.form)))
    await phone.reload()
    async with phone.expect_navigation():
        await phone.get_by_role("button", name="この端末で受け取る").click()
    place = phone.locator("#devices")
    await place.get_by_role("button", name="テスト通知を送る").click()
    await looks(shop)
    said = await device.next()
    assert said["title"] == "【麦とつばめ】テスト通知 1件"
    await expect(place).to_contain_text("ブラウザの通知サービスに渡しました")
    await _push(phone, said | {"url": "/console/notices/sent", "tag": "talk-1"})
    assert await _shown(phone) == [said["title"], said["body"], "talk-1"]
    await place.get_by_role("button", name="オフにする").click()
    await expect(place.get_by_role("button", name="この端末で受け取る")).to_be_visible()
    assert await shop.sql("SELECT count(*) FROM staff_devices") == [(0,)]


async def _push(page: Page, said: dict[str, str]) -> None:
    """Hand the service worker what the push service would; one that is not ready hears nothing."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = await page.context.new_cdp_session(page)
    registered = asyncio.get_running_loop().create_future()

    def heard(event: dict[str, list[dict[str, str]]]) -> None:
        for each in event["registrations"]:
            if not registered.done():
                registered.set_result(each["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", heard)
    await session.send("ServiceWorker.enable")
    async with asyncio.timeout(10):
        registration = await registered
    origin = "/".join(page.url.split("/")[:3])
    pushed = {"origin": origin, "registrationId": registration, "data": json.dumps(said)}
    await session.send("ServiceWorker.deliverPushMessage", pushed)


async def _shown(page: Page) -> list[str]:
    """Return title, text and tag of the notice that the system shows."""
    found: list[str] = await page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (;;) {
            const [shown] = await registration.getNotifications();
            if (shown) return [shown.title, shown.body, shown.tag];
            await new Promise(done => setTimeout(done, 20));
          }
        }"""
    )
    return found
