"""The demo, used as its first user does: in a browser, with taps."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from bot.content import account
from bot.membership.drawing import SIZE
from bot.surveys.definition import load_all
from tests.demo.conftest import Demo, start_demo
from tests.phone.support import Phone

expect.set_options(timeout=20_000)  # the demo starts and stops in between

ACCOUNT = account()
DONE = load_all()["welcome"].done.title
CARD = "会員証を表示"  # the area of the menu

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


async def become_friends(page: Page, demo: Demo) -> Phone:
    await page.goto(demo.phone_url)
    await page.get_by_role("main").get_by_role("button", name="人を追加").click()
    await page.get_by_label("名前").fill("メイ")
    await page.keyboard.press("Enter")
    mei = Phone(page, "メイ")
    await mei.button("友だち追加").click()
    await expect(mei.talk.get_by_text(ACCOUNT.greeting.title)).to_be_visible()
    return mei


def menu_button(mei: Phone) -> Locator:
    return mei.screen.get_by_role("region").get_by_role("button", name=CARD, exact=True)


async def answer_the_survey(mei: Phone) -> None:
    await mei.talk.get_by_role("button", name="30秒アンケートに答える").click()
    await mei.quick_replies.get_by_role("button", name="お店の前を通って").click()
    await expect(mei.talk.get_by_text("2/3")).to_be_visible()
    await mei.quick_replies.get_by_role("button", name="お昼（11時〜14時）").click()
    await mei.quick_replies.get_by_role("button", name="お誕生日を選ぶ").click()
    dialog = mei.page.get_by_role("dialog")
    await dialog.get_by_label("お誕生日を選ぶ").fill("1992-05-12")
    await dialog.get_by_role("button", name="決定").click()
    await expect(mei.talk.get_by_text(DONE)).to_be_visible()


async def test_a_friend_taps_through_to_a_card_that_a_scanner_reads(
    demo: Demo, browser: Browser
) -> None:
    page = await browser.new_page(viewport={"width": 420, "height": 900}, locale="ja-JP")
    mei = await become_friends(page, demo)
    await expect(menu_button(mei)).to_have_count(0)
    await answer_the_survey(mei)
    await menu_button(mei).click()  # the menu changed under the thumb
    card = mei.talk.locator("img[src*='/media/card/']").last
    await expect(card).to_be_visible()
    await expect(mei.talk.get_by_text("有料")).to_have_count(0)
    await card.scroll_into_view_if_needed()
    await expect(card).to_have_js_property("naturalWidth", SIZE[0])
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(await card.screenshot())))
    number = await mei.talk.get_by_text(re.compile(r"^2 \d{6} \d{6}$")).inner_text()
    assert {code.text for code in codes} == {number.replace(" ", "")}
    await page.close()


async def test_what_happened_outlives_a_restart(demo: Demo, browser: Browser) -> None:
    page = await browser.new_page(locale="ja-JP")
    mei = await become_friends(page, demo)
    await answer_the_survey(mei)
    assert await demo.interrupt() == 0
    again = await start_demo(demo.data, demo.port, demo.emulator_port)
    await page.reload()
    await expect(mei.talk.get_by_text(DONE)).to_be_visible()
    await menu_button(mei).click()
    await expect(mei.talk.get_by_text("会員番号")).to_be_visible()
    assert await again.interrupt() == 0
    await page.close()


async def test_the_doctor_finds_the_demo_in_order(demo: Demo) -> None:
    said = await demo.enishi("doctor", "--demo")
    assert "Everything is in order." in said
    assert "chat: off; friends see 既読 at once" in said


async def test_the_doctor_says_what_to_mend_where_nothing_is_set(demo: Demo) -> None:
    said = await demo.enishi("doctor", status=1)
    assert "LINE_CHANNEL_SECRET is missing" in said
    assert "PUBLIC_URL must be the https address" in said
