"""Every page of the console, held to axe's rules: on a desk by day, on a phone by night."""

import os
from collections.abc import AsyncIterator
from importlib import resources
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.clock import utc_now
from bot.console.access import DECLARED
from bot.conversations import canned
from bot.conversations.answering import Way
from bot.resources import CLOCK, ENGINE
from bot.staff import shops
from bot.staff.model import COMMAND_LINE
from bot.staff.rights import Role
from bot.staff.shops import StaffShop
from tests.console.support import hire
from tests.console.test_in_a_browser import sign_in
from tests.conversations.support import asks, friend_id, say
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE: Final = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
#: What runs on one page: WCAG 2.1, levels A and AA.
LOOK: Final = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
  });
  const said = (rule, node) => `${rule.id}: ${node.target} ${node.html.slice(0, 120)}`;
  return found.violations.flatMap(rule => rule.nodes.map(node => said(rule, node)));
}"""
LOOKS: Final = ((1280, "light"), (390, "dark"))
#: Answers that are no pages: streams, files, parts that scripts ask for.
PARTS: Final = frozenset(
    {
        *("manifest.webmanifest", "service-worker.js", "sign-in", "sign-in/code", "_components"),
        *(
            "talk/live",
            "talk/rows",
            "talk/report/spoken",
            "talk/report/figures",
            "talk/report.csv",
            "talk/stickers",
        ),
        *(
            "notices/line/linked",
            "menus/drift",
            "menus/nightly",
            "menus/who",
            "talk/wall/now",
            "till/visit-qr/code",
            "till/outcome",
            "trouble/line",
            "trouble/all",
        ),
    }
)


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop where something has happened."""
    async with open_shop(sqlite_url, redis_url, tmp_path) as shop:
        yield shop


async def addresses(shop: Shop) -> list[str]:
    """List every page there is: those with a gap are about what has happened."""
    owner = await hire(shop, "owner", Role.OWNER, name="中村 縁")
    async with shop.app[ENGINE].begin() as connection:
        place = StaffShop(key="main", name="本店")
        await shops.add_shop(connection, place, by=COMMAND_LINE, now=shop.app[CLOCK]())
        reply_id = await canned.save(
            connection,
            reply_id=None,
            staff_id=None,
            shop_key=None,
            title="あいさつ",
            messages=["{お名前}さま"],
            now=shop.app[CLOCK](),
        )
    mei = await asks(shop, "田中 めい")
    await mei.sends({"type": "sticker", "packageId": "446", "stickerId": "1988"})
    await shop.settle()
    await say(shop, mei, owner, "ございます")
    await say(shop, mei, owner, "またご連絡します", Way.NEXT)
    await shop.settle()
    mei_id = await friend_id(shop, mei)
    (console,) = (app for app in shop.app._subapps if DECLARED in app)
    pages = [route.path.lstrip("/") for route in console[DECLARED] if route.method == "GET"]
    plain = [path for path in pages if "{" not in path and path not in PARTS]
    assert len(plain) > 25
    return [
        *plain,
        *(f"talk/{mei_id}", f"friends/{mei_id}", f"talk/replies/{reply_id}"),
        *(f"staff/{owner.staff_id}", "shops/main", "menus/of/guest", "talk?q=ございます"),
        *("trouble/all?act=resend&reason=late", "trouble/all?act=let-be&reason=late"),
    ]


async def test_axe_finds_nothing(shop: Shop, chromium: Browser) -> None:  # noqa: F811
    """Every second page, by turns of the days, in one of the looks; ENISHI_TEST_LOOKS=all: all."""
    takes_all = os.environ.get("ENISHI_TEST_LOOKS") == "all"
    pages = await addresses(shop)
    context = await chromium.new_context(locale="ja-JP", reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{shop.bot_url}/console/sign-in")
    found = await look(page, LOOKS)
    await sign_in(page, "owner")
    turn, today = cycle(LOOKS), utc_now().toordinal()
    for path in pages if takes_all else pages[today % 2 :: 2]:
        answer = await page.goto(f"{shop.bot_url}/console/{path}")
        assert answer is not None
        assert (answer.status, answer.headers["content-type"][:9]) == (200, "text/html"), path
        looks = LOOKS if takes_all else (next(turn),)
        found |= {f"{path} {each}" for each in await look(page, looks)}
    assert not found, "\n".join(sorted(found))
    await page.goto(f"{shop.bot_url}/console/staff/new")
    await page.evaluate("document.querySelectorAll('label').forEach((label) => label.remove())")
    assert any("label: " in each for each in await look(page, LOOKS[:1]))  # it would be seen
    await context.close()


async def look(page: Page, looks: Any) -> set[str]:
    """Return what is wrong with the page that is open."""
    await page.evaluate(AXE)
    found: set[str] = set()
    for width, scheme in looks:
        await page.set_viewport_size({"width": width, "height": 860})
        await page.emulate_media(color_scheme=scheme)
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            found.add(f"[{width}] wider than the screen")
        wrong: list[str] = await page.evaluate(LOOK)
        found |= {f"[{width} {scheme}] {each}" for each in wrong}
    return found
