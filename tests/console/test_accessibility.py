"""Pages of the shell, held to axe's rules: on a desk by day, on a phone by night."""

from importlib import resources
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page

from bot.staff.rights import Role
from tests.console.support import hire
from tests.console.test_in_a_browser import PAGES, shop, sign_in  # noqa: F401 - a fixture
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop

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


async def test_axe_finds_nothing(shop: Shop, chromium: Browser) -> None:  # noqa: F811
    await hire(shop, "owner", Role.OWNER, name="中村 縁")
    context = await chromium.new_context(locale="ja-JP")
    page = await context.new_page()
    await page.goto(f"{shop.bot_url}/console/sign-in")
    found = await look(page)
    await sign_in(page, "owner")
    for path in PAGES:
        await page.goto(f"{shop.bot_url}/console/{path}")
        found |= {f"{path} {each}" for each in await look(page)}
    assert not found, "\n".join(sorted(found))
    await page.evaluate("document.querySelectorAll('label').forEach((label) => label.remove())")
    assert any("label: " in each for each in await look(page))  # it would have been seen
    await context.close()


async def look(page: Page) -> set[str]:
    """Return what is wrong with the page that is open, on a desk by day and a phone by night."""
    await page.evaluate(AXE)
    found: set[str] = set()
    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": 860})
        light: Any = "light" if width == 1280 else "dark"
        await page.emulate_media(color_scheme=light, reduced_motion="reduce")
        wrong: list[str] = await page.evaluate(LOOK)
        found |= {f"[{width} {light}] {each}" for each in wrong}
    return found
