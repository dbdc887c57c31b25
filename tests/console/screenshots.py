"""Pictures of every page of the console; ``.venv/bin/python -m tests.console.screenshots FOLDER``.

desk and phone, Japanese and English, light and dark, of the demo and its people
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from bot.cli.demo_staff import OWNER, PASSWORD
from tests.demo.conftest import Demo, free_ports, start_demo
from tests.phone.conftest import ARGUMENTS, find_chromium

PAGES: Final = (
    "",
    "staff",
    "staff/new",
    "shops",
    "shops/honten",
    "audit",
    "trouble",
    "trouble/events",
    "account",
    "account/second-step",
    "notices",
    "notices/sent",
    "settings/api",
    "settings/api/new",
    "settings/api/webhooks",
    "settings/api/webhooks/new",
    "_components",
)
SIZES: Final = {
    "desk": ViewportSize(width=1280, height=860),
    "phone": ViewportSize(width=390, height=844),
}
_Colours = Literal["light", "dark"]
COLOURS: Final[tuple[_Colours, ...]] = ("light", "dark")


async def main(folder: Path) -> None:
    """Write them."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="enishi-demo-") as data:
        demo = await start_demo(Path(data), *free_ports())
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=find_chromium(), args=ARGUMENTS
                )
                for size in SIZES:
                    for locale in ("ja-JP", "en-US"):
                        for colours in COLOURS:
                            await shoot(
                                browser, demo, folder, size=size, locale=locale, colours=colours
                            )
                await browser.close()
        finally:
            await demo.interrupt()


async def shoot(
    browser: Browser, demo: Demo, folder: Path, *, size: str, locale: str, colours: _Colours
) -> None:
    """Walk through every page in one look."""
    context = await browser.new_context(
        viewport=SIZES[size], locale=locale, color_scheme=colours, has_touch=size == "phone"
    )
    page = await context.new_page()
    console = f"http://127.0.0.1:{demo.port}/console/"
    look = f"{size}-{locale[:2]}-{colours}"
    await page.goto(console)
    await page.screenshot(path=folder / f"sign-in-{look}.png")
    await page.locator("#login").fill(OWNER)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    for path in PAGES:
        await page.goto(console + path)
        name = path.replace("/", "-").strip("_") or "home"
        await page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
    await context.close()
    print(look)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "console-pictures")))
