"""外部連携 in the console: keys and webhooks, made, looked after and ended by admins."""

import re

import pytest

from bot.staff.rights import Role
from tests.api.support import Till, open_shops
from tests.api.test_webhooks import NEAR, Receiver, receiver, settled, until  # noqa: F401 - a fixture
from tests.conftest import OpenShop
from tests.console.support import hire, open_browser
from tests.support import Shop

KEYS = "/console/settings/api"
HOOKS = "/console/settings/api/webhooks"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_key_is_made_shown_once_used_and_ended(shop: Shop) -> None:
    await open_shops(shop, "ginza", "ueno")
    await hire(shop, "owner", Role.OWNER, name="中村")
    async with open_browser(shop) as browser:
        await browser.sign_in("owner")
        assert "APIキーはまだありません" in (await browser.open(KEYS)).text
        page = await browser.open(f"{KEYS}/new")
        assert 'value="2027-04-01"' in page.html
        for wrong, words in (
            ({"name": "レジ", "until": ""}, "できることを1つ以上"),
            ({"name": " ", "scope": "points:read", "until": ""}, "名前を1行"),
            ({"name": "レジ", "scope": "points:read", "until": "2026-03-31"}, "今日以降"),
            (
                {"name": "レジ", "scope": "points:read", "until": "9999-12-31"},
                "期限なしにするには",
            ),
            ({"name": "レジ", "scope": "points:read", "where": "some"}, "店舗を1つ以上"),
        ):
            refused = await browser.send(f"{KEYS}/new", **wrong)
            assert refused.status == 422
            assert words in refused.text
        fields = {"name": "本店レジ1", "scope": "points:read", "where": "some", "shop": "ginza"}
        made = await browser.send(f"{KEYS}/new", until="2026-04-01", **fields)
        text = re.findall(r'value="(enishi_[^"]+)"', made.html)[0]
        till = Till(shop.http, shop.bot_url, text)
        assert (await till.get("/me")).body["shops"] == ["ginza"]
        assert text not in (await browser.open(KEYS)).html
        prefix = text.split("_")[1]
        listed = browser.screen.text
        assert "まもなく期限切れ" in listed
        assert "2026/04/01" in listed
        assert "ginza店" in listed
        one = await browser.open(f"{KEYS}/keys/{prefix}")
        assert "ポイントを見る" in one.text
        assert "中村" in one.text
        assert text not in one.html
        ended = await browser.send(f"{KEYS}/keys/{prefix}/revoke")
        assert "「本店レジ1」を無効にしました" in ended.text
        assert (await till.get("/me")).code == "revoked_key"
        assert (await browser.open(f"{KEYS}/keys/nothing")).status == 404
    log = await shop.sql("SELECT action, staff_name FROM audit_log WHERE action LIKE 'api%'")
    assert log == [("api_key.add", "中村"), ("api_key.revoke", "中村")]


async def test_a_webhook_is_tried_out_fails_and_is_sent_again(
    open_shop: OpenShop,
    receiver: Receiver,  # noqa: F811
) -> None:
    async with open_shop(settings_more=NEAR) as shop:
        await hire(shop, "owner", Role.OWNER, name="中村")
        async with open_browser(shop) as browser:
            await browser.sign_in("owner")
            assert "送信先はまだありません" in (await browser.open(HOOKS)).text
            await browser.open(f"{HOOKS}/new")
            for wrong, words in (
                ({"url": "http://shop.example/", "event": "points.changed"}, "WEBHOOK_NETWORKS"),
                ({"url": receiver.url}, "1つ以上選んでください"),
            ):
                assert words in (await browser.send(f"{HOOKS}/new", **wrong)).text
            made = await browser.send(f"{HOOKS}/new", url=receiver.url, event="points.changed")
            assert (secret := re.findall(r"whsec_[\w-]+", made.html)[0])
            ((number,),) = await shop.sql("SELECT id FROM webhook_endpoints")
            one = f"{HOOKS}/{number}"
            assert "まだ何も送っていません" in (await browser.open(one)).text
            assert secret not in browser.screen.html
            receiver.status = 500
            await browser.send(f"{one}/trial")
            await until(shop, lambda: len(receiver.heard) == 1)

            async def is_told(words: str) -> bool:
                return words in (await browser.open(one)).text

            await until(shop, lambda: is_told("500 が返りました（2xxで受け取りになります） 次は"))
            assert 'hx-trigger="every 3s"' in browser.screen.html
            part = await browser.open(one, **{"HX-Request": "true"})
            assert part.html.lstrip().startswith("<section")
            await _give_up(shop, receiver)
            await browser.sign_in("owner")
            assert "届かなかったもの 1" in (await browser.open(f"{one}?state=dead")).text
            receiver.status = 204
            assert (
                "1件をもう一度送ります"
                in (await browser.send(f"{one}/again", delivery="all")).text
            )
            assert (
                "送り直すものはありません"
                in (await browser.send(f"{one}/again", delivery="all")).text
            )
            await until(shop, lambda: is_told("204 ·"))
            renewed = await browser.send(f"{one}/secret")
            assert re.findall(r"whsec_[\w-]+", renewed.html)[0] != secret
            await browser.open(one)
            assert "スタッフが停止しました" in (await browser.send(f"{one}/stop")).text
            assert "停止中" in (await browser.open(HOOKS)).text
            await browser.open(one)
            assert "送信中" in (await browser.send(f"{one}/resume")).text
            assert "送信先はまだありません" in (await browser.send(f"{one}/remove")).text
        assert [
            row[0]
            for row in await shop.sql(
                "SELECT action FROM audit_log WHERE action LIKE 'webhook%' ORDER BY id"
            )
        ] == [
            f"webhook.{deed}"
            for deed in ("add", "trial", "again", "secret", "stop", "resume", "remove")
        ]


async def _give_up(shop: Shop, receiver: Receiver) -> None:  # noqa: F811
    """Let a day go by in which nobody thanks."""
    for _ in range(40):
        if await shop.sql("SELECT 1 FROM webhook_deliveries WHERE state = 'dead'"):
            return
        await settled(shop)
        heard = len(receiver.heard)
        await shop.advance(14_400)
        await until(shop, lambda heard=heard: len(receiver.heard) > heard)
        await settled(shop)
    raise AssertionError("it is never given up")
