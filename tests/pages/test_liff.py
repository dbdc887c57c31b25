"""Pages opened in the account's LIFF app: LINE says who holds the phone."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.emulator.phone import Phone
from bot.emulator.rules import jws, logins
from bot.pages.rendering import content_security_policy
from bot.resources import SETTINGS
from tests.conftest import OpenShop
from tests.pages.support import join, open_shops, plain, read, take_coupon
from tests.phone.conftest import browser as browser  # noqa: PLC0414 - a fixture
from tests.support import NOON, Shop

LIFF_ID = "1000000002-card0001"
#: A lamp that counts how often it was asked for, and can be put out like a phone does.
LAMP = """
window.lamps = [];
const request = async () => {
  const lamp = Object.assign(new EventTarget(), { released: false });
  window.lamps.push(lamp);
  document.documentElement.dataset.lamps = window.lamps.length;
  return lamp;
};
Object.defineProperty(navigator, "wakeLock", { value: { request } });
"""
PUT_OUT = """() => {
  const lamp = window.lamps.at(-1);
  lamp.released = true;
  lamp.dispatchEvent(new Event("release"));
}"""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest_asyncio.fixture(loop_scope="session")
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop(settings_more={"liff_id": LIFF_ID}) as shop:
        shop.line.add_liff_app(LIFF_ID, "https://shop.example/p/liff")
        shop.line.platform.origins["https://shop.example"] = shop.bot_url
        yield shop


async def links(mei: Phone) -> list[str]:
    said = orjson.dumps(await mei.sees()).decode()
    return re.findall(rf'"(https://liff\.line\.me/{LIFF_ID}[^"]*)"', said)


async def token_of(shop: Shop, mei: Phone, page: str = "card") -> str:
    """Return the ID token that LINE hands to the page."""
    url = f"{shop.line_url}/{LIFF_ID}?page={page}&emulatedUser={mei.user_id}"
    async with shop.http.get(url, allow_redirects=False) as answer:
        opened = urlsplit(answer.headers["Location"])
    return dict(parse_qsl(opened.fragment))["id_token"]


def forged(shop: Shop, **claims: object) -> str:
    """Return a token signed as LINE signs, with other claims."""
    good = {
        "iss": logins.ISSUER,
        "sub": "U" + "0" * 32,
        "aud": "1000000002",
        "exp": int(NOON.timestamp()) + 600,
    }
    private, kid = logins.es256_key(shop.line.platform)
    return jws.make_es256(good | claims, private, kid)


async def opens(
    shop: Shop, token: str, page: str = "card", item: str = ""
) -> tuple[int, dict[str, str]]:
    fields = {"token": token, "page": page, "item": item}
    async with shop.http.post(f"{shop.bot_url}/p/liff/open", data=fields) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await answer.json() if is_json else {}


@pytest.mark.asyncio(loop_scope="session")
async def test_a_friend_opens_card_and_stamps_from_the_talk_in_the_liff_app(
    shop: Shop, browser: Browser
) -> None:
    mei = await join(shop, "メイ")
    await mei.postback("action=stamp.show")
    await shop.settle()
    card, _, stamps = await links(mei)
    assert (card, stamps) == (
        f"https://liff.line.me/{LIFF_ID}?page=card",
        f"https://liff.line.me/{LIFF_ID}?page=stamps",
    )
    context = await browser.new_context(locale="ja-JP", viewport={"width": 390, "height": 844})
    await context.add_init_script(LAMP)
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    here = f"{shop.line_url}/_emulator/users/{mei.user_id}/open?url="
    await page.goto(here + card.replace("?", "%3F"))
    ((number,),) = await shop.sql("SELECT number FROM members")
    await expect(page.locator(".number")).to_have_text(f"{number[0]} {number[1:7]} {number[7:]}")
    assert urlsplit(page.url).path.startswith("/p/card/")
    assert "token" not in page.url
    await expect(page.locator("[data-time]")).not_to_be_empty()
    await expect(page.locator("html")).to_have_attribute("data-lamps", "1")
    await page.evaluate(PUT_OUT)
    await expect(page.locator("html")).to_have_attribute("data-lamps", "2")  # it stays awake
    await page.goto(f"{shop.bot_url}/p/liff?liff.state=%3Fpage%3Dstamps")
    await expect(page.get_by_text("スタンプはまだありません")).to_be_visible()
    ken = await shop.friend("ケン")
    await page.goto(here.replace(mei.user_id, ken.user_id) + card.replace("?", "%3F"))
    await page.get_by_role("button", name="会員証をつくる").click()
    await expect(page.locator(".number")).to_be_visible()
    assert await shop.sql("SELECT count(*) FROM members") == [(2,)]
    await context.clear_cookies()  # a browser that is nobody's phone
    other = await context.browser.new_page() if context.browser else page
    await other.goto(f"{shop.bot_url}/p/liff?page=card")
    await other.get_by_role("link", name="メイ").click()
    await expect(other.locator(".number")).to_be_visible()
    await other.close()
    await context.close()
    assert troubles == []


@pytest.mark.asyncio(loop_scope="session")
async def test_only_lines_own_word_opens_a_page_and_only_ones_own(shop: Shop) -> None:
    await open_shops(shop)
    mei, ken = await join(shop), await shop.friend("Ken")
    await take_coupon(shop, mei)
    ((coupon,),) = await shop.sql("SELECT id FROM coupons")
    meis, kens = await token_of(shop, mei), await token_of(shop, ken)
    status, answer = await opens(shop, meis)
    assert (status, answer["path"].startswith("/p/card/")) == (200, True)
    assert "レギュラー" in plain((await read(shop, shop.bot_url + answer["path"]))[1])
    assert (await opens(shop, meis, "coupon", str(coupon)))[0] == 200
    assert await opens(shop, kens, "coupon", str(coupon)) == (200, {"why": "no_coupon"})
    assert await opens(shop, kens) == (200, {"why": "no_card"})
    assert (await opens(shop, meis, "coupon", "x"))[0] == 410
    asked = len(await shop.requests("/oauth2/v2.1/verify"))
    head, body, _ = meis.split(".")
    for token, why in (
        ("", "refused"),
        ("x.y.z", "refused"),
        (forged(shop, aud="1000000009"), "refused"),
        (forged(shop, iss="https://evil.example"), "refused"),
        (forged(shop, sub="../admin"), "refused"),
        (forged(shop, exp=int(NOON.timestamp()) - 1), "expired"),
    ):
        assert (await opens(shop, token))[1] == {"why": why}, token
    assert len(await shop.requests("/oauth2/v2.1/verify")) == asked  # none of these is asked about
    assert (await opens(shop, f"{head}.{body}.{kens.split('.')[2]}"))[1] == {"why": "refused"}
    assert (await opens(shop, forged(shop)))[1] == {"why": "stranger"}
    await shop.fault("/oauth2/v2.1/verify", "status", status=500)
    assert await opens(shop, meis) == (503, {"why": "away"})
    await shop.no_faults()
    await shop.advance(3601)
    assert await opens(shop, meis) == (401, {"why": "expired"})


@pytest.mark.asyncio(loop_scope="session")
async def test_lines_sdk_is_let_in_where_there_is_a_liff_app_and_on_its_shell_alone(
    shop: Shop,
) -> None:
    async with shop.http.get(f"{shop.bot_url}/p/liff") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert shop.line_url in policy
    assert "frame-ancestors 'none'" in policy
    demo = replace(shop.app[SETTINGS], is_demo=True)
    assert "frame-ancestors http://127.0.0.1:8100 " in content_security_policy(demo)
    status, answer_ = await opens(shop, await token_of(shop, await join(shop)))
    async with shop.http.get(shop.bot_url + answer_["path"]) as answer:
        assert (status, shop.line_url in answer.headers["Content-Security-Policy"]) == (200, False)


@pytest.mark.asyncio(loop_scope="session")
async def test_without_a_liff_app_there_is_no_such_page(open_shop: OpenShop) -> None:
    async with open_shop() as plain_shop:
        assert (await read(plain_shop, f"{plain_shop.bot_url}/p/liff"))[0] == 410
        assert (await opens(plain_shop, "x.y.z"))[0] == 410
