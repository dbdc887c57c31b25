"""Pictures of the inbox, rich menus, friends and the report.

``.venv/bin/python -m tests.console.gallery``: a morning in two bakeries -> docs/screenshots/
"""

import asyncio
import colorsys
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from PIL import Image
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.conversations import canned
from bot.conversations.answering import Way
from bot.emulator.phone import Phone
from bot.postbacks import AskStaff
from bot.resources import CLOCK, ENGINE
from bot.staff.model import StaffMember
from bot.staff.rights import Role
from tests.checks.files import ROOT
from tests.console.support import PASSWORD, hire
from tests.conversations.support import say
from tests.pages.playing import playing
from tests.pages.support import give_points, open_shops, take_coupon
from tests.support import Shop

FOLDER: Final = ROOT / "docs" / "screenshots"
SIZES: Final = {
    "desk": ViewportSize(width=1280, height=860),
    "wide": ViewportSize(width=1440, height=900),
    "phone": ViewportSize(width=390, height=844),
}
COLOURS: Final = 200
#: Friends who only look, so that lists look like lists.
OTHERS: Final = ("高橋 さくら", "伊藤 健", "渡辺 みどり", "Anna Schmidt", "小林 大輔")


async def main() -> None:
    """Play the morning and write what it looks like."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with playing() as (browser, shop):
        await open_shops(shop)
        await hire(shop, "owner", Role.OWNER, name="中村 縁")
        sato = await hire(shop, "sato", Role.ADMIN, name="佐藤 花")
        async with window(browser, shop, "owner") as page:
            await take(page, f"{shop.bot_url}/console/talk", "talk-empty-desk")
        await happen(shop, sato)
        await talks(browser, shop)
        await friends(browser, shop)
        await menus(browser, shop)


async def happen(shop: Shop, sato: StaffMember) -> None:
    """Let friends come, become members and ask."""
    for name in OTHERS:
        await member(shop, name)
    now = shop.app[CLOCK]()
    async with shop.app[ENGINE].begin() as connection:
        await canned.save(
            connection,
            reply_id=None,
            staff_id=None,
            shop_key=None,
            title="お取り置き",
            messages=["{お名前}さま、お取り置きいたしました。お待ちしております。"],
            now=now,
        )
    await ask(shop, "山田 はなこ", "アレルギー表示はどこで見られますか？")
    await shop.advance(4 * 60)
    await ask(shop, "鈴木 一郎", "明日は何時まで開いていますか")
    await shop.advance(3 * 60)
    mei = await member(shop, "田中 めい")
    await give_points(shop, mei, 1_240)
    await take_coupon(shop, mei, "first_hundred_loaves")
    await mei.postback(AskStaff().encode())
    await mei.says("カンパーニュを明日の朝、1つ取り置きできますか？")
    await shop.settle()
    await shop.advance(40)
    await say(
        shop,
        mei,
        sato,
        "田中さま、いつもありがとうございます。10時に焼き上がります。お取り置きいたしますね。",
    )
    await shop.settle()
    await shop.advance(60)
    await mei.says("ありがとうございます！10時半にうかがいます🥖")
    await shop.settle()
    await say(shop, mei, sato, "お待ちしております。", Way.NEXT)
    await shop.settle()


async def ask(shop: Shop, name: str, words: str) -> None:
    phone = await member(shop, name)
    await phone.postback(AskStaff().encode())
    await phone.says(words)
    await shop.settle()


async def member(shop: Shop, name: str) -> Phone:
    """A friend who has answered the survey: the first choice of each question."""
    phone = await shop.friend(name)
    await phone.taps(index=0)
    await shop.settle()
    while labels := await phone.buttons():
        params = {"date": "1992-05-12"} if labels[0] and "日" in labels[0] else None
        await phone.taps_quick_reply(0, params=params)
        await shop.settle()
    return phone


async def talks(browser: Browser, shop: Shop) -> None:
    """The inbox on a desk and on a phone, the report and the wall."""
    inbox = f"{shop.bot_url}/console/talk?view=all"
    async with window(browser, shop, "sato") as page:
        await page.goto(inbox)
        await row(page, "田中 めい").click()
        await page.get_by_role("tab", name="メモ").click()
        await page.locator("#composer textarea").fill("前回はスライスをご希望。今回も聞く。")
        await page.get_by_role("button", name="メモを残す").click()
        await expect(page.get_by_text("前回はスライスをご希望。")).to_be_visible()
        await page.get_by_role("tab", name="返信").click()
        await shoot(page, "talk-desk")
        await take(page, f"{shop.bot_url}/console/talk/report", "report-desk", whole=True)
        await take(page, f"{shop.bot_url}/console/talk/wall", "wall-desk")
    async with window(browser, shop, "sato", "wide", locale="en-US", colours="dark") as page:
        await page.goto(inbox)
        await row(page, "田中 めい").click()
        await shoot(page, "talk-dark-english-desk")
    async with window(browser, shop, "sato", "phone") as page:
        await page.goto(inbox)
        await shoot(page, "talk-list-phone")
        await row(page, "田中 めい").click()
        await expect(page.locator("#composer")).to_be_visible()
        await shoot(page, "talk-phone")
        await page.get_by_role("button", name="友だち情報").first.click()
        await shoot(page, "talk-panel-phone")


async def friends(browser: Browser, shop: Shop) -> None:
    """The list of friends, and one of them."""
    for size in ("desk", "phone"):
        async with window(browser, shop, "owner", size) as page:
            await take(page, f"{shop.bot_url}/console/friends", f"friends-{size}")
            await page.get_by_role("link", name="田中 めい").click()
            await shoot(page, f"friend-{size}", whole=size == "phone")


async def menus(browser: Browser, shop: Shop) -> None:
    """Rich menus: the list, one, another picture, what would change, and registering it."""
    for size, turn in (("desk", 0.36), ("phone", 0.28)):  # the same picture again is no change
        async with window(browser, shop, "owner", size) as page:
            start = f"{shop.bot_url}/console/menus"
            await page.goto(start)
            await expect(page.locator("[data-heads=member]")).not_to_contain_text("…")
            await shoot(page, f"menus-list-{size}", whole=True)
            await page.goto(f"{start}/of/member")
            await shoot(page, f"menus-member-{size}", whole=True)
            await page.set_input_files("#picture", spring(turn))  # type: ignore[arg-type] # one of its kinds
            await expect(page.get_by_text("画像を下書きに保存しました")).to_be_visible()
            await page.locator(".toast-close").click()
            await shoot(page, f"menus-draft-{size}", whole=True)
            await page.get_by_role("link", name="変更点を見る").click()
            await expect(page.get_by_text("人 → 会員用")).to_be_visible()
            await shoot(page, f"menus-plan-{size}", whole=True)
            await page.get_by_role("button", name="LINEに登録").click()
            await expect(page.get_by_text("LINEに登録しました")).to_be_visible()
            await shoot(page, f"menus-registered-{size}", whole=True)
            await shop.advance(1)  # LINE lists menus ten times a second
            await page.goto(f"{start}/of/member")
            await page.get_by_role("button", name="元の画像に戻す").click()
            await shop.advance(1)


def spring(turn: float) -> Mapping[str, Any]:
    """The members' picture with its red turned towards green."""
    with Image.open(ROOT / "richmenus" / "images" / "member.png") as image:
        flat = image.convert("RGB").quantize(64)
    palette = flat.getpalette() or []
    colours = [_turned(turn, *palette[at : at + 3]) for at in range(0, len(palette), 3)]
    flat.putpalette([part for colour in colours for part in colour])
    written = io.BytesIO()
    flat.save(written, "PNG", optimize=True)
    return {"name": "spring.png", "mimeType": "image/png", "buffer": written.getvalue()}


