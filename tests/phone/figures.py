"""How smooth a talk of 2,000 bubbles is, in Chromium; ``python -m tests.phone.figures``.

All 2,000 are drawn, then the talk is scrolled through and grows. What counts is the time the
page's thread works for one frame: a screen of 60 Hz leaves 16.7 ms for it.
"""

import asyncio
import statistics
from typing import Any, Final

from playwright.async_api import CDPSession, Page

from tests.phone.scenes import SCENES
from tests.phone.stage import stage
from tests.phone.support import Shop, text

BUBBLES: Final = 2000
APPENDED: Final = 60

#: Scrolls up 120 px for each frame, a fling of 7,200 px in a second; resolves with the
#: distances between frames in ms.
_SCROLL: Final = """
view => new Promise(resolve => {
  const times = [];
  const step = now => {
    times.push(now);
    if (view.scrollTop <= 0 || times.length > 400) {
      resolve(times.slice(1).map((at, index) => at - times[index]));
      return;
    }
    view.dispatchEvent(new Event("wheel"));
    view.scrollTop -= 120;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""

_DRAWN: Final = "count => document.querySelectorAll('[data-id]').length === count"


async def fill(shop: Shop, user_id: str) -> None:
    """Give a person a long talk: mostly texts, with a bubble of every other type now and then."""
    kinds = [make() for make in SCENES.values()]
    for number in range(BUBBLES // 4):
        rare = kinds[number // 10 % len(kinds)][:1] if number % 10 == 0 else [text("…")]
        said = [
            text(f"第{number}話：いつもありがとうございます。"),
            text("またお待ちしています。"),
        ]
        await shop.line.push(user_id, *said, *rare)
        await shop.line.say(user_id, f"{number}番目の返事です")


async def work(cdp: CDPSession) -> dict[str, float]:
    """Return what the page's thread has worked so far, in milliseconds by kind."""
    metrics: list[dict[str, Any]] = (await cdp.send("Performance.getMetrics"))["metrics"]
    wanted = {"TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration"}
    return {one["name"]: one["value"] * 1000 for one in metrics if one["name"] in wanted}


def told(name: str, before: dict[str, float], after: dict[str, float], count: int) -> str:
    parts = {key: (after[key] - before[key]) / count for key in sorted(after)}
    rest = ", ".join(f"{key.removesuffix('Duration')} {value:.2f}" for key, value in parts.items())
    return f"{name}: {rest} ms each ({count})"


async def measure(page: Page, shop: Shop, user_id: str) -> None:
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    start = await work(cdp)
    await page.reload()
    await page.wait_for_function(_DRAWN, arg=200)
    print(told("open the talk", dict.fromkeys(start, 0.0), await work(cdp), 1))
    before = await work(cdp)
    draws = BUBBLES // 200 - 1
    for draw in range(draws):
        await page.locator(".older").click()
        await page.wait_for_function(_DRAWN, arg=200 * (draw + 2))
    print(told("draw 200 older bubbles", before, await work(cdp), draws))
    view = page.locator(".talk-scroller")
    await view.evaluate("view => { view.scrollTop = view.scrollHeight; }")
    before = await work(cdp)
    frames: list[float] = await view.evaluate(_SCROLL)
    print(told("scroll, per frame", before, await work(cdp), len(frames)))
    ordered = sorted(frames)
    print(f"frame distance: median {statistics.median(ordered):.1f} ms,", end=" ")
    print(f"95 of 100 within {ordered[int(len(ordered) * 0.95)]:.1f} ms")
    await view.evaluate("view => { view.scrollTop = view.scrollHeight; }")
    before = await work(cdp)
    drawn = BUBBLES
    for number in range(APPENDED):
        await shop.line.push(user_id, text(f"新しい便り{number}"))
        drawn += 1
        await page.wait_for_function(_DRAWN, arg=drawn)
    print(told("append, per bubble", before, await work(cdp), APPENDED))


async def main() -> None:
    async with stage() as (shop, browser):
        user_id = await shop.line.friend("メイ")
        await fill(shop, user_id)
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        await page.goto(shop.line.url)
        await measure(page, shop, user_id)


if __name__ == "__main__":
    asyncio.run(main())
