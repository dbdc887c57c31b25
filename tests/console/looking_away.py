"""Staff who look elsewhere: what their desktop and loudspeaker are asked for meanwhile."""

from playwright.async_api import Page

#: The desktop's notices and the loudspeaker, which only tell what they were asked.
TOLD = """() => { globalThis.told = []; globalThis.Notification = class {
    static permission = "granted"; static requestPermission = async () => "granted";
    constructor(name, { body }) { told.push(name, body); } };
  AudioScheduledSourceNode.prototype.start = () => told.push("♪"); }"""


async def looks_away(page: Page) -> None:
    """Ask for a sound and a notice of what is new, and turn to another window; see ``told``."""
    await page.evaluate(TOLD)
    await page.get_by_label("入力の設定").click()
    await page.get_by_label("新着を音で知らせる").check()
    await page.get_by_label("デスクトップに通知する").check()
    await page.evaluate("document.hasFocus = () => false")  # as if another window were in front
