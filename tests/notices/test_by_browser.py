"""Staff hear in their browsers of what concerns them, the console closed."""

import re
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.staff.rights import Role
from tests.console.support import Browser, hire, open_browser
from tests.notices.push_service import Device, PushService, open_push_service
from tests.notices.support import looks
from tests.support import Shop, open_shop


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with open_push_service() as service:
        yield service


@pytest.fixture
async def shop(postgres_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    more = {"webhook_networks": (ip_network("127.0.0.0/8"),)}
    async with open_shop(
        postgres_url, redis_url, tmp_path, publishes=False, settings_more=more
    ) as shop:
        yield shop


@pytest.fixture
async def sato(shop: Shop) -> AsyncIterator[Browser]:
    await hire(shop, "sato", Role.ADMIN, name="佐藤")
    async with open_browser(shop) as browser:
        await browser.sign_in("sato")
        yield browser


async def subscribed(sato: Browser, service: PushService) -> Device:
    """Let the page of notices make a subscription, as its script does."""
    screen = await sato.open("/console/notices")
    key = re.search(r'data-key="([^"]+)"', screen.html)
    assert key is not None
    device = Device(service, key[1])
    answer = await sato.post(
        "/console/notices/devices", device.form, **{"X-CSRF-Token": screen.csrf}
    )
    assert answer.status == 200
    return device


async def test_every_device_hears_and_one_that_is_gone_is_forgotten(
    shop: Shop, sato: Browser, service: PushService
) -> None:
    phone, tablet = await subscribed(sato, service), await subscribed(sato, service)
    mei = await shop.friend("田中 めい")
    await mei.says("スタッフに相談")
    await shop.settle()
    await looks(shop)
    for device in (phone, tablet):
        said = await device.next()
        assert said["title"] == "【麦とつばめ】要対応のトーク 1件"
        assert re.fullmatch(r"/console/talk/\d+", said["url"])
        assert "田中" not in said["body"]
    tablet.status = 410
    await sato.open("/console/notices")
    await sato.send("/console/notices", shows_text="yes", **{"waiting.browser": "yes"})
    await mei.taps("相談をやめる")
    await mei.says("スタッフに相談")
    await shop.settle()
    await looks(shop)
    assert "田中 めいさん「スタッフに相談」" in (await phone.next())["body"]
    screen = await sato.open("/console/notices")
    assert screen.html.count("/remove") == 1
    screen = await sato.open("/console/notices/sent?state=failed")
    assert "端末でもう一度オンにしてください" in screen.text


async def test_a_subscription_leads_to_no_place_inside(
    sato: Browser, service: PushService
) -> None:
    screen = await sato.open("/console/notices")
    device = Device(service, "")
    for endpoint in ("https://10.0.0.5/push", "http://push.example/x", "https://localhost/x"):
        form = device.form | {"endpoint": endpoint}
        answer = await sato.post("/console/notices/devices", form, **{"X-CSRF-Token": screen.csrf})
        assert answer.status == 400, endpoint
    form = device.form | {"p256dh": "AAAA"}
    answer = await sato.post("/console/notices/devices", form, **{"X-CSRF-Token": screen.csrf})
    assert answer.status == 400
