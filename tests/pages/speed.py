"""How fast the pages stand on a slow phone; ``.venv/bin/python -m tests.pages.speed`` prints it.

Chromium with the network of "Slow 4G" (562 ms a round trip, 1.44 Mbit/s down) and a processor four
times slower: card, coupon and stamps from the tap, each in a window that has never seen them.
"""

import asyncio
import statistics
from typing import Any, Final

from playwright.async_api import Browser

from bot import keys
from bot.membership.links import Page
from bot.resources import CLOCK
from tests.pages.playing import playing
from tests.pages.support import give_points, join, open_shops, person_of, take_coupon
from tests.support import Shop

#: As browsers' own tools call it.
SLOW_4G: Final = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.44e6 / 8,
    "uploadThroughput": 675e3 / 8,
}
SLOWER: Final = 4
TIMES: Final = 9
_PAINTED: Final = """() => new Promise((done) => {
  const entry = () => performance.getEntriesByName("first-contentful-paint")[0];
  if (entry()) return done(entry().startTime);
  const watcher = new PerformanceObserver(() => entry() && done(entry().startTime));
  watcher.observe({ type: "paint", buffered: true });
})"""


async def main() -> None:
    """Measure, and print a table."""
    async with playing() as (browser, shop):
        await play(browser, shop)


async def play(browser: Browser, shop: Shop) -> None:
    """Open each page of a member some times."""
    await open_shops(shop)
    mei = await join(shop, "メイ")
    await give_points(shop, mei, 1_240)
    await take_coupon(shop, mei)
    person_id = await person_of(shop, mei)
    ((coupon,),) = await shop.sql("SELECT id FROM coupons")
    print("page     shown, median  worst    requests  bytes over the wire")
    for page, item in ((Page.CARD, 0), (Page.COUPON, coupon), (Page.STAMPS, 0)):
        path = shop.app[keys.PAGE_LINKS].path(page, person_id, item, now=shop.app[CLOCK]())
        seen = [await opened(browser, shop.bot_url + path) for _ in range(TIMES)]
        shown = sorted(each["shown"] for each in seen)
        print(
            f"{page:8} {statistics.median(shown):9.0f} ms {shown[-1]:8.0f} ms"
            f"{max(each['requests'] for each in seen):8} {max(each['bytes'] for each in seen):14,}"
        )


async def opened(browser: Browser, url: str) -> dict[str, Any]:
    """Open a page once: milliseconds until it is painted, requests and bytes by then."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="ja-JP")
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sent: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    await page.goto(url, wait_until="load")
    shown = await page.evaluate(_PAINTED)
    await context.close()
    return {"shown": shown, "requests": len(sent), "bytes": int(sum(sent))}


if __name__ == "__main__":
    asyncio.run(main())
