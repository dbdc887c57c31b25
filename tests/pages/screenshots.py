"""Pictures of the card, a coupon, the till and the visit code, on a phone and on a desk.

``.venv/bin/python -m tests.pages.screenshots`` writes them into docs/screenshots/.
"""

import asyncio
import io
import re
from datetime import timedelta
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot import keys
from bot.emulator.phone import Phone
from bot.resources import CLOCK, USE_CASE
from tests.checks.files import ROOT
from tests.console.support import PASSWORD, hire
from tests.pages.playing import playing
from tests.pages.support import (
    MANAGER,
    address,
    give_points,
    join,
    open_shops,
    person_of,
    take_coupon,
)
from tests.support import Shop

FOLDER: Final = ROOT / "docs" / "screenshots"
PHONE: Final = ViewportSize(width=390, height=844)
DESK: Final = ViewportSize(width=1280, height=800)
COLOURS: Final = 160


async def main() -> None:
    """Play a visit, and write what it looks like."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with playing() as (browser, shop):
        await play(browser, shop)


async def play(browser: Browser, shop: Shop) -> None:
    """Look at everything that a visit shows."""
    await open_shops(shop)
    mei = await join(shop, "メイ")
    await give_points(shop, mei, 1_240)
    for campaign in ("first_hundred_loaves", "birthday_cake"):
        await take_coupon(shop, mei, campaign)
    await mei.postback("action=card.show")
    await shop.settle()
    card, coupon = await address(shop, mei, "card"), await address(shop, mei, "coupon")
    phone = await browser.new_page(viewport=PHONE, device_scale_factor=2, locale="ja-JP")
    desk = await browser.new_page(viewport=DESK, locale="ja-JP")
    await stamp(shop, mei)
    await phone.goto(await address(shop, mei, "stamps"))
    await shoot(phone, "stamps-phone", whole=True)
    for page, where in ((phone, "phone"), (desk, "desk")):
        await page.goto(card)
        await shoot(page, f"card-{where}")
        await page.goto(coupon)
        await shoot(page, f"coupon-{where}")
    await phone.locator("summary").click()
    await phone.locator("[data-digit='4']").click()
    await shoot(phone, "coupon-pin-phone", whole=True)
    typed = re.sub(r"\s", "", await phone.locator("[data-typed]").inner_text())
    await phone.goto(card.replace("card/", "card/x"))
    await shoot(phone, "closed-phone")
    await till(shop, desk, phone, typed)
    await phone.goto(coupon)
    await shoot(phone, "coupon-used-phone")


async def stamp(shop: Shop, mei: Phone) -> None:
    """Seven visits, days apart."""
    person_id, now = await person_of(shop, mei), shop.app[CLOCK]()
    for day in range(-26, 0, 4):
        async with shop.app[USE_CASE]() as unit:
            at = now + timedelta(days=day)
            await shop.app[keys.STAMPS].stamp(
                unit, person_id, key=f"visit:{day}", actor=MANAGER, now=at
            )
    await mei.postback("action=stamp.show")
    await shop.settle()


async def till(shop: Shop, desk: Page, phone: Page, typed: str) -> None:
    """Look at the till, from setting it up to a coupon that was used."""
    await hire(shop, "sato", name="佐藤 花", shops=("honten",))
    for page, where in ((desk, "desk"), (phone, "phone")):
        await page.goto(f"{shop.bot_url}/console/till")
        await page.get_by_label("ログインID").fill("sato")
        await page.get_by_label("パスワード").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_label("端末の名前").fill("レジ1")
        await shoot(page, f"till-station-{where}")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("会員証かクーポンのコードを")).to_be_visible()
        await shoot(page, f"till-empty-{where}")
        await page.get_by_label("会員証・クーポンのコード").fill(typed)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="メイ様")).to_be_visible()
        await shoot(page, f"till-{where}", whole=where == "phone")
    await desk.get_by_label("お会計の金額（円）").fill("1280")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("12ポイント付けました")).to_be_visible()
    await desk.locator(".is-chosen button, .till-coupon button").first.click()
    await expect(desk.get_by_text("使用済みにしました")).to_be_visible()
    await shoot(desk, "till-done-desk", whole=True)
    await desk.goto(f"{shop.bot_url}/console/till/visit-qr")
    await shoot(desk, "visit-desk")


async def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Write what a page shows, in few colours: it is flat, and half as large so."""
    await page.wait_for_timeout(700)  # the clock's first tick; nothing else can be waited for
    png = await page.screenshot(full_page=whole, animations="disabled")
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