def _turned(turn: float, red: int, green: int, blue: int) -> tuple[int, int, int]:
    hue, light, full = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    parts = colorsys.hls_to_rgb((hue + turn) % 1 if red > blue else hue, light, full)
    return tuple(round(part * 255) for part in parts)  # type: ignore[return-value] # three


@asynccontextmanager
async def window(
    browser: Browser,
    shop: Shop,
    login: str,
    size: str = "desk",
    *,
    locale: str = "ja-JP",
    colours: Any = "light",
) -> AsyncIterator[Page]:
    """Somebody of the staff before a screen."""
    context = await browser.new_context(
        viewport=SIZES[size],
        locale=locale,
        color_scheme=colours,
        reduced_motion="reduce",
        has_touch=size == "phone",
    )
    page = await context.new_page()
    await page.goto(f"{shop.bot_url}/console/sign-in")
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    yield page
    await context.close()


def row(page: Page, name: str) -> Locator:
    return page.locator("#rows").get_by_role("link").filter(has_text=name)


async def take(page: Page, url: str, name: str, *, whole: bool = False) -> None:
    """Go somewhere and write what it looks like."""
    await page.goto(url)
    await shoot(page, name, whole=whole)


async def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Write what a page shows, in few colours: it is flat, and half as large so."""
    await page.wait_for_timeout(700)  # streams keep the network busy, so nothing tells the end
    png = await page.screenshot(full_page=whole, animations="disabled")
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
    print(f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
