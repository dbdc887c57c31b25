"""The till and the pages in Chromium: scanners, cameras, lost connections, codes on screens."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Locator, Page, Route, expect

from bot import keys
from bot.membership.codes import Kind
from bot.resources import CLOCK, ENGINE, SETTINGS
from bot.staff import passwords, repository
from bot.staff.rights import Role
from tests.console.support import PASSWORD, hire
from tests.pages.support import (
    PIN,
    address,
    give_points,
    join,
    open_shops,
    take_coupon,
)
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

OpenPage = Callable[..., Awaitable[Page]]
PHONE, DESK = (390, 844), (1280, 800)


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(sqlite_url, redis_url, tmp_path) as shop:
        await open_shops(shop)
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(chromium: Browser, shop: Shop) -> AsyncIterator[OpenPage]:  # noqa: F811
    """Windows in which no script may fail, and none may ask anybody but us."""
    troubles: list[str] = []
    contexts = []

    async def open_page(url: str, size: tuple[int, int] = PHONE) -> Page:
        context = await chromium.new_context(
            locale="ja-JP", viewport={"width": size[0], "height": size[1]}
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: troubles.append(line.text) if "Security Policy" in line.text else None,
        )
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((shop.bot_url, "data:", "blob:"))
                else troubles.append(asked.url)
            ),
        )
        await page.goto(url)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert troubles == []


async def seen_code(part: Locator) -> str:
    """Read the code that a part of the screen shows, as a scanner does."""
    image = Image.open(io.BytesIO(await part.screenshot()))
    (found,) = zxingcpp.read_barcodes(image)
    return str(found.text)


async def open_till(shop: Shop, open_page: OpenPage, *, role: Role = Role.STAFF) -> Page:
    await hire(shop, "sato", role, name="佐藤 花", shops=("honten",))
    page = await open_page(f"{shop.bot_url}/console/till", DESK)
    await page.get_by_label("ログインID").fill("sato")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_label("端末の名前").fill("レジ1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("会員証かクーポンのコードを")).to_be_visible()
    return page


async def wedge(page: Page, text: str) -> None:
    """Type as a USB scanner does: every key at once, however busy this machine is; then Enter."""
    keys_pressed = [{"key": sign, "text": sign} for sign in text]
    keys_pressed.append({"key": "Enter", "code": "Enter", "text": "\r"})
    session = await page.context.new_cdp_session(page)
    orders = [{"type": "keyDown", **pressed} for pressed in keys_pressed]
    await asyncio.gather(*(session.send("Input.dispatchKeyEvent", order) for order in orders))
    await session.detach()


async def test_a_scanner_reads_the_card_and_the_coupon_off_the_phone(
    shop: Shop, open_page: OpenPage
) -> None:
    mei = await join(shop)
    await give_points(shop, mei, 1_240)
    await take_coupon(shop, mei)
    await mei.postback("action=card.show")
    await shop.settle()
    phone = await open_page(await address(shop, mei, "card"))
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390
    ((number,),) = await shop.sql("SELECT number FROM members")
    assert await seen_code(phone.locator(".bars")) == number
    live = await seen_code(phone.locator(".qr"))
    till = await open_till(shop, open_page)
    await till.get_by_label("会員証・クーポンのコード").blur()
    await wedge(till, live)
    await expect(till.get_by_role("heading", name="Mei様")).to_be_visible()
    await expect(till.get_by_text("いまの画面を確認済み")).to_be_visible()
    yen = till.get_by_label("お会計の金額（円）")
    await yen.fill("500")
    await wedge(till, live)  # while a field has the focus
    await expect(till.get_by_role("heading", name="Mei様")).to_be_visible()
    await till.get_by_label("お会計の金額（円）").fill("1280")
    await till.keyboard.press("Enter")
    await expect(till.get_by_text("1,280円のお会計で 12ポイント付けました。")).to_be_visible()
    await phone.goto(await address(shop, mei, "coupon"))
    await wedge(till, await seen_code(phone.locator(".qr")))
    use = till.get_by_role("button", name="使用する")
    await expect(use).to_be_focused()
    await till.keyboard.press("Enter")
    await expect(till.get_by_text("使用済みにしました（4/1 12:00 本店）。")).to_be_visible()
    await expect(phone.get_by_text("使用済み 4/1 12:00 本店")).to_be_visible(timeout=10_000)
    await till.get_by_role("button", name="取り消す").first.click()
    await till.get_by_role("button", name="打ち間違い").click()
    await till.get_by_role("dialog").get_by_role("button", name="取り消す").click()
    await expect(till.get_by_text("取り消しました。")).to_be_visible()
    await till.set_viewport_size({"width": 390, "height": 844})
    assert await till.evaluate("document.documentElement.scrollWidth") <= 390


async def test_after_a_lost_connection_the_till_says_what_was_done(
    shop: Shop, open_page: OpenPage
) -> None:
    mei = await join(shop)
    await give_points(shop, mei, 100)
    ((number,),) = await shop.sql("SELECT number FROM members")
    till = await open_till(shop, open_page)
    await wedge(till, number)
    await expect(till.get_by_text("動かないコードです")).to_be_visible()

    async def answer_lost(route: Route) -> None:
        await route.fetch()
        await route.abort("connectionreset")

    async def never_sent(route: Route) -> None:
        await route.abort("internetdisconnected")

    await till.route("**/till/spend", answer_lost)
    await till.get_by_label("使うポイント").fill("30")
    await till.keyboard.press("Enter")
    await expect(till.get_by_text("実行されたかを確認しています")).to_be_visible()
    await expect(till.get_by_text("操作は実行されていました")).to_be_visible()
    await expect(till.locator(".till-points")).to_contain_text("70")
    await till.unroute("**/till/spend")
    await till.route("**/till/spend", never_sent)
    await till.get_by_label("使うポイント").fill("30")
    await till.keyboard.press("Enter")
    await expect(till.get_by_text("実行されたかを確認しています")).to_be_visible()
    await shop.advance(120)  # past the act's deadline
    await expect(till.get_by_text("この操作は実行されていません")).to_be_visible()
    assert await shop.sql("SELECT balance FROM point_balances") == [(70,)]


async def test_staff_type_the_pin_on_the_friends_phone(shop: Shop, open_page: OpenPage) -> None:
    mei = await join(shop)
    await take_coupon(shop, mei)
    phone = await open_page(await address(shop, mei, "coupon"))
    await phone.get_by_text("店員がPINを入力").click()
    for pin in ("1234", PIN):
        for digit in pin:
            await phone.locator(f"[data-digit='{digit}']").click()
        await phone.get_by_role("button", name="使用する").dblclick()
        if pin != PIN:
            await expect(phone.get_by_text("あと4回入力できます")).to_be_visible()
    await expect(phone.get_by_text("使用済み 4/1 12:00 本店")).to_be_visible()
    await expect(phone.get_by_text("店員がPINを入力")).to_be_hidden()
    assert await shop.sql("SELECT count(*) FROM redemptions") == [(1,)]


async def test_a_friend_stamps_with_the_code_on_the_counter(
    shop: Shop, open_page: OpenPage
) -> None:
    mei = await join(shop)
    till = await open_till(shop, open_page)
    await till.goto(f"{shop.bot_url}/console/till/visit-qr")
    opened = await seen_code(till.locator(".visit-qr"))
    assert opened.startswith("https://line.me/R/oaMessage/")
    text = unquote(opened.partition("/?")[2])
    await shop.advance(90)
    await mei.says(text)
    await shop.settle()
    assert "古くなっています" in str((await mei.sees())[-1])
    codes, now = shop.app[keys.CODES], shop.app[CLOCK]()
    await till.reload()
    opened = await seen_code(till.locator(".visit-qr"))
    text = unquote(opened.partition("/?")[2])
    assert text == codes.make(Kind.VISIT, "honten", now=now).payload
    await mei.says(text)
    await mei.says(text)
    await shop.settle()
    assert await shop.sql("SELECT shop, device FROM stamp_visits") == [("honten", "visit")]


async def test_a_manager_sets_pins_and_a_colleague_takes_over(
    shop: Shop, open_page: OpenPage
) -> None:
    till = await open_till(shop, open_page, role=Role.MANAGER)
    await till.goto(f"{shop.bot_url}/console/till/station")
    await till.get_by_text("店舗PINを変更").click()
    await till.get_by_label("新しい店舗PIN").fill("0000")
    await till.keyboard.press("Enter")
    await expect(till.get_by_text("同じ数字だけのものは避けてください")).to_be_visible()
    await till.get_by_label("新しい店舗PIN").fill("907153")
    await till.keyboard.press("Enter")
    await expect(till.get_by_text("店舗PINを保存しました。")).to_be_visible()
    await hire_with_pin(shop)
    await till.goto(f"{shop.bot_url}/console/till")
    await till.get_by_role("button", name="佐藤 花").click()
    await till.get_by_text("高橋 翔").click()
    for pin in ("1111", "2580"):
        await till.get_by_label("PIN").fill(pin)
        await till.get_by_role("button", name="交代", exact=True).click()
        if pin == "1111":
            await expect(till.get_by_text("PINが違います。")).to_be_visible()
    await expect(till.get_by_role("button", name="高橋 翔")).to_be_visible()
    await till.goto(f"{shop.bot_url}/console/")  # the console stays the manager's
    await expect(till.get_by_role("heading", level=1)).to_contain_text("佐藤 花")


async def hire_with_pin(shop: Shop) -> None:
    member = await hire(shop, "takahashi", name="高橋 翔", shops=("honten",))
    peppered = passwords.peppered(
        "2580", secret_key=shop.app[SETTINGS].secret_key, staff_id=member.staff_id
    )
    pin_hash = await passwords.hashed(peppered)
    async with shop.app[ENGINE].begin() as connection:
        await repository.change(connection, member.staff_id, pin_hash=pin_hash)
