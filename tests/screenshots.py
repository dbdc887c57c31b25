"""The pictures of the README; ``.venv/bin/python -m tests.screenshots`` writes them.

follow -> survey -> the menu changes -> card, on the phone page, into docs/images/
"""

import asyncio
import io
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.content import account
from bot.surveys import definition
from tests.checks.files import ROOT
from tests.demo.conftest import Demo, free_ports, start_demo
from tests.phone.conftest import ARGUMENTS, find_chromium
from tests.phone.support import Phone

FOLDER: Final = ROOT / "docs" / "images"
ACCOUNT: Final = account()
WELCOME: Final = definition.load_all()["welcome"]
PHONE: Final = ViewportSize(width=390, height=1200)
DESK: Final = ViewportSize(width=1360, height=860)
COLOURS: Final = 200


async def main() -> None:
    """Play and write."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="enishi-demo-") as data:
        demo = await start_demo(Path(data), *free_ports())
        try:
            async with async_playwright() as playwright:
                chromium = find_chromium()
                browser = await playwright.chromium.launch(
                    executable_path=chromium, args=ARGUMENTS
                )
                await play(browser, demo)
                await browser.close()
        finally:
            await demo.interrupt()


async def play(browser: Browser, demo: Demo) -> None:
    """Meet the account as Mei does, and look at it from the desk."""
    page = await browser.new_page(viewport=PHONE, device_scale_factor=2, locale="ja-JP")
    await page.goto(demo.phone_url)
    await page.get_by_role("main").get_by_role("button", name="人を追加").click()
    await page.get_by_label("名前").fill("メイ")
    await page.keyboard.press("Enter")
    mei = Phone(page, "メイ")
    await mei.button("友だち追加").click()
    await expect(mei.talk.get_by_text(ACCOUNT.greeting.title)).to_be_visible()
    await shoot(page, "greeting")
    await answer(mei)
    await expect(mei.talk.get_by_text(WELCOME.done.title)).to_be_visible()
    menu = mei.screen.get_by_role("region")
    to_card = menu.get_by_role("button", name=ACCOUNT.buttons.card, exact=True)
    await expect(to_card).to_be_visible()
    await shoot(page, "member")
    await to_card.click()
    card = mei.talk.locator("img[src*='/media/card/']").last
    await expect(card).to_be_visible()
    await shoot(page, "card")
    await look_from_the_desk(page)
    await page.close()


async def look_from_the_desk(page: Page) -> None:
    """Show a second person beside the first, and what LINE and the bot said to each other."""
    await page.set_viewport_size(DESK)
    await page.get_by_role("button", name="人を追加").click()
    await page.get_by_label("名前").fill("ケン")
    await page.keyboard.press("Enter")
    ken = Phone(page, "ケン")
    await ken.button("友だち追加").click()
    await expect(ken.talk.get_by_text(ACCOUNT.greeting.title)).to_be_visible()
    await page.get_by_role("button", name="開発者パネル").click()
    await shoot(page, "desk")


async def answer(mei: Phone) -> None:
    """Answer the survey; the second question is the one to look at."""
    await mei.talk.get_by_role("button", name=ACCOUNT.greeting.button).click()
    for question in WELCOME.questions:
        await expect(mei.talk.get_by_text(question.text).last).to_be_visible()
        if question.kind == "choice":
            if question is WELCOME.questions[1]:
                await shoot(mei.page, "survey")
            await mei.quick_replies.get_by_role("button", name=question.choices[0].label).click()
            continue
        assert isinstance(question, definition.DateQuestion)
        await mei.quick_replies.get_by_role("button", name=question.button).click()
        dialog = mei.page.get_by_role("dialog")
        await dialog.get_by_label(question.button).fill("1992-05-12")
        await dialog.get_by_role("button", name="決定").click()


async def shoot(page: Page, name: str) -> None:
    """Write what the page shows, once every picture and movement has come to rest."""
    await expect(page.locator(".is-shown")).to_have_count(0)  # news of the menu, for a moment
    await expect(page.locator(".menu-layer[inert]")).to_have_count(0)  # the menu before
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement?.blur()")
    shown = Image.open(io.BytesIO(await page.screenshot(animations="disabled")))
    flat = shown.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    flat.save(FOLDER / f"{name}.png", optimize=True)
    print(f"{name}.png  {(FOLDER / f'{name}.png').stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    asyncio.run(main())
