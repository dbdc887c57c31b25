"""Pictures of every message type on a phone; ``python -m tests.phone.screenshots`` writes them.

scene -> pushed to Mei -> her phone alone -> docs/images/phone-<message type>.png
"""

import asyncio
import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.checks.files import ROOT
from tests.phone.scenes import SCENES, coupon
from tests.phone.stage import stage
from tests.phone.support import Phone, Shop, postback, text

IMAGES: Final = ROOT / "docs" / "images"
_COLORS: Final = 128
_MOST_BYTES: Final = 120_000


def compressed(png: bytes) -> bytes:
    """Return a picture with a palette.

    Raises:
        ValueError: it is too large for the documentation all the same.
    """
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        palette = picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
        palette.save(out, "PNG", optimize=True)
    data = out.getvalue()
    if len(data) > _MOST_BYTES:
        raise ValueError(f"{len(data)} bytes are too many")
    return data


async def shoot(target: Locator | Page, name: str, folder: Path) -> None:
    """Take a picture once everything stands still."""
    page = target if isinstance(target, Page) else target.page
    await page.wait_for_function("() => [...document.images].every(one => one.complete)")
    await page.wait_for_function("() => document.getAnimations().length === 0")
    (folder / f"phone-{name}.png").write_bytes(compressed(await target.screenshot()))


async def open_phone(
    browser: Browser, shop: Shop, user_id: str, query: str = "", *, scheme: str = "light"
) -> Phone:
    page = await browser.new_page(
        viewport={"width": 420, "height": 760},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1,
        reduced_motion="reduce",
    )
    await page.goto(f"{shop.line.url}/?phones={user_id}{query}")
    mei = Phone(page, "メイ", user_id)
    await expect(mei.input).to_be_visible()
    return mei


async def each_type(shop: Shop, browser: Browser, folder: Path) -> None:
    """Show every message type in a talk of its own."""
    kinds = {name: make() for name, make in SCENES.items()}
    kinds["coupon"] = [await coupon(shop)]
    for name, messages in kinds.items():
        user_id = await shop.line.friend("メイ")
        await shop.line.push(user_id, *messages)
        mei = await open_phone(browser, shop, user_id)
        await expect(mei.talk.get_by_role("article")).to_be_visible()
        await shoot(mei.screen.locator(".phone"), name, folder)
        await mei.page.close()


async def rest(shop: Shop, browser: Browser, folder: Path) -> None:
    """Show quotes, a group, and the dark colours."""
    mei_id, ken_id = await shop.line.friend("メイ"), await shop.line.friend("健太")
    await shop.line.push(mei_id, *SCENES["image"]())
    shown = await shop.line.shown(mei_id)
    await shop.line.say(mei_id, "この団子、日曜もありますか？", quotedMessageId=shown[0]["id"])
    asked = (await shop.hear("message"))[0]
    await shop.line.push(mei_id, text("はい、ございます！", quoteToken=asked["quoteToken"]))
    menu = await shop.line.menu("メニュー", postback("会員証", "card"))
    await shop.line.link(mei_id, menu)
    group_id = await shop.line.group("お茶の会", mei_id, ken_id)
    await shop.line.say(ken_id, "日曜の10時はどう？", groupId=group_id)
    await shop.line.say(mei_id, "いいね！", groupId=group_id)
    whom = {"type": "mention", "mentionee": {"type": "user", "userId": ken_id}}
    said = "{ken} さん、日曜10時で承りました。"
    await shop.line.push(group_id, {"type": "textV2", "text": said, "substitution": {"ken": whom}})
    for name, query, scheme in (
        ("quote", "", "light"),
        ("dark", "", "dark"),
        ("group", f"&talks={mei_id}:{group_id}", "light"),
    ):
        mei = await open_phone(browser, shop, mei_id, query, scheme=scheme)
        await expect(mei.talk.get_by_role("article").last).to_be_visible()
        await shoot(mei.screen.locator(".phone"), name, folder)
        await mei.page.close()


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    async with stage() as (shop, browser):
        await each_type(shop, browser, folder)
        await rest(shop, browser, folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else IMAGES))
